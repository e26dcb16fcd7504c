package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ForcedColors;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who writes is told what may be typed beside plain words, and nothing that does not work. */
@OnStore
class MarkdownHelpTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "uk", "zh"})
  void whatItTells_isWhatTheServerMakesOfIt(String language) throws IOException {
    var file = Path.of("src", "main", "web", "words", language + ".json");
    var words = new JsonObject(Files.readString(file));
    var marks = words.getString("marks").lines().toList();
    var name = marks.get(7).substring(1);
    post("Somebody who can be mentioned.", name);
    String[] made = {
      "<p><strong>%s</strong></p>", "<p><em>%s</em></p>", "<p><del>%s</del></p>",
      "<p><code>%s</code></p>", "<blockquote>\n<p>%s</p>\n</blockquote>", "<ul><li>%s</li></ul>",
      "<p><a>%s</a></p>", "<p><a>@%s</a></p>"
    };
    assertThat(marks).hasSameSizeAs(made);
    for (int i = 0; i < made.length; i++) {
      var word = marks.get(i).replaceAll("\\(.*|[*~`>\\[\\]@]|^- ", "").strip();
      assertThat(post(marks.get(i), "Ada").replaceAll(" (href|rel)=\"[^\"]+\"", ""))
          .isEqualTo(made[i].formatted(word));
    }
  }

  @Test
  @NeedsBrowser
  void itOpensAndClosesByKey_andTheTextStays(Browser browser) {
    var page = browser.open(server.url() + "/");
    page.locator("[part=invite]").press("Enter");
    assertThat(page.locator("[part=textarea]")).isFocused();
    page.keyboard().type("Half a thought");
    var button = page.locator("[data-action=help]");
    var help = page.locator("[part=help]");
    assertThat(button).hasText("Formatting");
    assertThat(button).hasAttribute("aria-expanded", "false");
    button.press("Enter");
    assertThat(help.locator("li").first()).hasText("**bold**");
    assertThat(help.locator("li")).hasCount(8);
    assertThat(button).hasAttribute("aria-expanded", "true");
    assertThat(button).isFocused();

    // It stays while its reader tries it, and Escape takes away one thing at a time.
    page.locator("[part=textarea]").press("End");
    page.keyboard().type(" **bold**");
    assertThat(help).isVisible();
    page.keyboard().press("Escape");
    assertThat(help).hasCount(0);
    assertThat(page.locator("[part=textarea]")).isFocused();
    assertThat(page.locator("[part=textarea]")).hasValue("Half a thought **bold**");
    button.press("Enter");
    button.press("Enter");
    assertThat(help).hasCount(0);
    page.keyboard().press("Escape");
    assertThat(page.locator("[part=form]")).hasCount(0);
    assertThat(page.locator("[part=invite]")).isFocused();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  @NeedsBrowser
  void itIsGoodForEveryone(Browser browser) {
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
        look(page, width, width + "-" + scheme.name().toLowerCase(Locale.ROOT));
        assertThat(page.locator("[data-action=help]").boundingBox().height)
            .isGreaterThanOrEqualTo(width < 1000 ? 44 : 24);
      }
    }
    var forced =
        browser.open(server.url() + "/", options -> options.setForcedColors(ForcedColors.ACTIVE));
    look(forced, 1280, "forced");
    for (var language : new String[] {"ar", "de", "uk"}) {
      var page = browser.open("about:blank", options -> options.setViewportSize(360, 800));
      page.addInitScript(
          "document.addEventListener('readystatechange', () => Object.assign("
              + "document.documentElement, { lang: '%s', dir: '%s' }))"
                  .formatted(language, language.equals("ar") ? "rtl" : "ltr"));
      page.navigate(server.url() + "/");
      look(page, 360, language);
    }
    assertThat(browser.complaints()).isEmpty();
  }

  private static void look(Page page, int width, String name) {
    page.locator("[part=invite]").click();
    page.locator("[data-action=help]").click();
    assertThat(page.locator("[part=help]")).isVisible();
    Browser.assertAccessible(page, name);
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
    page.locator("[part=thread]")
        .screenshot(
            new Locator.ScreenshotOptions().setPath(SCREENSHOTS.resolve("help-" + name + ".png")));
  }

  private String post(String text, String name) {
    var posted = server.desk("demo").postAs(name, "/", text, null);
    return posted.getJsonObject("comment").getString("html");
  }
}
