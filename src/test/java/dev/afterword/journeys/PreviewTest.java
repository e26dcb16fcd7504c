package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who writes can see it as everybody will. */
@OnStore
@NeedsBrowser
class PreviewTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  @Test
  void whatIsWritten_looksAsItWillBePosted_andIsPutAwayByTheNextLetter(Browser browser) {
    var page = browser.open(server.url() + "/");
    page.locator("[part=invite]").click();
    var button = page.locator("[data-action=preview]");
    assertThat(button).hasAttribute("aria-pressed", "false");
    button.click();
    assertThat(page.locator("[part=problem]")).hasText("A comment needs some text.");
    assertThat(page.locator("[part=textarea]")).isFocused();

    page.locator("[part=textarea]").fill("Some **strong** words.\n\n> And a quote.\n\n<b>not</b>");
    assertThat(page.locator("[part=problem]")).hasCount(0);
    button.press("Enter");
    var preview = page.locator("[part=preview]");
    assertThat(preview.locator("strong")).hasText("strong");
    assertThat(preview.locator("blockquote")).hasText("And a quote.");
    assertThat(preview.locator("b")).hasCount(0);
    assertThat(button).isFocused();
    assertThat(button).hasAttribute("aria-pressed", "true");
    var html = (String) preview.evaluate("e => e.textContent.trim()");
    button.click();
    assertThat(preview).hasCount(0);
    button.click();
    assertThat(preview).isVisible();
    page.locator("[part=textarea]").press("End");
    page.keyboard().type(" ");
    assertThat(preview).hasCount(0);

    page.locator("[part=name]").fill("Ada");
    page.locator("[part=submit]").click();
    var text = page.locator("[data-comment] [part=text]");
    assertThat((String) text.evaluate("e => e.textContent.trim()")).isEqualTo(html);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void oneThatDoesNotCome_isSaid_andTheTextStays(Browser browser) {
    var page = browser.open("about:blank");
    page.route("**/preview", Route::abort);
    page.navigate(server.url() + "/");
    page.locator("[part=invite]").click();
    page.locator("[part=textarea]").fill("Some words.");
    page.locator("[data-action=preview]").click();
    assertThat(page.locator("[part=problem]")).hasText("That did not work. Try again in a moment.");
    assertThat(page.locator("[part=textarea]")).hasValue("Some words.");
    page.unroute("**/preview");
    page.locator("[data-action=preview]").click();
    assertThat(page.locator("[part=preview]")).hasText("Some words.");
    assertThat(page.locator("[part=problem]")).hasCount(0);
  }

  @Test
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
        page.locator("[part=invite]").click();
        page.locator("[part=textarea]")
            .fill("It holds **still**, and that is the whole of it.\n\n- a margin\n- a `pencil`");
        page.locator("[data-action=preview]").click();
        assertThat(page.locator("[part=preview]")).isVisible();
        var name = width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        Browser.assertAccessible(page, name);
        page.locator("[part=thread]")
            .screenshot(
                new Locator.ScreenshotOptions()
                    .setPath(SCREENSHOTS.resolve("preview-" + name + ".png")));
        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }
}
