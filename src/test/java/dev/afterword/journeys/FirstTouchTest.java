package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.LoadState;
import com.sun.net.httpserver.HttpServer;
import dev.afterword.TestServer;
import dev.afterword.http.Digest;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A thread is read with one script; what it takes to write comes when a reader reaches for it. */
@OnStore
@NeedsBrowser
class FirstTouchTest {
  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  private void post(String text) {
    server.desk("demo").post("/", text);
  }

  private Page blank(Browser browser, List<String> asked) {
    return watched(browser.open("about:blank"), asked);
  }

  /** On a phone, on which the demo article is many screens long. */
  private Page far(Browser browser, List<String> asked) {
    return watched(browser.openFarAbove("about:blank"), asked);
  }

  private Page watched(Page page, List<String> asked) {
    page.onRequest(request -> asked.add(request.url().replace(server.url(), "")));
    return page;
  }

  private static Locator invite(Page page) {
    return page.locator(".invite");
  }

  private static Locator text(Page page) {
    return page.locator("[part=textarea]");
  }

  private static List<String> scripts(List<String> asked) {
    return asked.stream().filter(url -> url.contains("writing.js")).toList();
  }

  @Test
  void reading_takesOneScriptAndOneList_andTheFirstTouchBringsTheRest(Browser browser) {
    post("Hello.");
    var asked = new ArrayList<String>();
    var page = blank(browser, asked);
    page.navigate(server.url() + "/");
    assertThat(page.locator("[data-comment]")).hasCount(1);
    assertThat(page.locator("[part=counts]")).hasAttribute("data-readers", "1");
    assertThat(asked)
        .filteredOn(url -> !url.startsWith("/api/v1/demo/views") && !url.endsWith(".svg"))
        .satisfiesExactly(
            url -> assertThat(url).isEqualTo("/"),
            url -> assertThat(url).isEqualTo("/demo.css"),
            url -> assertThat(url).isEqualTo("/embed.js"),
            url -> assertThat(url).startsWith("/api/v1/demo/comments?"));

    invite(page).hover();
    page.waitForCondition(() -> !scripts(asked).isEmpty());
    invite(page).click();
    assertThat(text(page)).isFocused();
    Browser.assertAccessible(page, "writing");
    page.locator("[data-action=cancel]").click();
    page.locator("[data-action=reply]").click();
    assertThat(text(page)).isFocused();
    page.keyboard().press("Escape");
    page.locator("[data-action=voteUp]").click();
    assertThat(page.locator("[part=score]")).hasText("1");
    assertThat(scripts(asked)).hasSize(1);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theKeyboard_reachesForItToo(Browser browser) {
    var asked = new ArrayList<String>();
    var page = blank(browser, asked);
    page.navigate(server.url() + "/");
    invite(page).focus();
    page.waitForCondition(() -> !scripts(asked).isEmpty());
    page.keyboard().press("Enter");
    assertThat(text(page)).isFocused();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whileItIsOnItsWay_theButtonIsBusy_andTheClickIsNotLost(Browser browser) {
    post("Hello.");
    var held = new ArrayList<Route>();
    var page = blank(browser, new ArrayList<>());
    page.route("**/writing.js", held::add);
    page.navigate(server.url() + "/");
    var reply = page.locator("[data-action=reply]");
    reply.click();
    reply.dispatchEvent("click");
    page.waitForCondition(() -> !held.isEmpty());
    assertThat(reply).hasAttribute("aria-disabled", "true");
    assertThat(invite(page)).not().hasAttribute("aria-disabled", "true");
    held.forEach(Route::resume);
    assertThat(text(page)).isFocused();
    assertThat(reply).not().hasAttribute("aria-disabled", "true");
    assertThat(held).hasSize(1);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whenItCannotBeHad_thatIsSaid_andTriedAgain(Browser browser) {
    post("Hello.");
    var page = blank(browser, new ArrayList<>());
    page.route("**/writing.js*", Route::abort);
    page.navigate(server.url() + "/");
    page.locator("[data-action=voteUp]").click();
    var problem = page.locator("[data-comment] [role=alert]");
    assertThat(problem).containsText("That could not be loaded.");
    invite(page).click();
    var other = page.locator(".invite + [role=alert]");
    assertThat(other).containsText("That could not be loaded.");
    assertThat(invite(page)).not().hasAttribute("aria-disabled", "true");
    Browser.assertAccessible(page, "what could not be loaded");

    page.unroute("**/writing.js*");
    other.getByRole(AriaRole.BUTTON).click();
    assertThat(text(page)).isFocused();
    assertThat(other).hasCount(0);
    problem.getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator("[part=score]")).hasText("1");
    assertThat(problem).hasCount(0);
  }

  @Test
  void whoLeftADraft_findsItAtOnce(Browser browser) {
    var asked = new ArrayList<String>();
    var page = blank(browser, asked);
    page.navigate(server.url() + "/");
    invite(page).click();
    text(page).fill("Half a thought");
    assertThat(scripts(asked)).hasSize(1);
    page.reload();
    page.waitForCondition(() -> scripts(asked).size() == 2);
    invite(page).click();
    assertThat(text(page)).hasValue("Half a thought");
    assertThat(browser.complaints()).isEmpty();
  }

  private int views() {
    var answer = server.get("/api/v1/demo/article?article=/");
    return answer.statusCode() == 200 ? new JsonObject(answer.body()).getInteger("views") : 0;
  }

  @Test
  void aThreadFarBelow_sleeps_untilItsReaderComesNear(Browser browser) {
    post("Hello.");
    var asked = new ArrayList<String>();
    var sockets = new ArrayList<WebSocket>();
    var page = far(browser, asked);
    page.onWebSocket(sockets::add);
    page.navigate(server.url() + "/");
    Eventually.passes("the view counts", () -> assertThat(views()).isEqualTo(1));
    page.evaluate("() => scrollTo(0, 400)");
    page.waitForLoadState(LoadState.NETWORKIDLE);
    assertThat(asked).noneMatch(url -> url.contains("/comments"));
    assertThat(sockets).isEmpty();

    page.evaluate(
        "() => scrollTo(0, document.querySelector('afterword-thread').offsetTop - 1.9 * innerHeight)");
    assertThat(page.locator("[data-comment]")).hasCount(1);
    page.waitForCondition(() -> sockets.size() == 1);
    assertThat(page.locator("[part=counts]")).hasAttribute("data-views", "1");
    assertThat(asked.stream().filter(url -> url.contains("/views"))).hasSize(1);
    assertThat(browser.complaints()).isEmpty();
  }

  /** Cumulative Layout Shift, as browsers measure it, for who reads down to the comments. */
  @Test
  void whoReadsOn_seesNothingMove(Browser browser) {
    for (int i = 0; i < 30; i++) {
      post("Comment " + i + ", which is long enough to take two lines on a phone, if not three.");
    }
    var page = far(browser, new ArrayList<>());
    page.addInitScript(
        """
        window.shifts = [];
        new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))
          .observe({ type: 'layout-shift', buffered: true });
        """);
    page.navigate(server.url() + "/");
    var atTheEnd = "() => scrollY + innerHeight >= document.documentElement.scrollHeight - 1";
    for (int step = 0; step < 200 && !(boolean) page.evaluate(atTheEnd); step++) {
      page.evaluate(
          "() => new Promise((go) => { scrollBy(0, 160); requestAnimationFrame(() => setTimeout(go)); })");
    }
    assertThat(page.locator("article[data-comment]")).not().hasCount(0);
    assertThat((boolean) page.evaluate(atTheEnd)).isTrue();
    assertThat(page.evaluate("() => shifts.reduce((sum, one) => sum + one, 0)").toString())
        .isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"dispatchEvent(new Event('beforeprint'))", "location.hash = 'aw-x'"})
  void whoPrintsOrIsLedToAComment_doesNotHaveToScroll(String how, Browser browser) {
    post("Hello.");
    var page = far(browser, new ArrayList<>());
    page.navigate(server.url() + "/");
    Eventually.passes("it is there", () -> assertThat(views()).isEqualTo(1));
    assertThat(page.locator("article[data-comment]")).hasCount(0);
    page.evaluate(how);
    assertThat(page.locator("article[data-comment]")).hasCount(1);
  }

  @Test
  void aLinkToAComment_wakesItAtOnce(Browser browser) {
    post("Hello.");
    var page = far(browser, new ArrayList<>());
    page.navigate(server.url() + "/#aw-x");
    assertThat(page.locator("article[data-comment]")).hasCount(1);
  }

  /** Everything of the page that a thread could stay tied to. */
  private static final String TIES =
      """
      window.ties = new Set();
      for (const target of [window, document]) {
        const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
        const forget = (type, listener) =>
          ties.forEach((tie) => tie.type === type && tie.listener === listener && ties.delete(tie));
        target.addEventListener = (type, listener, options) => {
          ties.add({ type, listener });
          options?.signal?.addEventListener('abort', () => forget(type, listener));
          add.call(target, type, listener, options);
        };
        target.removeEventListener = (type, listener, options) => {
          forget(type, listener);
          remove.call(target, type, listener, options);
        };
      }
      for (const kind of ['Timeout', 'Interval']) {
        const [set, clear] = [window['set' + kind], window['clear' + kind]];
        window['set' + kind] = (work, ms) => {
          const id = set(() => { if (kind === 'Timeout') ties.delete(id); work(); }, ms);
          ties.add(id);
          return id;
        };
        window['clear' + kind] = (id) => { ties.delete(id); clear(id); };
      }
      """;

  @ParameterizedTest
  @ValueSource(ints = {0, 5000})
  void threadsThatAreGone_leaveNothing(int above, Browser browser) {
    var asked = new ArrayList<String>();
    var sockets = new ArrayList<WebSocket>();
    var page = far(browser, asked);
    page.onWebSocket(sockets::add);
    page.addInitScript(TIES);
    page.navigate(server.url() + "/");
    page.evaluate("document.body.innerHTML = '<div></div><p></p>'");
    page.evaluate("above => { document.querySelector('div').style.height = above + 'px' }", above);
    page.evaluate(
        """
        async () => {
          const place = document.querySelector('p');
          for (let i = 0; i < 100; i++) {
            place.innerHTML = '<afterword-thread site="demo" article="/a"></afterword-thread>';
            for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
            place.innerHTML = '';
          }
        }
        """);
    page.waitForCondition(() -> sockets.stream().allMatch(WebSocket::isClosed));
    page.waitForCondition(() -> (boolean) page.evaluate("ties.size === 0"));
    assertThat(asked.stream().anyMatch(url -> url.contains("/comments?article=%2Fa")))
        .isEqualTo(above == 0);
    assertThat(browser.complaints()).isEmpty();
  }

  /** What is loaded late fits, for its address says what it is. */
  @Test
  void eachScript_namesTheOneThatItWasBuiltWith() {
    var list = new JsonObject(server.get("/scripts.json").body()).getJsonObject("scripts");
    var writing = list.getJsonObject("writing.js").getString("path");
    var kept = list.getJsonObject("embed.js").getString("path");
    var hash = writing.split("/", -1)[2];
    assertThat(server.get("/embed.js").body().contains(hash)).isTrue();
    assertThat(server.get(kept).body()).isEqualTo(server.get("/embed.js").body());
    assertThat(server.get(writing).headers().firstValue("Cache-Control").orElseThrow())
        .contains("immutable");
    assertThat(server.get("/writing.js").statusCode()).isEqualTo(404);
    assertThat(server.get("/v/another/writing.js").statusCode()).isEqualTo(404);
    assertThat(server.get(kept.replace("embed.js", "writing.js")).statusCode()).isEqualTo(404);
  }

  /** As if the server had been updated while the page was open. */
  @Test
  void anOlderPage_getsTheScriptThatItFits(Browser browser) {
    var list = new JsonObject(server.get("/scripts.json").body()).getJsonObject("scripts");
    var path = list.getJsonObject("writing.js").getString("path");
    var hash = path.split("/", -1)[2];
    var older = server.get(path).body() + "// older";
    var olderHash = Digest.of(older, 16);
    var asked = new ArrayList<String>();
    var page = blank(browser, asked);
    page.route(
        "**/embed.js",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setContentType("text/javascript")
                    .setBody(server.get("/embed.js").body().replace(hash, olderHash))));
    try (var store = TestStore.connect()) {
      store.call("SET", "{afterword}:script:" + olderHash, older);
      assertThat(store.text("GET", "{afterword}:script:" + hash))
          .isEqualTo(server.get(path).body());
      assertThat(store.number("TTL", "{afterword}:script:" + hash)).isPositive();
    }
    page.navigate(server.url() + "/");
    invite(page).click();
    assertThat(text(page)).isFocused();
    assertThat(scripts(asked)).containsExactly("/v/" + olderHash + "/writing.js");
    assertThat(browser.complaints()).isEmpty();
  }

