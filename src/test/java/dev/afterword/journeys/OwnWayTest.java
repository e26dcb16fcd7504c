package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ForcedColors;
import com.microsoft.playwright.options.ReducedMotion;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Readers who see pages their own way: in colours of their own, at twice the size, mirrored. */
@OnStore
@NeedsBrowser
class OwnWayTest {
  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    var root = post("The margin is a good idea.", null);
    post("It holds still.", post("Does it?", root));
  }

  private String post(String text, String parent) {
    return server.desk("demo").id("/", text, parent);
  }

  /** Opens whatever there is to open, and looks at each. */
  private static void walk(Page page, String name) {
    assertThat(page.locator(".comment")).hasCount(3);
    check(page, name + "-thread");
    page.locator("[part=reaction]").first().click();
    assertThat(page.locator("[part=reaction]").first()).hasAttribute("aria-pressed", "true");
    page.locator("[data-action=voteUp]").first().click();
    assertThat(page.locator("[data-action=voteUp]").first()).hasAttribute("aria-pressed", "true");
    page.locator("[data-action=options]").first().click();
    page.locator("[data-action=report]").click();
    check(page, name + "-report");
    page.keyboard().press("Escape");
    page.locator("[data-action=reply]").first().click();
    page.locator("[part=textarea]").fill("A *reply*.");
    page.locator("[data-action=preview]").click();
    assertThat(page.locator("[part=preview] em")).isVisible();
    page.locator("[part=submit]").click();
    check(page, name + "-form");
  }

  private static void check(Page page, String name) {
    Browser.assertAccessible(page, name);
    assertThat((boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
        .as("nothing is beside the screen")
        .isTrue();
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(Path.of("target", "screenshots", "own-way-" + name + ".png")));
  }

  @Test
  void inColoursOfTheirOwn_theySeeWhatIsChosen(Browser browser) {
    var page =
        browser.open(server.url() + "/", options -> options.setForcedColors(ForcedColors.ACTIVE));
    walk(page, "forced");
    var ground =
        "(one) => getComputedStyle(one.shadowRoot.querySelectorAll('[part=reaction]')[%d]).backgroundColor";
    var thread = page.locator("afterword-thread");
    assertThat(thread.evaluate(ground.formatted(0)))
        .isNotEqualTo(thread.evaluate(ground.formatted(1)));
  }

  /** A window of 1280 by 800 at 200 %. */
  @Test
  void atTwiceTheSize_everythingIsThere(Browser browser) {
    var page =
        browser.open(
            server.url() + "/",
            options ->
                options
                    .setViewportSize(640, 400)
                    .setDeviceScaleFactor(2)
                    .setReducedMotion(ReducedMotion.REDUCE));
    walk(page, "large");
  }

  @Test
  void fromRightToLeft_everythingIsMirrored(Browser browser) {
    var page = browser.open("about:blank", options -> options.setViewportSize(360, 740));
    page.addInitScript(
        "document.addEventListener('readystatechange', () =>"
            + " Object.assign(document.documentElement, { lang: 'ar', dir: 'rtl' }))");
    page.navigate(server.url() + "/");
    walk(page, "mirrored");
    var places =
        "(one) => ['.avatar', '.author'].map((what) =>"
            + " one.shadowRoot.querySelector(what).getBoundingClientRect().x)";
    var found = (java.util.List<?>) page.locator("afterword-thread").evaluate(places);
    assertThat(((Number) found.get(0)).doubleValue())
        .isGreaterThan(((Number) found.get(1)).doubleValue());
  }
}
