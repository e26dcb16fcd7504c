package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who deletes a comment may think again for some seconds; nobody else is told before. */
@OnStore
@NeedsBrowser
class DeletionsTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  @Test
  void whoThinksAgain_hasItBack_byKeyboardAlone(Browser browser) {
    var page = atATime(browser, server.url() + "/");
    var id = write(page, "What I should not have said.");
    page.locator("[data-action=delete]").press("Enter");
    var undo = page.locator("[data-action=undo]");
    assertThat(undo).isFocused();
    assertThat(comment(page, id)).hasText("This comment was deleted. Undo");
    assertThat(page.locator("[role=status]")).hasText("This comment was deleted.");
    page.clock().runFor(4000);
    // Two quick keys delete nothing.
    page.keyboard().press("Enter");
    assertThat(page.locator("[data-action=delete]")).isFocused();
    assertThat(comment(page, id)).containsText("What I should not have said.");
    page.clock().runFor(60_000);
    assertThat(comment(page, id)).containsText("What I should not have said.");
    assertThat(status(id)).isEqualTo(200);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whenItsTimeIsOver_itIsGoneForAll_andTheKeyboardGoesOn(Browser browser) {
    var page = atATime(browser, server.url() + "/");
    var first = write(page, "This one stays.");
    var second = write(page, "This one goes.");
    var other = browser.open(server.url() + "/");
    comment(page, second).locator("[data-action=delete]").click();
    assertThat(page.locator("[data-action=undo]")).isFocused();
    assertThat(comment(other, second)).containsText("This one goes.");
    page.clock().runFor(6000);
    assertThat(comment(other, second)).hasCount(0);
    assertThat(comment(page, second)).hasCount(0);
    assertThat(comment(page, first)).isFocused();
    assertThat(page.locator("[part=comments]")).hasText("1 comment");

    // With a reply below it, the sentence stays and the way back goes.
    server.desk("demo").post("/", "A reply.", first);
    assertThat(page.locator("[data-comment]")).hasCount(2);
    comment(page, first).locator("[data-action=delete]").click();
    page.clock().runFor(6000);
    assertThat(comment(other, first)).hasText("This comment was deleted.");
    assertThat(comment(page, first)).hasText("This comment was deleted.");
    assertThat(comment(page, first)).isFocused();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whoLeaves_doesNotThinkAgain(Browser browser) {
    var page = atATime(browser, server.url() + "/");
    var ids = new String[] {write(page, "One."), write(page, "Two.")};
    for (var id : ids) {
      comment(page, id).locator("[data-action=delete]").click();
    }
    assertThat(page.locator("[data-action=undo]")).hasCount(2);
    page.navigate("about:blank");
    for (var id : ids) {
      Eventually.holds("it is gone", () -> status(id) == 404);
    }
  }

  /** What is sent from another origin when a page is left has to ask first. */
  @Test
  void whoLeavesAPageOfAnotherOrigin_doesNotThinkAgain(Browser browser) throws IOException {
    var html =
        """
        <!doctype html><script type="module" src="%s/embed.js"></script>
        <afterword-thread site="news"></afterword-thread>
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
      var page = atATime(browser, origin + "/");
      var id = write(page, "One.");
      comment(page, id).locator("[data-action=delete]").click();
      assertThat(page.locator("[data-action=undo]")).isFocused();
      page.navigate("about:blank");
      Eventually.holds(
          "it is gone", () -> server.get("/api/v1/news/comments/" + id).statusCode() == 404);
    } finally {
      elsewhere.stop(0);
    }
  }

  @Test
  void anElementThatIsRemoved_sendsWhatIsDue(Browser browser) {
    var page = atATime(browser, server.url() + "/");
    var id = write(page, "One.");
    comment(page, id).locator("[data-action=delete]").click();
    assertThat(page.locator("[data-action=undo]")).isFocused();
    page.evaluate("document.querySelector('afterword-thread').remove()");
    Eventually.holds("it is gone", () -> status(id) == 404);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatTheServerRefuses_isBack_withTheReason(Browser browser) {
    var page = atATime(browser, server.url() + "/");
    var id = write(page, "It stays, it seems.");
    page.route("**/comments/*", Route::abort);
    comment(page, id).locator("[data-action=delete]").click();
    assertThat(page.locator("[data-action=undo]")).isFocused();
    page.clock().runFor(6000);
    assertThat(comment(page, id)).containsText("It stays, it seems.");
    assertThat(comment(page, id).locator("[part=problem]"))
        .hasText("That did not work. Try again in a moment.");
    assertThat(comment(page, id)).isFocused();
    page.unroute("**/comments/*");
    comment(page, id).locator("[data-action=delete]").click();
    page.clock().runFor(6000);
    assertThat(page.getByText("No comments yet.")).isVisible();
    assertThat(page.locator("[part=invite]")).isFocused();
  }

  @Test
  void theWayBack_isGoodForEveryone(Browser browser) {
    for (int width : new int[] {1280, 360}) {
      for (var scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
        var page =
            browser.open(
                server.url() + "/",
                options ->
                    options
                        .setViewportSize(width, 800)
                        .setHasTouch(width < 1000)
                        .setIsMobile(width < 1000)
                        .setColorScheme(scheme));
        var name = width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        var id = write(page, "What I should not have said, " + name);
        comment(page, id).locator("[data-action=delete]").click();
        assertThat(page.locator("[data-action=undo]")).isFocused();
        Browser.assertAccessible(page, name);
        page.locator("[part=thread]")
            .screenshot(
                new Locator.ScreenshotOptions()
                    .setPath(SCREENSHOTS.resolve("undo-" + name + ".png")));
        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
        page.locator("[data-action=undo]").click();
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }

  /** A reader whose clock the test moves on. */
  private static Page atATime(Browser browser, String url) {
    var page = browser.open("about:blank");
    page.clock().install();
    page.navigate(url);
    return page;
  }

  private static Locator comment(Page page, String id) {
    return page.locator("[data-comment='" + id + "']");
  }

  private int status(String id) {
    return server.get("/api/v1/demo/comments/" + id).statusCode();
  }

  private static String write(Page page, String text) {
    page.locator("[part=invite]").click();
    page.locator("[part=textarea]").fill(text);
    if (page.locator("[part=name]").isVisible()) {
      page.locator("[part=name]").fill("Ada");
    }
    page.locator("[part=submit]").click();
    var written =
        page.locator("[data-comment]").filter(new Locator.FilterOptions().setHasText(text)).first();
    return written.getAttribute("data-comment");
  }
}
