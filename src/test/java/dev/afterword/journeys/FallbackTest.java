package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers behind a proxy that lets less through than it should. */
@OnStore
@NeedsBrowser
class FallbackTest {
  /** Longer than two turns of asking. */
  private static final double LATEST_MS = 40_000;

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  @Test
  void withoutWebSocket_thePageLivesOnEvents(Browser browser) {
    var page = browser.open("about:blank");
    page.routeWebSocket("**/live?*", WebSocketRoute::close);
    var stream = awaitRequest(page, "/live?", "eventsource");
    assertThat(stream.headers()).containsEntry("accept", "text/event-stream");
    assertLives(page, "over events");
  }

  @Test
  void withoutEventsToo_thePageAsksNowAndThen(Browser browser) {
    var page = browser.open("about:blank");
    page.routeWebSocket("**/live?*", WebSocketRoute::close);
    page.route("**/live?*", Route::abort);
    awaitRequest(page, "/article?", "fetch");
    server.send("POST", "/api/v1/demo/views?article=/", "", "X-Forwarded-For", "203.0.113.9");
    assertThat(page.locator("[part=counts]"))
        .hasAttribute(
            "data-views", "2", new LocatorAssertions.HasAttributeOptions().setTimeout(LATEST_MS));
    assertLives(page, "asked for");
  }

  @Test
  void whileNothingIsWritten_whoAsksDoesNotReadAgain(Browser browser) {
    var page = browser.open("about:blank");
    page.clock().install();
    page.routeWebSocket("**/live?*", WebSocketRoute::close);
    page.route("**/live?*", Route::abort);
    awaitRequest(page, "/article?", "fetch");
    assertThat(page.locator(".paused")).hasCount(0);
    var asked = new CopyOnWriteArrayList<String>();
    page.onRequest(request -> asked.add(request.url().replaceFirst(".*/demo/([a-z]+).*", "$1")));
    for (int turn = 1; turn <= 2; turn++) {
      page.waitForResponse("**/article?*", () -> page.clock().runFor(15_000));
    }
    assertThat(asked).containsExactly("article", "article");
  }

  @Test
  void whoIsRemovedWhileItAsks_asksNoMore(Browser browser) {
    var page = browser.open("about:blank");
    page.routeWebSocket("**/live?*", WebSocketRoute::close);
    page.route("**/live?*", Route::abort);
    var held = new CopyOnWriteArrayList<Route>();
    page.route("**/article?*", held::add);
    awaitRequest(page, "/article?", "fetch");
    page.clock().install();
    page.evaluate("document.querySelector('afterword-thread').remove()");
    page.waitForResponse("**/article?*", () -> held.get(0).resume());
    page.evaluate("fetch('/docs.css').then(() => 1)");
    page.clock().runFor(60_000);
    page.evaluate("fetch('/docs.css').then(() => 1)");
    assertThat(held).hasSize(1);
  }

  private Request awaitRequest(Page page, String path, String type) {
    return page.waitForRequest(
        request -> request.url().contains(path) && request.resourceType().equals(type),
        new Page.WaitForRequestOptions().setTimeout(LATEST_MS),
        () -> page.navigate(server.url() + "/"));
  }

  private void assertLives(Page page, String text) {
    server.desk("demo").post("/", text);
    assertThat(page.locator("[data-comment]").getByText(text))
        .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(LATEST_MS));
    assertThat(page.locator("[part=counts]"))
        .hasAttribute(
            "data-comments",
            "1",
            new LocatorAssertions.HasAttributeOptions().setTimeout(LATEST_MS));
  }
}
