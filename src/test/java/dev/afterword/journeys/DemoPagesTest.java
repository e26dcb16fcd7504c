package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afterword.support.Browser.comment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each page of the demo shows one way to have a thread, and works. */
@OnStore
@NeedsBrowser
class DemoPagesTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  /** Opens a page that tells what its policy forbade. */
  private Page open(Browser browser, String path) {
    var page = browser.open("about:blank");
    page.addInitScript(
        "window.refused = []; document.addEventListener('securitypolicyviolation',"
            + " ({ violatedDirective, blockedURI }) => refused.push(violatedDirective + blockedURI))");
    page.navigate(server.url() + path);
    return page;
  }

  private static void assertQuiet(Browser browser, Page page) {
    assertThat((String) page.evaluate("refused.join()")).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  private String post(String article, String text, String parent) {
    return Desk.idOf(server.desk("demo").postAs("Ben", article, text, parent));
  }

  private static void write(Page page, String text, String name) {
    page.locator("[part=invite]").click();
    page.locator("[part=textarea]").fill(text);
    if (name != null) {
      page.locator("[part=name]").fill(name);
    }
    page.locator("[part=submit]").click();
    assertThat(comment(page, text)).isVisible();
  }

  @ParameterizedTest
  @ValueSource(strings = {"strict", "included", "signed-in", "list"})
  void aPage_isGoodForEveryone_wideAndNarrow_lightAndDark(String name, Browser browser) {
    var first = post("/" + name, "It was always there when one turned to it.", null);
    post("/" + name, "And one did, from the back.", first);
    for (int width : new int[] {1280, 360}) {
      for (var scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
        var page =
            browser.open(
                server.url() + "/" + name,
                options -> options.setViewportSize(width, 800).setColorScheme(scheme));
        if (!name.equals("list")) {
          assertThat(page.locator("[data-comment]")).hasCount(2);
        }
        page.screenshot(
            new Page.ScreenshotOptions()
                .setFullPage(true)
                .setPath(
                    SCREENSHOTS.resolve(
                        "demo-%s-%d-%s.png"
                            .formatted(name, width, scheme.name().toLowerCase(Locale.ROOT)))));
        Browser.assertAccessible(page, name + width + scheme);
        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theStrictestPolicy_isEnough(Browser browser) {
    var page = open(browser, "/strict");
    write(page, "Nothing here either.", "Ada");
    comment(page, "Nothing here").locator("[part=reply]").click();
    page.locator("[part=textarea]").fill("Look closely.");
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=replies] [data-comment]")).hasCount(1);
    page.locator("[part=reaction]").first().click();
    assertThat(page.locator("[part=reaction]").first()).hasAccessibleName("Like 1");
    post("/strict", "Live, too.", null);
    assertThat(comment(page, "Live, too.")).isVisible();
    assertQuiet(browser, page);

    // A nonce is good for one answer: a page that was kept would have an old one.
    var one = server.get("/strict");
    var other = server.get("/strict");
    assertThat(one.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
    assertThat(one.headers().firstValue("ETag")).isEmpty();
    assertThat(policyOf(one)).isNotEqualTo(policyOf(other)).contains("'nonce-");
  }

  private static String policyOf(HttpResponse<String> answer) {
    return answer.headers().firstValue("Content-Security-Policy").orElseThrow();
  }

  @Test
  void whatTheServerIncluded_standsUntilTheWidgetHasMore(Browser browser) {
    for (int i = 0; i < 12; i++) {
      post("/included", "letter " + i, null);
    }
    var page = open(browser, "/about/counting");
    var held = new CopyOnWriteArrayList<Route>();
    page.route("**/comments?*", held::add);
    page.navigate(server.url() + "/included");
    page.waitForCondition(() -> !held.isEmpty());
    var element = page.locator("afterword-thread");
    assertThat(element.locator("> section.afterword .comment")).hasCount(12);
    assertThat(element.locator("> section.afterword .comment").first()).isVisible();
    assertThat(page.locator("[data-comment]")).hasCount(0);

    // Who reads among them already goes on reading the same one.
    page.evaluate(
        "scrollBy(0, document.querySelectorAll('.comment')[6].getBoundingClientRect().top"
            + " - innerHeight / 3 + 10)");
    var before = element.locator("> section.afterword .comment").nth(6).boundingBox().y;
    held.get(0).resume();
    assertThat(page.locator("[data-comment]")).hasCount(12);
    assertThat(element.locator("> section.afterword")).hasCount(0);
    assertThat(comment(page, "letter 5").boundingBox().y).isCloseTo(before, within(1.0));
    post("/included", "moving now", null);
    page.evaluate("scrollTo(0, document.querySelector('afterword-thread').offsetTop)");
    assertThat(page.locator("[part=counts]")).hasAttribute("data-comments", "13");
    assertQuiet(browser, page);
  }

  @Test
  void whoWritesIntoWhatWasIncluded_isNotDisturbed(Browser browser) {
    var page = open(browser, "/about/counting");
    var held = new CopyOnWriteArrayList<Route>();
    page.route("**/comments?*", held::add);
    page.navigate(server.url() + "/included");
    page.waitForCondition(() -> !held.isEmpty());
    page.locator("afterword-thread textarea").fill("By envelope.");
    page.evaluate("document.activeElement.blur()");
    page.waitForResponse("**/comments?*", () -> held.get(0).resume());
    post("/included", "Somebody else.", null);
    assertThat(page.locator("afterword-thread textarea")).hasValue("By envelope.");
    assertThat(page.locator("[part=thread]")).hasCount(0);
    page.unroute("**/comments?*");
    page.locator("afterword-thread input[name=name]").fill("Ada");
    page.locator("afterword-thread button").click();
    assertThat(comment(page, "By envelope.").locator("[part=author]")).hasText("Ada");
    assertThat(page).hasURL(Pattern.compile(".*/included#aw-.*"));
    assertQuiet(browser, page);
  }

  @Test
  void withoutAScript_whatWasIncludedIsAll(Browser browser) {
    post("/included", "It is here.", null);
    var page = browser.open(server.url() + "/included", off -> off.setJavaScriptEnabled(false));
    assertThat(page.locator("afterword-thread .comment")).containsText("It is here.");
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(SCREENSHOTS.resolve("demo-included-without.png")));
    page.locator("textarea").fill("So is the envelope.");
    page.locator("input[name=name]").fill("Ada");
    page.locator("afterword-thread button").click();
    assertThat(page.locator("afterword-thread .comment").first())
        .containsText("So is the envelope.");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whoSignsInOnThePage_isAdaBelowIt(Browser browser) {
    var page = open(browser, "/signed-in");
    page.locator("#account").click();
    assertThat(page.locator("#told")).hasText("You are Ada here.");
    Browser.assertAccessible(page, "signed in");
    write(page, "The usual, please.", null);
    assertThat(comment(page, "The usual").locator("[part=author]")).hasText("Ada");
    assertThat(comment(page, "The usual").locator("[data-action=edit]")).isVisible();
    page.locator("#account").click();
    assertThat(page.locator("#account")).hasText("Sign in as Ada");
    assertThat(comment(page, "The usual").locator("[data-action=edit]")).hasCount(0);
    assertQuiet(browser, page);
  }

  @Test
  void theDemosToken_isTheDemosAlone() {
    var answer = server.get("/signed-in/token");
    assertThat(answer.headers().firstValue("Cache-Control").orElseThrow()).contains("no-store");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
    var token = new JsonObject(answer.body()).getString("token");
    var me = server.get("/api/v1/demo/me?article=/", "Authorization", "Bearer " + token);
    assertThat(new JsonObject(me.body()).getJsonObject("author").getString("kind"))
        .isEqualTo("member");

    // A second start keeps the key, so that one process of several takes what another signed.
    try (var second = TestServer.start(Map.of("AFTERWORD_LIMITS", "off"))) {
      var again = second.get("/api/v1/demo/me?article=/", "Authorization", "Bearer " + token);
      assertThat(again.statusCode()).isEqualTo(200);
    }
    try (var production = TestServer.start(Map.of("AFTERWORD_DEMO", "false"))) {
      for (var path :
          new String[] {"/signed-in/token", "/signed-in", "/strict", "/included", "/"}) {
        assertThat(production.get(path).statusCode()).as(path).isEqualTo(404);
      }
    }

    // Whoever gives the site a key of their own signs on their own server.
    server.command(
        0,
        "site",
        "set",
        "demo",
        "--sso-key",
        server.file("key", "d2Vpw7EgcGhyYXNlIG9mIHRoZSB0ZXN0cw==").toString());
    try (var third = TestServer.unlimited()) {
      assertThat(third.get("/signed-in/token").statusCode()).isEqualTo(404);
    }
  }
}