  /** A script has the name of what it holds, or is none. */
  @Test
  void whatStandsUnderAnotherHash_isNotServed() {
    try (var store = TestStore.connect()) {
      store.call("SET", "{afterword}:script:0123456789abcdef", "export const writing = null;");
    }
    assertThat(server.get("/v/0123456789abcdef/writing.js").statusCode()).isEqualTo(404);
  }

  /** A page elsewhere that pins the script and admits scripts by a nonce alone. */
  @Test
  void aStrictPage_needsNothingMore(Browser browser) throws IOException {
    var scripts = new JsonObject(server.get("/scripts.json").body()).getJsonObject("scripts");
    var pinned = scripts.getJsonObject("embed.js");
    var html =
        """
        <!doctype html><title>Strict</title><link rel="icon" href="data:,">
        <script type="module" nonce="n0nce" src="%s" integrity="%s" crossorigin></script>
        <afterword-thread site="news" article="/strict"></afterword-thread>
        """
            .formatted(server.url() + pinned.getString("path"), pinned.getString("integrity"));
    var policy =
        "default-src 'none'; script-src 'nonce-n0nce'; img-src data:; connect-src %s %s"
            .formatted(server.url(), server.url().replace("http", "ws"));
    var elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.getResponseHeaders().set("Content-Security-Policy", policy);
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(html.getBytes(UTF_8));
          exchange.close();
        });
    elsewhere.start();
    try {
      var origin = "http://127.0.0.1:" + elsewhere.getAddress().getPort();
      server.addSite("news", origin);
      var asked = new ArrayList<String>();
      var page = blank(browser, asked);
      page.navigate(origin + "/");
      invite(page).click();
      text(page).fill("Strict, and written all the same.");
      page.locator("[part=name]").fill("Ada");
      page.locator("[part=submit]").click();
      assertThat(page.locator("[data-comment]")).containsText("written all the same");
      assertThat(scripts(asked))
          .containsExactly(scripts.getJsonObject("writing.js").getString("path"));
      assertThat(browser.complaints()).isEmpty();
    } finally {
      elsewhere.stop(0);
    }
  }
}
