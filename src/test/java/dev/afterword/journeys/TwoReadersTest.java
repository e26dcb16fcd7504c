package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afterword.support.Browser.comment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two people have the demo article open, and meet below it. */
@OnStore
@NeedsBrowser
class TwoReadersTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  @Test
  void whatOneWrites_appearsBeforeTheOther(Browser browser) {
    Page ada = browser.open(server.url() + "/");
    assertThat(counts(ada)).hasAttribute("data-views", "1");
    assertThat(counts(ada)).hasText("1 view");
    Page ben = reader(browser, "ben");
    assertThat(counts(ben)).hasAttribute("data-views", "2");
    assertThat(counts(ada)).hasAttribute("data-views", "2");
    assertThat(counts(ada)).hasAttribute("data-readers", "2");

    write(ada, "The margin is a **good** idea.", "Ada");
    Locator first = comment(ben, "The margin is a good idea.");
    assertThat(first).isVisible();
    assertThat(first.locator("[part=author]")).hasText("Ada");
    assertThat(first.locator("[part=text] strong")).hasText("good");
    assertThat(counts(ben)).hasAttribute("data-comments", "1");

    first.locator("[part=reply]").click();
    send(ben, "It holds still.", "Ben");
    Locator reply = comment(ada, "It holds still.");
    assertThat(reply).isVisible();
    assertThat(reply.locator("[part=author]")).hasText("Ben");
    assertThat(ada.locator("[part=replies] [data-comment]")).hasCount(1);
    assertThat(ada.locator("[data-comment]")).hasCount(2);
    assertThat(ben.locator("[data-comment]")).hasCount(2);
    assertThat(counts(ada)).hasAttribute("data-comments", "2");

    // Who has a name is not asked for it again.
    write(ada, "One word will do.", null);
    assertThat(comment(ben, "One word will do.").locator("[part=author]")).hasText("Ada");

    reader(browser, "a third");
    assertThat(counts(ada)).hasAttribute("data-views", "3");
    assertThat(counts(ben)).hasAttribute("data-views", "3");
    ada.reload();
    assertThat(ada.locator("[data-comment]")).hasCount(3);
    assertThat(counts(ada)).hasAttribute("data-views", "3");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatOneChanges_changesForTheOther(Browser browser) {
    Page ada = browser.open(server.url() + "/");
    Page ben = reader(browser, "ben");
    write(ada, "Good evning.", "Ada");
    Locator seen = comment(ben, "Good evning.");
    assertThat(seen.locator("[data-action=edit], [data-action=delete]")).hasCount(0);
    assertThat(ada.locator("[data-action=voteUp]")).hasCount(0);

    // Ben has no name yet, and needs none for this.
    seen.locator("[data-action=voteUp]").click();
    assertThat(ada.locator("[part=score]")).hasText("1 point");
    ben.locator("[part=reaction]").nth(1).click();
    assertThat(ada.locator("[part=reaction]").nth(1)).hasAccessibleName("Love 1");

    ada.locator("[data-action=edit]").click();
    assertThat(ada.locator("[part=textarea]")).hasValue("Good evning.");
    Browser.assertAccessible(ada, "editing");
    ada.locator("[part=textarea]").fill("Good *evening*.");
    ada.locator("[part=submit]").click();
    seen = comment(ben, "Good evening.");
    assertThat(seen.locator("em")).hasText("evening");
    assertThat(seen.locator("[part=edited]")).isVisible();
    assertThat(ben.locator("[data-comment]")).hasCount(1);

    // A comment needs the name that a vote does not; what was left without one stays Ben's.
    seen.locator("[part=reply]").click();
    send(ben, "And a good night, @Ada.", "Ben");
    assertThat(comment(ada, "And a good night")).isVisible();
    ben.reload();
    seen = comment(ben, "Good evening.");
    assertThat(seen.locator("[data-action=voteUp]")).hasAttribute("aria-pressed", "true");
    assertThat(ben.locator("[part=reaction]").nth(1)).hasAttribute("aria-pressed", "true");
    ben.locator("[part=text] a").click();
    assertThat(seen).isFocused();

    // Taken back, both go.
    seen.locator("[data-action=voteUp]").click();
    ben.locator("[part=reaction]").nth(1).click();
    assertThat(ada.locator("[part=reaction]").nth(1)).hasAccessibleName("Love");
    assertThat(comment(ada, "Good evening.").locator("[part=score]")).hasCount(0);

    delete(ada);
    assertThat(ben.locator("[part=tombstone]")).hasText("This comment was deleted.");
    assertThat(ada.locator("[part=tombstone]")).isFocused();
    assertThat(counts(ben)).hasAttribute("data-comments", "1");

    // The tombstone stood for the reply only.
    delete(ben);
    assertThat(ada.locator("[data-comment]")).hasCount(0);
    assertThat(ben.locator("[data-comment]")).hasCount(0);
    assertThat(counts(ada)).hasAttribute("data-comments", "0");
    assertThat(browser.complaints()).isEmpty();
  }

  /** Deletes the only comment of this reader, who then turns to another tab and back. */
  private static void delete(Page page) {
    page.locator("[data-action=delete]").click();
    assertThat(page.locator("[data-action=undo]")).isFocused();
    for (var state : List.of("hidden", "visible")) {
      page.evaluate(
          "state => {"
              + " Object.defineProperty(document, 'visibilityState',"
              + "   { configurable: true, get: () => state });"
              + " document.dispatchEvent(new Event('visibilitychange')); }",
          state);
    }
  }

  @Test
  void whatTheServerRefuses_isSaidInPlace(Browser browser) {
    Page ada = browser.open(server.url() + "/");
    write(ada, "Mine.", "Ada");
    assertThat(ada.locator("[data-action=edit]")).isVisible();
    ada.route("**/comments/*", route -> refuse(route, 403, "edit-window-over"));
    delete(ada);
    assertThat(ada.locator("[part=problem]")).hasText("It is too late to edit this comment.");
    assertThat(comment(ada, "Mine.")).isVisible();
    ada.unroute("**/comments/*");
    ada.route("**/reactions/*", route -> refuse(route, 429, "rate-limited"));
    ada.locator("[part=reaction]").first().click();
    assertThat(ada.locator("[part=problem]").first())
        .hasText("That was quick. Try again in 10 seconds.");
    assertThat(ada.locator("[part=reaction]").first()).hasAttribute("aria-pressed", "false");
  }

  @Test
  void aReaction_isCalledByItsWords_andASitesOwnByItsName(Browser browser) {
    Page page = browser.open("about:blank");
    page.route(
        "**/comments?*",
        route -> {
          var answer = route.fetch();
          var list = new JsonObject(answer.text());
          list.getJsonObject("site").put("reactions", JsonArray.of("angry", "well-argued"));
          route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(list.encode()));
        });
    page.navigate(server.url() + "/");
    assertThat(page.locator("[part=reaction]")).hasCount(2);
    assertThat(page.locator("[part=reaction]").first()).hasAccessibleName("Angry");
    assertThat(page.locator("[part=reaction]").last()).hasAccessibleName("well-argued");
    assertThat(page.locator("[part=reaction]").last()).hasText("well-argued");
  }

  private static void refuse(Route route, int status, String code) {
    route.fulfill(
        new Route.FulfillOptions()
            .setStatus(status)
            .setContentType("application/problem+json")
            .setBody(new JsonObject().put("code", code).put("title", "No").encode()));
  }

  @Test
  void aWrongForm_saysWhatIsMissing_andKeepsWhatWasTyped(Browser browser) {
    Page page = browser.open(server.url() + "/");
    page.locator("[part=invite]").click();
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=problem]")).hasText("A comment needs some text.");
    page.locator("[part=textarea]").fill("Something");
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=problem]")).hasText("A name to call you by is missing.");
    // What only the server can know: to the eye this name is empty.
    page.locator("[part=name]").fill("\u2800");
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=problem]")).isVisible();
    assertThat(page.locator("[part=textarea]")).hasValue("Something");
    page.locator("[part=name]").fill("Ada");
    page.locator("[part=submit]").click();
    assertThat(comment(page, "Something")).isVisible();
    assertThat(page.locator("[part=form]")).hasCount(0);
  }

  @Test
  void aLongThread_isReadPageByPage(Browser browser) {
    for (int i = 0; i < 60; i++) {
      post("/", "comment " + i, null);
    }
    Page page = browser.open(server.url() + "/");
    assertThat(page.locator("[data-comment]")).hasCount(25);
    assertThat(page.locator("[data-comment]").first()).containsText("comment 59");
    page.locator("[part=more]").click();
    assertThat(page.locator("[data-comment]")).hasCount(50);
    page.locator("[part=more]").click();
    assertThat(page.locator("[data-comment]")).hasCount(60);
    assertThat(page.locator("[part=more]")).hasCount(0);
    page.locator("[part=sort][data-sort=oldest]").click();
    assertThat(page.locator("[data-comment]").first()).containsText("comment 0");
    assertThat(page.locator("[part=sort][data-sort=oldest]")).hasAttribute("aria-pressed", "true");

    // What arrives above what is being read waits, and says so.
    page.locator("[part=sort][data-sort=newest]").click();
    assertThat(page.locator("[data-comment]").first()).containsText("comment 59");
    page.locator("[data-comment]").nth(20).scrollIntoViewIfNeeded();
    double before = page.locator("[data-comment]").nth(20).boundingBox().y;
    post("/", "late", null);
    assertThat(page.locator("[part=pill]")).hasText("1 new comment");
    assertThat(page.locator("[data-comment]").nth(20).boundingBox().y).isEqualTo(before);
    page.locator("[part=pill]").click();
    assertThat(page.locator("[data-comment]").first()).containsText("late");

    // What goes or grows above what is being read pushes it nowhere.
    page.locator("[data-comment]").nth(20).scrollIntoViewIfNeeded();
    Locator read = comment(page, "comment 40");
    before = read.boundingBox().y;
    change("DELETE", comment(page, "comment 58"), "");
    assertThat(comment(page, "comment 58")).hasCount(0);
    change("PATCH", comment(page, "comment 57"), "{\"text\":\"long\\n\\nand longer\"}");
    assertThat(comment(page, "and longer")).isVisible();
    assertThat(read.boundingBox().y).isCloseTo(before, within(1.0));
    assertThat(browser.complaints()).isEmpty();
  }

  /** What a moderator does to a comment. */
  private void change(String method, Locator comment, String body) {
    var path = "/api/v1/demo/comments/" + comment.getAttribute("data-comment");
    var token = "Bearer " + server.staffToken();
    var answer =
        server.send(method, path, body, "Authorization", token, "Content-Type", "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
  }

  @Test
  void everySort_isPaged_andTellsOfWhatIsNew(Browser browser) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 40; i++) {
      ids.add(post("/", "comment " + i, null));
    }
    post("/", "a reply", ids.get(3));
    Page page = browser.open(server.url() + "/");
    comment(page, "comment 30").locator("[data-action=voteUp]").click();
    assertThat(comment(page, "comment 30").locator("[part=score]")).hasText("1");
    Locator roots = page.locator("[part=list] > li");
    for (var sort : List.of("best", "discussed", "oldest")) {
      int comments = ids.size();
      page.locator("[part=sort][data-sort=" + sort + "]").click();
      var first = Map.of("best", "comment 30", "discussed", "comment 3", "oldest", "comment 0");
      assertThat(roots.first().locator("[part=text]").first()).hasText(first.get(sort));
      assertThat(roots).hasCount(25);
      page.locator("[part=list] + p > [part=more]").click();
      assertThat(roots).hasCount(comments);
      ids.add(post("/", "new in " + sort, null));
      assertThat(page.locator("[part=pill]")).hasText("1 new comment");
      assertThat(roots).hasCount(comments);
      page.locator("[part=pill]").click();
      assertThat(comment(page, "new in " + sort)).isFocused();
      assertThat(roots).hasCount(comments + 1);
    }
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void thePage_isGoodForEveryone_wideAndNarrow_lightAndDark(Browser browser) {
    conversation();
    for (int width : new int[] {1280, 360}) {
      for (var scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
        Page page =
            browser.open(
                server.url() + "/",
                options -> options.setViewportSize(width, 800).setColorScheme(scheme));
        assertThat(page.locator("[data-comment]")).hasCount(14);
        assertThat(counts(page)).hasAttribute("data-views", "1");
        var name = width + "-" + scheme.name().toLowerCase(Locale.ROOT);
        look(page, name);
        page.locator("[part=invite]").click();
        page.locator("[data-comment] [part=reply]").nth(1).click();
        page.locator("[part=submit]").last().click();
        assertThat(page.locator("[part=problem]")).isVisible();
        look(page, name + "-writing");
        Browser.assertAccessible(page, name);
      }
    }
    assertThat(browser.complaints()).isEmpty();
  }

  /** A picture for people; nothing is wider than the window. */
  private static void look(Page page, String name) {
    page.screenshot(
        new Page.ScreenshotOptions()
            .setFullPage(true)
            .setPath(SCREENSHOTS.resolve("demo-" + name + ".png")));
    Object wider =
        page.evaluate(
            "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
    assertThat(wider).as("overflow at " + name).isEqualTo(0);
  }

  /** Something to look at: short, long, nested, marked up, unbreakable, from right to left. */
  private void conversation() {
    var first = post("/", "My grandfather asked for the pencil too. He wrote *yes*.", null);
    var second = post("/", "And did he give it back?", first);
    var third = post("/", "Always. That was the point, I think.", second);
    var fourth = post("/", "A pencil between two people is already half a letter.", third);
    var fifth = post("/", "I would read that letter.", fourth);
    post("/", "So would I, to the end.", fifth);
    post("/", "Same in our house, only it was a fountain pen.", first);
    post(
        "/",
        "> It holds still.\n\nThat is the whole of it. Three things I would like:\n\n- a margin\n- a pencil\n- `silence`\n\n```\nfor (reader of readers) listen(reader);\n```",
        null);
    post("/", "https://news.example/" + "a-very-long-address-without-a-break-".repeat(8), null);
    post("/", "x".repeat(300), null);
    post(
        "/",
        "\u0645\u0631\u062d\u0628\u0627\u060c \u0647\u0630\u0627 \u0646\u0635 \u0645\u0646 \u0627\u0644\u064a\u0645\u064a\u0646.",
        null);
    post("/", "\u597d\u3044\u8a71\u3060\u3068\u601d\u3044\u307e\u3059\u3002", null);
    post(
        "/",
        "A paragraph of the usual length, as people write it when they have read to the end and want to say one thing and then, because they are here already, another. It should be easy to read.\n\nAnd a second one.",
        null);
    post("/", "No.", null);
  }

  private String post(String article, String text, String parent) {
    var name = parent == null ? "Ada Lovelace" : "Ben";
    return Desk.idOf(server.desk("demo").postAs(name, article, text, parent));
  }

  /** Another person is another address or another browser; an address a page cannot choose. */
  private Page reader(Browser browser, String who) {
    return browser.open(
        server.url() + "/",
        options -> options.setUserAgent("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0 " + who));
  }

  private static Locator counts(Page page) {
    return page.locator("[part=counts]");
  }

  private static void write(Page page, String text, String name) {
    page.locator("[part=invite]").click();
    send(page, text, name);
  }

  private static void send(Page page, String text, String name) {
    page.locator("[part=textarea]").fill(text);
    if (name != null) {
      page.locator("[part=name]").fill(name);
    } else {
      assertThat(page.locator("[part=name]")).hasCount(0);
    }
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=form]")).hasCount(0);
  }
}
