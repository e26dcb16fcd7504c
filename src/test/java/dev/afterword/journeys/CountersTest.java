package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pages that list articles show how many came by, and what they said. */
@OnStore
@NeedsBrowser
class CountersTest {
  @AutoClose private TestServer server;
  private Desk desk;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    desk = server.desk("demo");
  }

  private String post(String article) {
    return desk.id(article, "x");
  }

  /** Has the list page show something else, in some language. */
  private void show(Page page, String language, String entries) {
    page.navigate(server.url() + "/list");
    assertThat(page.locator(".numbers").nth(1)).containsText("view");
    page.evaluate(
        "([lang, html]) => { document.documentElement.lang = lang; document.body.innerHTML = html }",
        List.of(language, entries));
  }

  private static void watch(Page page, List<String> asked, List<WebSocket> sockets) {
    page.onRequest(request -> asked.add(request.url()));
    page.onWebSocket(sockets::add);
  }

  @Test
  void theDemoList_tellsOfEachArticleAndOfWhatComes(Browser browser) {
    post("/pencil");
    var asked = new ArrayList<String>();
    var sockets = new ArrayList<WebSocket>();
    var page = browser.open("about:blank");
    watch(page, asked, sockets);
    page.navigate(server.url() + "/list");
    var numbers = page.locator(".numbers");
    assertThat(numbers.nth(0)).hasText("0 views · 0 comments");
    assertThat(numbers.nth(1)).hasText("0 views · 1 comment");
    page.waitForCondition(() -> !sockets.isEmpty());

    var id = post("/");
    assertThat(numbers.nth(0)).hasText("0 views · 1 comment");
    server.post("/api/v1/demo/views?article=/", "");
    assertThat(numbers.nth(0)).hasText("1 view · 1 comment");
    server.send(
        "DELETE",
        "/api/v1/demo/comments/" + id,
        "",
        "Authorization",
        "Bearer " + server.staffToken());
    assertThat(numbers.nth(0)).hasText("1 view · 0 comments");
    assertThat(asked.stream().filter(url -> url.contains("/counts?"))).hasSize(1);
    assertThat(sockets).hasSize(1);
    Browser.assertAccessible(page, "list");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anyNumberOfCounters_takeOneRequestAndOneSocket(Browser browser) {
    var entries =
        IntStream.range(0, 80)
            .mapToObj(i -> "<p><a href=\"/e" + i + "\"><afterword-count></afterword-count></a>")
            .collect(Collectors.joining());
    post("/e7");
    post("/e79");
    var asked = new ArrayList<String>();
    var sockets = new ArrayList<WebSocket>();
    var page = browser.open("about:blank");
    watch(page, asked, sockets);
    show(page, "en", entries);
    var counts = page.locator("afterword-count");
    assertThat(counts.nth(7)).hasText("1 comment");
    assertThat(counts.nth(79)).hasText("1 comment");
    assertThat(counts.nth(78)).hasText("0 comments");
    post("/e7");
    assertThat(counts.nth(7)).hasText("2 comments");
    assertThat(asked.stream().filter(url -> url.contains("/counts?")))
        .as("one for the list before, one for this")
        .hasSize(2);
    var open = sockets.stream().filter(socket -> !socket.isClosed()).toList();
    assertThat(open).hasSize(1);

    // What comes later is asked for on its own, and follows on the same socket.
    page.evaluate("document.querySelectorAll('p').forEach((each, i) => i > 20 && each.remove())");
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<afterword-views article=\"/late\">')");
    assertThat(page.locator("afterword-views")).hasText("0 views");
    server.post("/api/v1/demo/views?article=/late", "");
    assertThat(page.locator("afterword-views")).hasText("1 view");
    assertThat(sockets.stream().filter(socket -> !socket.isClosed()).toList()).isEqualTo(open);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anArticleThatMoves_isFollowed(Browser browser) {
    post("/c1");
    var page = browser.open("about:blank");
    var counted = "<afterword-count article=/c1></afterword-count>";
    show(page, "en", "<p>" + counted + " · <afterword-views article=/c1></afterword-views>");
    assertThat(page.locator("p")).hasText("1 comment · 0 views");
    // From here on it is the socket that tells.
    post("/c1");
    assertThat(page.locator("p")).hasText("2 comments · 0 views");
    desk.move("/c1", "/c2");
    desk.move("/c2", "/c3");
    post("/c3");
    server.post("/api/v1/demo/views?article=/c3", "");
    assertThat(page.locator("p")).hasText("3 comments · 1 view");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anArticleThatGaveWay_isCountedForItselfAgain(Browser browser) {
    server.post("/api/v1/demo/views?article=/c1", "");
    post("/c2");
    var page = browser.open("about:blank");
    show(page, "en", "<afterword-count article=/c1></afterword-count>");
    var count = page.locator("afterword-count");
    assertThat(count).hasText("0 comments");
    var union = desk.move("/c1", "/c2");
    assertThat(count).hasText("1 comment");
    desk.undo(union);
    var patience = new LocatorAssertions.HasTextOptions().setTimeout(20_000);
    assertThat(count).hasText("0 comments", patience);
    post("/c1");
    assertThat(count).hasText("1 comment");
    post("/c2");
    post("/c1");
    assertThat(count).hasText("2 comments");
  }

  @Test
  void anArticleWithTwoNames_isCountedUnderBoth(Browser browser) {
    post("/c1");
    var sockets = new ArrayList<WebSocket>();
    var page = browser.open("about:blank");
    watch(page, new ArrayList<>(), sockets);
    var names = List.of("/c1", "/c1#comments", "/c1/?utm_source=list");
    var entries =
        names.stream()
            .map(name -> "<a href=\"" + name + "\"><afterword-count></afterword-count></a> ")
            .collect(Collectors.joining());
    show(page, "en", entries + "<afterword-count article=/c1></afterword-count>");
    var counts = page.locator("afterword-count");
    assertThat(counts).hasText(new String[] {"1 comment", "1 comment", "1 comment", "1 comment"});
    page.waitForCondition(() -> sockets.stream().anyMatch(socket -> !socket.isClosed()));
    post("/c1");
    assertThat(counts)
        .hasText(new String[] {"2 comments", "2 comments", "2 comments", "2 comments"});

    page.evaluate("document.querySelector('a').remove()");
    post("/c1");
    assertThat(counts).hasText(new String[] {"3 comments", "3 comments", "3 comments"});
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatCannotBeMadeUpFor_isReadAgain(Browser browser) {
    post("/c1");
    var page = browser.open("about:blank");
    var deaf = new AtomicBoolean();
    var unheard = new AtomicBoolean();
    var opened = new ArrayList<WebSocketRoute>();
    page.routeWebSocket(
        "**/live",
        socket -> {
          opened.add(socket);
          socket
              .connectToServer()
              .onMessage(
                  frame -> {
                    if (deaf.get()) {
                      unheard.set(true);
                    } else {
                      socket.send(frame.text());
                    }
                  });
        });
    show(page, "en", "<afterword-count article=/c1></afterword-count>");
    var count = page.locator("afterword-count");
    assertThat(count).hasText("1 comment");
    post("/c1");
    assertThat(count).hasText("2 comments");

    deaf.set(true);
    post("/c1");
    page.waitForCondition(unheard::get);
    deaf.set(false);
    var reset = new JsonObject().put("type", "reset").put("article", "/c1").put("position", "x:1");
    opened.get(opened.size() - 1).send(reset.encode());
    assertThat(count).hasText("3 comments");
    post("/c1");
    assertThat(count).hasText("4 comments");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void countersThatAreGone_leaveNothing(Browser browser) {
    var sockets = new ArrayList<WebSocket>();
    var page = browser.open("about:blank");
    watch(page, new ArrayList<>(), sockets);
    page.addInitScript(
        """
        window.listeners = 0;
        const { addEventListener, removeEventListener } = document;
        document.addEventListener = (...all) => (listeners++, addEventListener.apply(document, all));
        document.removeEventListener = (...all) => (listeners--, removeEventListener.apply(document, all));
        """);
    show(page, "en", "<p id=here><afterword-count article=/a></afterword-count>");
    assertThat(page.locator("afterword-count")).hasText("0 comments");
    assertThat(page.evaluate("listeners")).isEqualTo(1);
    page.evaluate(
        """
        async () => {
          for (let i = 0; i < 100; i++) {
            here.innerHTML = '';
            await new Promise(requestAnimationFrame);
            here.innerHTML = '<afterword-count article=/a></afterword-count>';
            await new Promise(requestAnimationFrame);
          }
          here.innerHTML = '';
        }
        """);
    page.waitForCondition(() -> sockets.stream().allMatch(WebSocket::isClosed));
    assertThat(page.evaluate("listeners")).isEqualTo(0);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aPage_isSpokenToInItsLanguage(Browser browser) {
    post("/a");
    var entry = "<afterword-count article=/a></afterword-count> <afterword-views bare article=/a>–";
    var page = browser.open("about:blank");
    show(page, "de-CH", "<p>" + entry);
    assertThat(page.locator("p")).hasText("1 Kommentar 0");
    show(page, "xx", "<p>" + entry);
    assertThat(page.locator("p")).hasText("1 comment 0");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatStoodThere_staysWhileNothingIsKnown(Browser browser) {
    var page = browser.open("about:blank");
    var held = new ArrayList<Route>();
    page.route("**/counts?*", route -> held.add(route));
    page.navigate(server.url() + "/list");
    page.waitForCondition(() -> !held.isEmpty());
    page.evaluate(
        "document.body.innerHTML = '<afterword-count article=/a>Comments</afterword-count>'");
    assertThat(page.locator("afterword-count")).hasText("Comments");
    page.waitForCondition(() -> held.size() == 2);
    held.forEach(Route::resume);
    assertThat(page.locator("afterword-count")).hasText("0 comments");
  }

  @Test
  void theListPage_isFitToLookAt(Browser browser) {
    for (var theme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      for (int width : List.of(1280, 360)) {
        var page =
            browser.open(
                server.url() + "/list",
                options -> options.setColorScheme(theme).setViewportSize(width, 740));
        assertThat(page.locator(".numbers").first()).containsText("comments");
        Browser.assertAccessible(page, width + " " + theme);
        assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
            .isLessThanOrEqualTo(width);
      }
    }
  }
}
