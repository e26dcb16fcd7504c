package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every comment has an address, and who follows it is led there. */
@OnStore
@NeedsBrowser
class PermalinksTest {
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
  void itsTime_isALinkToTheAddressThatTheApiNames(Browser browser) {
    var ids = posts("comment", 12);
    var page = open(browser, "");
    var first = comment(page, ids.get(0));
    var when = first.locator("[part=permalink]");
    var named = new JsonObject(server.get("/api/v1/demo/comments/" + ids.get(0)).body());
    assertThat(when).hasAttribute("href", named.getString("url"));
    when.click();
    assertThat(first).isFocused();
    assertThat(page).hasURL(server.url() + "/#aw-" + ids.get(0));

    // The way back is the browser's, and the same link leads there once more.
    comment(page, ids.get(5)).locator("[part=permalink]").click();
    assertThat(comment(page, ids.get(5))).isFocused();
    page.goBack();
    assertThat(first).isFocused();
    assertThat(first).isInViewport();
    page.locator("[part=invite]").focus();
    when.click();
    assertThat(first).isFocused();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whoOpensIt_isLedThere_andWhatStandsThereStays(Browser browser) {
    var ids = posts("comment", 20);
    var page = open(browser, ids.get(3));
    var there = comment(page, ids.get(3));
    assertThat(there).isFocused();
    assertThat(there).isInViewport();
    Browser.assertAccessible(page, "led there");
    double before = there.boundingBox().y;
    assertThat(before).isBetween(0.0, 200.0);
    post("above", null);
    assertThat(page.locator("[part=pill]")).hasText("1 new comment");
    assertThat(there.boundingBox().y).isCloseTo(before, within(1.0));

    // One that is on the screen already is marked, and the page stays where it is.
    var scrolled = page.evaluate("scrollY");
    page.evaluate("id => { location.hash = 'aw-' + id }", ids.get(4));
    assertThat(comment(page, ids.get(4))).isFocused();
    assertThat(page.evaluate("scrollY")).isEqualTo(scrolled);

    // What waits behind the pill is shown to who asks for it.
    var waiting = post("one more above", null);
    assertThat(page.locator("[part=pill]")).hasText("2 new comments");
    page.evaluate("id => { location.hash = 'aw-' + id }", waiting);
    assertThat(comment(page, waiting)).isFocused();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aMention_leadsOutOfAFoldedBranch(Browser browser) {
    var root = post("The root.", null);
    var reply = post("The reply.", root);
    post("I agree with @Ada.", null);
    var page = open(browser, "");
    var fold = page.locator("[data-action=fold]");
    fold.click();
    assertThat(comment(page, reply)).hasCount(0);
    page.evaluate("id => { location.hash = 'aw-' + id }", reply);
    assertThat(comment(page, reply)).isFocused();
    page.locator("[part=text] a").click();
    assertThat(page.locator("[data-comment]:focus")).hasCount(1);
    assertThat(page).hasURL(java.util.regex.Pattern.compile(".*/#aw-[\\w-]+"));
    assertThat(browser.complaints()).isEmpty();
  }

  /** Its page is not loaded, and neither are the replies above it. */
  @Test
  void oneThatIsNotLoaded_comesWithWhatItAnswers_andInItsPlaceLater(Browser browser) {
    var old = post("the oldest", null);
    for (int i = 0; i < 30; i++) {
      post("before it " + i, old);
    }
    var parent = post("the parent", old);
    var reply = post("the reply", parent);
    var below = post("below the reply", reply);
    posts("comment", 40);
    var page = open(browser, reply);
    var there = comment(page, reply);
    assertThat(there).isFocused();
    assertThat(there).isInViewport();
    assertThat(comment(page, old)).hasCount(1);
    assertThat(comment(page, parent)).hasCount(1);
    assertThat(comment(page, below)).hasCount(1);
    assertThat(page.locator("[part=list] > li")).hasCount(26);
    assertThat(page.locator("[part=comments]")).hasText("74 comments");
    assertThat(page.locator("[part=replies] + .more")).hasText("Show 5 more replies");

    page.locator("[part=replies] + .more [part=more]").click();
    assertThat(page.locator("[part=list] > li").last().locator("> .branch > ol > li")).hasCount(31);
    assertThat(page.locator("[part=replies] + .more")).hasCount(0);
    page.locator("[part=list] + .more [part=more]").click();
    assertThat(page.locator("[part=list] > li")).hasCount(41);
    assertThat(page.locator("[part=list] + .more")).hasCount(0);
    assertThat(page.locator("[part=list] > li > [data-comment]").last())
        .hasAttribute("data-comment", old);
    assertThat(comment(page, reply)).hasCount(1);
    assertThat(browser.complaints()).isEmpty();
  }

  /** Deeper than an answer goes, and than the server tells at once what stands above it. */
  @Test
  void aVeryDeepOne_comesWithAllThatItAnswers_andTheWayBackLeadsThere(Browser browser) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 110; i++) {
      ids.add(post("level " + i + ".", i == 0 ? null : ids.get(i - 1)));
    }
    posts("comment", 26);
    var page = open(browser, ids.get(109));
    assertThat(comment(page, ids.get(109))).isFocused();
    for (int level : new int[] {0, 5, 8, 60, 108}) {
      assertThat(comment(page, ids.get(level))).hasCount(1);
    }
    comment(page, ids.get(109)).locator(".address").click();
    assertThat(comment(page, ids.get(108))).isFocused();
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(1280);
    assertThat(browser.complaints()).isEmpty();
  }

