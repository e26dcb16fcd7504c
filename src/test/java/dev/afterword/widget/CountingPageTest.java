package dev.afterword.widget;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The page that a privacy policy links to, on a server without the demo. */
@OnStore
class CountingPageTest {
  private static final String PATH = "/about/counting";
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("AFTERWORD_DEMO", "false"));
  }

  @Test
  void thePage_isThatDocument() {
    var page = Jsoup.parse(server.get(PATH).body());
    assertThat(page.title()).isEqualTo("How views are counted · Afterword");
    assertThat(page.select("html").attr("lang")).isEqualTo("en");
    assertThat(page.select("h1").eachText()).containsExactly("How views are counted");
    assertThat(page.select("h2").eachText()).contains("What does not count", "Engaged reading");
    assertThat(page.select("table").size()).isEqualTo(3);
    assertThat(page.select("tr:has(td:matches(^repeat$)) td:eq(1)").text())
        .startsWith("Counted within the window.");
    page.select("code").forEach(Element::remove);
    assertThat(page.body().text()).doesNotContain("**", "](", "`", "|", "# ", "<");
  }

  @Test
  void eachLink_leadsSomewhere_withoutScriptAndForeignFiles() {
    var page = Jsoup.parse(server.get(PATH).body(), server.url() + PATH);
    assertThat(page.select("script, style, img, iframe, [style], [onclick]")).isEmpty();
    assertThat(page.select("a[href]").eachAttr("href"))
        .isNotEmpty()
        .allMatch(href -> href.startsWith("https://"));
    assertThat(page.select("link[href]").eachAttr("abs:href"))
        .isNotEmpty()
        .allSatisfy(
            href -> assertThat(server.get(URI.create(href).getPath()).statusCode()).isEqualTo(200));
    // What was a link to another document is still a word of its sentence.
    assertThat(page.body().text()).contains("Operating");
  }

  @Test
  void whoHasThePage_isToldSo() {
    var whole = server.get(PATH);
    assertThat(whole.statusCode()).isEqualTo(200);
    assertThat(header(whole, "Content-Type")).isEqualTo("text/html; charset=utf-8");
    assertThat(header(whole, "Cache-Control")).isEqualTo("public, max-age=3600");
    assertThat(header(whole, "Content-Security-Policy"))
        .isEqualTo("default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'");
    var etag = header(whole, "ETag");
    // Each event loop makes its own, and all are the same.
    for (int i = 0; i < 8; i++) {
      var again = server.get(PATH, "If-None-Match", etag);
      assertThat(again.statusCode()).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(header(again, "ETag")).isEqualTo(etag);
    }
    var head = server.send("HEAD", PATH, "");
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(header(head, "ETag")).isEqualTo(etag);
    assertThat(server.send("POST", PATH, "").statusCode()).isEqualTo(405);
  }

  @Test
  @NeedsBrowser
  void thePage_readsWell_onAnyScreen(Browser browser) {
    for (var scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      for (int width : new int[] {1280, 360}) {
        var name = "counting-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        Page page =
            browser.open(
                server.url() + PATH,
                options -> options.setViewportSize(width, 800).setColorScheme(scheme));
        page.screenshot(
            new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(SCREENSHOTS.resolve(name + ".png")));
        Object wider =
            page.evaluate(
                "() => [document.documentElement, ...document.querySelectorAll('pre, table')]"
                    + ".filter(it => it.scrollWidth > it.clientWidth"
                    + " || it.getBoundingClientRect().right > innerWidth).length");
        assertThat(wider).as("overflow at " + name).isEqualTo(0);
        Browser.assertAccessible(page, name);
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }

  private static String header(HttpResponse<String> answer, String name) {
    return answer.headers().firstValue(name).orElse(null);
  }
}
