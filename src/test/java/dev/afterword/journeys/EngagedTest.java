package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import dev.afterword.TestServer;
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

/** The page tells how it was read when it is hidden, once, and not for those who ask it not to. */
@OnStore
@NeedsBrowser
class EngagedTest {
  /** What a browser says when a person turns to another tab, and back. */
  private static final String TURN =
      "state => {"
          + " Object.defineProperty(document, 'visibilityState',"
          + "   { configurable: true, get: () => state });"
          + " document.dispatchEvent(new Event('visibilitychange')); }";

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  @Test
  void whoReadsToTheEnd_hasFinished_whoLeavesEarly_hasNot(Browser browser) {
    Page ada = opened(browser);
    scrollToTheEnd(ada);
    read(ada);
    ada.navigate("about:blank");
    awaitReads(1, 1);
    assertThat(engagement().getInteger("medianSeconds")).isBetween(1, 20);

    Page ben = browser.open(server.url() + "/", options -> options.setViewportSize(400, 600));
    assertThat(counts(ben)).hasAttribute("data-views", "1");
    read(ben);
    ben.navigate("about:blank");
    awaitReads(2, 1);
    assertThat(browser.complaints()).isEmpty();
  }

  /** A beacon that is sent to another origin names its own, and pays no preflight. */
  @Test
  void aPageOfAnotherOrigin_isReported(Browser browser) throws IOException {
    var html =
        """
        <!doctype html><script type="module" src="%s/embed.js"></script>
        <div style="height: 2000px"></div><afterword-thread site="news"></afterword-thread>
        """;
    var elsewhere =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    elsewhere.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(html.formatted(server.url()).getBytes(UTF_8));
          exchange.close();
        });
    elsewhere.start();
    try {
      var origin = "http://127.0.0.1:" + elsewhere.getAddress().getPort();
      server.addSite("news", origin);
      Page page = browser.open("about:blank");
      List<String> reports = reportsOf(page);
      page.navigate(origin + "/");
      assertThat(counts(page)).hasAttribute("data-views", "1");
      scrollToTheEnd(page);
      read(page);
      page.evaluate(TURN, "hidden");
      Eventually.passes(
          "the read is told",
          () -> assertThat(engagement("news").getInteger("finished")).isEqualTo(1));
      page.waitForCondition(() -> !reports.isEmpty());
      assertThat(reports).singleElement().asString().startsWith("POST ");
      assertThat(browser.complaints()).isEmpty();
    } finally {
      elsewhere.stop(0);
    }
  }

  @Test
  void aClosedPage_isReported(Browser browser) {
    Page page = opened(browser);
    scrollToTheEnd(page);
    read(page);
    page.close(new Page.CloseOptions().setRunBeforeUnload(true));
    awaitReads(1, 1);
  }

  @Test
  void onePage_isReportedOnce(Browser browser) {
    Page page = browser.open("about:blank");
    List<String> reports = reportsOf(page);
    stopClock(page);
    page.navigate(server.url() + "/");
    assertThat(counts(page)).hasAttribute("data-views", "1");
    scrollToTheEnd(page);
    page.evaluate("() => scrollTo(0, 0)");
    hideAt(page, 60_000);
    page.waitForCondition(() -> reports.size() == 1);
    assertThat(reports.get(0)).contains("article=%2F&seconds=60&depth=100");
    page.evaluate(TURN, "visible");
    hideAt(page, 180_000);
    page.evaluate("() => document.querySelector('afterword-thread').remove()");
    page.navigate("about:blank");
    awaitReads(1, 1);
    assertThat(reports).hasSize(1);
  }

  /** The clock stands still unless the test moves it. */
  private static void stopClock(Page page) {
    page.addInitScript("performance.now = () => 0");
  }

  private static void hideAt(Page page, int ms) {
    page.evaluate("ms => performance.now = () => ms", ms);
    page.evaluate(TURN, "hidden");
  }

  /** What was too short to be a read goes on when the reader comes back. */
  @Test
  void aGlance_isNoRead_untilItGoesOn_andHiddenTimeIsNotCounted(Browser browser) {
    Page page = browser.open("about:blank");
    List<String> reports = reportsOf(page);
    stopClock(page);
    page.navigate(server.url() + "/");
    assertThat(counts(page)).hasAttribute("data-views", "1");
    hideAt(page, 900);
    assertThat(reports).isEmpty();
    page.evaluate("() => performance.now = () => 600_000");
    page.evaluate(TURN, "visible");
    hideAt(page, 642_000);
    page.waitForCondition(() -> reports.size() == 1);
    assertThat(reports.get(0)).contains("seconds=43");
  }

  /** As on a site that changes its articles without loading a page. */
  @Test
  void whenTheElementGoes_theReadEnds(Browser browser) {
    Page page = browser.open("about:blank");
    List<String> reports = reportsOf(page);
    stopClock(page);
    page.navigate(server.url() + "/");
    assertThat(counts(page)).hasAttribute("data-views", "1");
    page.evaluate("() => performance.now = () => 7_200_000");
    page.evaluate("() => document.querySelector('afterword-thread').setAttribute('article', '/b')");
    assertThat(counts(page)).hasAttribute("data-views", "1");
    page.waitForCondition(() -> reports.size() == 1);
    assertThat(reports.get(0)).contains("article=%2F&").contains("seconds=3600");
    page.waitForCondition(() -> views("/b") == 1);
    page.evaluate("() => performance.now = () => 7_205_000");
    page.evaluate("() => document.querySelector('afterword-thread').remove()");
    page.waitForCondition(() -> reports.size() == 2);
    assertThat(reports.get(1)).contains("article=%2Fb&").contains("seconds=5");
  }

  private int views(String article) {
    var answer = server.get("/api/v1/demo/article?article=" + article);
    return new JsonObject(answer.body()).getInteger("views");
  }

  /** Do Not Track, Global Privacy Control, and a page that nobody has seen yet. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Object.defineProperty(navigator, 'globalPrivacyControl', { get: () => true })",
        "Object.defineProperty(navigator, 'doNotTrack', { get: () => '1' })",
        "Object.defineProperty(document, 'prerendering', { get: () => true });"
            + "Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })"
      })
  void whoDoesNotWantIt_isNotMeasured(String wish, Browser browser) {
    Page page = browser.open("about:blank");
    List<String> reports = reportsOf(page);
    page.addInitScript(wish);
    page.navigate(server.url() + "/");
    assertThat(page.locator("[part=invite]")).isVisible();
    scrollToTheEnd(page);
    read(page);
    page.navigate("about:blank");

    Page other = opened(browser);
    scrollToTheEnd(other);
    read(other);
    other.navigate("about:blank");
    awaitReads(1, 1);
    assertThat(reports).isEmpty();
  }

  private Page opened(Browser browser) {
    Page page = browser.open(server.url() + "/");
    assertThat(counts(page)).hasAttribute("data-views", "1");
    return page;
  }

  private static Locator counts(Page page) {
    return page.locator("[part=counts]");
  }

  private static void scrollToTheEnd(Page page) {
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)");
    page.waitForFunction(
        "() => document.querySelector('afterword-thread').getBoundingClientRect().top < innerHeight");
  }

  /** For a moment that is long enough to be a read. */
  private static void read(Page page) {
    page.evaluate("() => { window.begun = performance.now(); }");
    page.waitForFunction("() => performance.now() > window.begun + 1_500");
  }

  private static List<String> reportsOf(Page page) {
    var reports = new ArrayList<String>();
    page.onRequest(
        request -> {
          if (request.url().contains("/engagement")) {
            reports.add(request.method() + ' ' + request.url());
          }
        });
    return reports;
  }

  private void awaitReads(int reads, int finished) {
    Eventually.passes(
        reads + " reads are told, " + finished + " to the end",
        () -> {
          var found = engagement();
          assertThat(found.getInteger("reads")).isEqualTo(reads);
          assertThat(found.getInteger("finished")).isEqualTo(finished);
        });
  }

  private JsonObject engagement() {
    return engagement("demo");
  }

  private JsonObject engagement(String site) {
    var path = "/api/v1/" + site + "/engagement?article=/";
    var answer = server.get(path, "Authorization", "Bearer " + server.staffToken());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }
}