  /** Nothing needs to be opened elsewhere, however deep it goes. */
  @Test
  void whatIsDeeperThanWasRead_comesInPlace(Browser browser) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 9; i++) {
      ids.add(post("level " + i + ".", i == 0 ? null : ids.get(i - 1)));
    }
    var page = open(browser, "");
    assertThat(comment(page, ids.get(5))).isVisible();
    assertThat(comment(page, ids.get(6))).hasCount(0);
    page.locator("[part=more]").click();
    assertThat(comment(page, ids.get(6))).isFocused();
    assertThat(comment(page, ids.get(8))).isVisible();
    assertThat(comment(page, ids.get(8)).locator(".address")).hasText("in reply to Ada");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void oneThatIsGone_isSaidToBe_inOneSentence(Browser browser) {
    posts("comment", 3);
    var gone = post("gone soon", null);
    desk.delete(gone);
    var page = open(browser, gone);
    var notice = page.locator(".notice");
    assertThat(notice).hasText("That comment is no longer here.");
    assertThat(notice).isFocused();
    assertThat(notice).isInViewport();
    Browser.assertAccessible(page, "gone");
    look(page, "gone-1280");
    page.goBack();
    page = open(browser, "nothing");
    assertThat(page.locator(".notice")).hasText("That comment is no longer here.");
    // Elsewhere again, there is nothing to say.
    page.evaluate("location.hash = ''");
    assertThat(page.locator(".notice")).hasCount(0);
    assertThat(page.locator("[data-comment]")).hasCount(3);
  }

  /** It stands for its replies. */
  @Test
  void aTombstone_isLedToAsWell(Browser browser) {
    var deleted = post("deleted", null);
    post("what stays", deleted);
    desk.delete(deleted);
    var page = open(browser, deleted);
    assertThat(comment(page, deleted)).isFocused();
    assertThat(comment(page, deleted)).hasText("This comment was deleted.");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void oneThatDoesNotCome_isTriedAgain(Browser browser) {
    var old = post("the oldest", null);
    posts("comment", 30);
    var page = browser.open("about:blank");
    page.route("**/comments/*?context=true", Route::abort);
    page.navigate(server.url() + "/#aw-" + old);
    var notice = page.locator("p.problem");
    assertThat(notice).containsText("That could not be loaded.");
    Browser.assertAccessible(page, "failed");
    page.unroute("**/comments/*?context=true");
    notice.getByText("Try again").click();
    assertThat(comment(page, old)).isFocused();
    assertThat(notice).hasCount(0);
  }

  @Test
  void oneOfAnotherThread_isLeftToThat(Browser browser) {
    posts("comment", 3);
    var other = desk.id("/elsewhere", "elsewhere");
    var page = browser.open("about:blank");
    page.waitForResponse(
        "**/comments/*?context=true", () -> page.navigate(server.url() + "/#aw-" + other));
    page.evaluate("document.title");
    assertThat(page.locator("[data-comment]")).hasCount(3);
    assertThat(page.locator(".notice")).hasCount(0);
    assertThat(page.evaluate("scrollY")).isEqualTo(0);
  }

  /** Of two threads that became one, links to the comments of the other are good as well. */
  @Test
  void whatWasMovedHere_isLedToByItsOldAddress(Browser browser) {
    var root = desk.id("/elsewhere", "On the other page.");
    var reply = desk.id("/elsewhere", "And a reply.", root);
    var here = post("Here.", null);
    desk.join("/elsewhere", "/");
    Eventually.holds(
        "it is moved",
        () ->
            server
                .get("/api/v1/demo/article?article=/elsewhere")
                .body()
                .contains("\"article\":\"/\""));
    var page = open(browser, reply);
    assertThat(comment(page, Desk.at(reply, here))).isFocused();
    assertThat(page.locator("[data-comment]")).hasCount(3);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatWaits_isLedToByItsAuthor(Browser browser) {
    posts("comment", 3);
    desk.moderate("/");
    var page = open(browser, "");
    page.locator("[part=invite]").click();
    page.locator("[part=textarea]").fill("It waits.");
    page.locator("[part=name]").fill("Ada");
    page.locator("[part=submit]").click();
    var waiting = page.locator("[data-state=pending]");
    assertThat(waiting).isVisible();
    assertThat(waiting.locator("[part=permalink]")).hasCount(0);
    var id = waiting.getAttribute("data-comment");
    page.navigate("about:blank");
    page.navigate(server.url() + "/#aw-" + id);
    assertThat(waiting).isFocused();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void itIsGoodForEveryone(Browser browser) {
    var root = post("The root of it.", null);
    posts("comment", 6);
    var reply = post("This is the one that somebody was sent to.", root);
    for (int width : new int[] {1280, 360}) {
      for (var scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
        var page =
            browser.open(
                server.url() + "/#aw-" + reply,
                options ->
                    options
                        .setViewportSize(width, 800)
                        .setReducedMotion(ReducedMotion.REDUCE)
                        .setHasTouch(width < 1000)
                        .setIsMobile(width < 1000)
                        .setColorScheme(scheme));
        assertThat(comment(page, reply)).isFocused();
        var name = width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        var mark =
            "e => { const { content, opacity, animationName } = getComputedStyle(e, '::before');"
                + " return [content, opacity, animationName].join() }";
        assertThat((String) comment(page, reply).evaluate(mark))
            .as("marked without moving")
            .isEqualTo("\"\",1,none");
        Browser.assertAccessible(page, name);
        look(page, name);
        assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void byRank_theRepliesOfOneThatWasLedTo_goOn(Browser browser) {
    var there = post("led to", null);
    for (int i = 1; i <= 30; i++) {
      post("reply " + i, there);
    }
    posts("later", 26);
    var page = open(browser, "");
    page.locator("[data-sort=best]").click();
    assertThat(page.locator("[data-sort=best]")).hasAttribute("aria-pressed", "true");
    page.evaluate("id => { location.hash = 'aw-' + id }", there);
    assertThat(comment(page, there)).isFocused();
    page.locator("[data-action=more]", new Page.LocatorOptions().setHasText("5 more replies"))
        .click();
    assertThat(page.locator("li:has(> [data-comment='" + there + "']) li")).hasCount(30);
  }

  @Test
  void afterAMove_addressesAreFollowedAsBefore(Browser browser) {
    var ids = posts("comment", 30);
    var page = open(browser, "");
    assertThat(page.locator("[data-comment]")).hasCount(25);
    desk.move("/", "/elsewhere");
    var link = comment(page, ids.get(0)).locator("[part=permalink]");
    assertThat(link).hasAttribute("href", Pattern.compile(".*/elsewhere#aw-.*"));
    page.evaluate("id => { location.hash = 'aw-' + id }", ids.get(29));
    assertThat(comment(page, ids.get(29))).isFocused();
  }

  private static void look(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("permalink-" + name + ".png")));
  }

  private Page open(Browser browser, String id) {
    return browser.open(server.url() + "/" + (id.isEmpty() ? "" : "#aw-" + id));
  }

  private static Locator comment(Page page, String id) {
    return page.locator("[data-comment='" + id + "']");
  }

  /** The ids, the latest first. */
  private List<String> posts(String text, int n) {
    var ids = new ArrayList<String>();
    for (int i = 1; i <= n; i++) {
      ids.add(0, post(text + " " + i + ".\n\nAnd a second line\n\nand a third.", null));
    }
    return ids;
  }

  private String post(String text, String parent) {
    return desk.id("/", text, parent);
  }
}
