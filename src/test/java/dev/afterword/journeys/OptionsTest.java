package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands behind the three dots at a comment: its link, and a word to the moderators. */
@OnStore
@NeedsBrowser
class OptionsTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @AutoClose private TestServer server;
  private Desk desk;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    desk = server.desk("demo");
  }

  @Test
  void theLink_isCopied_byKeyboardAlone(Browser browser) {
    var id = post("A comment worth sending on.");
    var page = browser.open(server.url() + "/");
    page.context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
    var dots = page.locator("[data-action=options]");
    assertThat(dots).hasAccessibleName("More actions");
    assertThat(dots).hasAttribute("aria-expanded", "false");
    dots.press("Enter");
    assertThat(dots).hasAttribute("aria-expanded", "true");
    page.keyboard().press("Tab");
    assertThat(page.locator("[data-action=copy]")).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("[data-action=copy]")).hasText("Link copied");
    assertThat(page.locator("[role=status]")).hasText("Link copied");
    assertThat(page.evaluate("navigator.clipboard.readText()"))
        .isEqualTo(server.url() + "/#aw-" + id);
    Browser.assertAccessible(page, "copied");
    page.keyboard().press("Escape");
    assertThat(dots).isFocused();
    assertThat(page.locator("[data-action=copy]")).hasCount(0);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whereTheClipboardIsRefused_theLinkIsShown(Browser browser) {
    var id = post("A comment worth sending on.");
    var page = browser.open("about:blank");
    page.addInitScript(
        "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no'))");
    page.navigate(server.url() + "/");
    page.locator("[data-action=options]").click();
    page.locator("[data-action=copy]").click();
    var link = page.locator(".link");
    assertThat(link).isFocused();
    assertThat(link).hasValue(server.url() + "/#aw-" + id);
    assertThat(link).hasAccessibleName("Link to this comment");
    assertThat((int) link.evaluate("link => link.selectionEnd - link.selectionStart"))
        .isEqualTo(link.inputValue().length());
    Browser.assertAccessible(page, "shown");
    link.press("Escape");
    assertThat(link).hasCount(0);
    assertThat(page.locator("[data-action=options]")).isFocused();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aReport_reachesTheModerators_byKeyboardAlone(Browser browser) {
    var id = post("Buy pencils here.");
    var page = browser.open(server.url() + "/");
    var dots = page.locator("[data-action=options]");
    dots.press("Enter");
    page.locator("[data-action=report]").press("Enter");
    assertThat(page.getByRole(com.microsoft.playwright.options.AriaRole.GROUP).last())
        .hasAccessibleName("What is wrong with this comment?");
    assertThat(page.locator("[name=reason]").first()).isFocused();
    page.keyboard().press("Escape");
    assertThat(page.locator("[part=report-form]")).hasCount(0);
    assertThat(page.locator("[data-action=report]")).isFocused();

    page.keyboard().press("Enter");
    assertThat(page.locator("[name=reason]").first()).isFocused();
    page.keyboard().press("Enter");
    assertThat(page.locator("[part=problem]")).hasText("Choose what is wrong.");
    assertThat(page.locator("[name=reason]").first()).isFocused();
    Browser.assertAccessible(page, "no reason");
    assertThat(desk.get("admin/queue?state=reported").getJsonArray("comments")).isEmpty();
    page.keyboard().press("ArrowDown");
    page.locator("[name=note]").fill("The third of these today.");
    page.locator("[part=report-form] [part=submit]").press("Enter");
    assertThat(page.locator(".notice")).hasText("Thank you. The moderators will look at it.");
    assertThat(page.locator("[role=status]")).hasText("Thank you. The moderators will look at it.");
    assertThat(dots).isFocused();
    assertThat(page.locator("[data-action=report]")).hasCount(0);
    Browser.assertAccessible(page, "reported");

    var reported = desk.get("admin/queue?state=reported").getJsonArray("comments").getJsonObject(0);
    assertThat(reported.getString("id")).isEqualTo(id);
    assertThat(reported.getJsonObject("reports").getJsonObject("reasons").getInteger("abuse"))
        .isEqualTo(1);
    assertThat(reported.getJsonObject("reports").getJsonArray("notes").encode())
        .contains("The third of these today.");

    // Who reported is somebody from then on, and still has no name to write by.
    page.locator("[part=invite]").click();
    assertThat(page.locator("[part=name]")).isVisible();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatTheServerRefuses_isSaidAtTheForm_andKeepsIt(Browser browser) {
    post("Buy pencils here.");
    var page = browser.open("about:blank");
    page.route(
        "**/reports",
        route ->
            route.fulfill(
                new Route.FulfillOptions()
                    .setStatus(403)
                    .setContentType("application/problem+json")
                    .setBody("{\"code\":\"banned\",\"title\":\"No\"}")));
    page.navigate(server.url() + "/");
    page.locator("[data-action=options]").click();
    page.locator("[data-action=report]").click();
    page.getByText("Advertising or spam").click();
    page.locator("[name=note]").fill("What I meant to say.");
    page.locator("[part=report-form] [part=submit]").click();
    assertThat(page.locator("[data-comment] [part=problem]")).isVisible();
    assertThat(page.locator("[name=note]")).hasValue("What I meant to say.");
    assertThat(page.locator("[name=reason]").first()).isChecked();
    page.unroute("**/reports");
    page.locator("[part=report-form] [part=submit]").click();
    assertThat(page.locator(".notice")).hasText("Thank you. The moderators will look at it.");
    assertThat(page.locator("[part=problem]")).hasCount(0);
  }

  @Test
  void onesOwn_cannotBeReported_norByWhoMayBeNobody(Browser browser) {
    var page = browser.open(server.url() + "/");
    page.locator("[part=invite]").click();
    page.locator("[part=textarea]").fill("Mine.");
    page.locator("[part=name]").fill("Ada");
    page.locator("[part=submit]").click();
    page.locator("[data-action=options]").click();
    assertThat(page.locator("[data-action=copy]")).isVisible();
    assertThat(page.locator("[data-action=report]")).hasCount(0);

    desk.done("PUT", "admin/settings", new JsonObject().put("guests", "off"));
    Eventually.passes(
        "the site takes no guests",
        () ->
            assertThat(server.get("/api/v1/demo/comments?article=/").body())
                .contains("\"guests\":\"off\""));
    var other = browser.open(server.url() + "/");
    other.locator("[data-action=options]").click();
    assertThat(other.locator("[data-action=copy]")).isVisible();
    assertThat(other.locator("[data-action=report]")).hasCount(0);
    // With nothing before them, the dots stand where the words begin.
    assertThat(other.locator("[data-action=options] svg").boundingBox().x)
        .isCloseTo(other.locator("[part=text]").boundingBox().x, within(1.5));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theyAreGoodForEveryone(Browser browser) {
    post("A comment of the usual length, as people write it when they have read to the end.");
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
        page.locator("[data-action=options]").click();
        look(page, name + "-open");
        page.locator("[data-action=report]").click();
        page.locator("[part=report-form] [part=submit]").click();
        assertThat(page.locator("[part=problem]")).isVisible();
        Browser.assertAccessible(page, name);
        look(page, name + "-report");
        int least = width < 1000 ? 44 : 24;
        for (var button : page.locator("[data-comment] button, .choice").all()) {
          assertThat(button.boundingBox().height).isGreaterThanOrEqualTo(least);
        }
        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
        page.locator("[name=reason]").first().check();
        page.locator("[part=report-form] [part=submit]").click();
        assertThat(page.locator(".notice")).isVisible();
        look(page, name + "-thanks");
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }

  private static void look(Page page, String name) {
    Locator comment = page.locator("[part=thread]");
    comment.screenshot(
        new Locator.ScreenshotOptions().setPath(SCREENSHOTS.resolve("options-" + name + ".png")));
  }

  private String post(String text) {
    return Desk.idOf(desk.postAs("Ben", "/", text, null));
  }
}
