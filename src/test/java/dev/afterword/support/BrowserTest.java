package dev.afterword.support;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@NeedsBrowser
class BrowserTest {
  private static HttpServer server;
  private static String url;

  @BeforeAll
  static void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    server.createContext(
        "/",
        exchange -> {
          byte[] page =
              """
              <!doctype html><title>Seen</title><link rel="icon" href="data:,">
              <h1 onclick="throw new Error('ouch')">Seen</h1>
              <p><script>document.write(
                navigator.userAgent + (localStorage.seen ? ' again' : ' first'));
                localStorage.seen = 1</script></p>
              """
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
  }

  @Test
  void isAReaderNotARobot(Browser browser) {
    Page page = browser.open(url);
    assertThat(page).hasTitle("Seen");
    assertThat(page.locator("p")).containsText("Chrome/");
    assertThat(page.locator("p")).not().containsText("Headless");
  }

  @Test
  void eachPageIsAnotherReader(Browser browser) {
    assertThat(browser.open(url).locator("p")).containsText("first");
    assertThat(browser.open(url).locator("p")).containsText("first");
  }

  @Test
  void hearsComplaints(Browser browser) {
    Page page = browser.open(url);
    assertThat(browser.complaints()).isEmpty();
    page.locator("h1").click();
    assertThat(browser.complaints()).anyMatch(text -> text.contains("ouch"));
  }
}
