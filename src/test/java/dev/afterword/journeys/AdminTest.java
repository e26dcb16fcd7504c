package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A moderator at work, who touches nothing but keys unless a test says otherwise. */
@OnStore
@NeedsBrowser
class AdminTest {
  @AutoClose private TestServer server;
  private Desk desk;
  private String moderator;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    desk = server.desk("demo");
    moderator = server.addStaff("demo", Role.MODERATOR);
    desk.moderate("/");
  }

  @Test
  void fiftyThatWait_areCleared_andOneIsTakenBack(Browser browser) {
    for (int i = 1; i <= 50; i++) {
      write("Comment number " + i + ".", "Reader " + i);
    }
    var page = signedIn(browser, options -> {});
    assertThat(tab(page, "Pending")).containsText("50");

    var verdicts = Map.of("a", "visible", "r", "rejected", "s", "spam");
    var expected = new HashMap<String, String>();
    var keys = List.of("a", "r", "a", "s");
    for (int i = 0; i < 50; i++) {
      var key = keys.get(i % keys.size());
      var id = current(page);
      assertThat(expected.put(id, verdicts.get(key))).as("twice the same").isNull();
      page.keyboard().press(key);
      assertThat(card(page, id)).hasCount(0);
    }
    assertThat(page.locator(".list .empty")).hasText("Nothing is waiting.");
    assertThat(page.locator("[role=status]")).containsText("Rejected: Reader 50");

    page.keyboard().press("u");
    var back = page.locator(".card");
    assertThat(back).hasCount(1);
    assertThat(back).isFocused();
    assertThat(back).containsText("Comment number 50.");
    expected.put(current(page), "pending");
    // Faster than the server answers.
    for (var key : List.of("s", "u", "r", "u")) {
      page.keyboard().press(key);
    }
    assertThat(back).hasCount(1);

    Eventually.passes("all are decided", () -> assertThat(states()).isEqualTo(expected));
    assertThat(tab(page, "Pending")).containsText("1");
    assertThat(page.locator(".notice")).hasCount(0);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aSelection_isDecidedAtOnce_withAReason_asOneEntry(Browser browser) {
    for (int i = 1; i <= 6; i++) {
      write("Comment number " + i + ".", "Reader " + i);
    }
    var page = signedIn(browser, options -> {});
    page.keyboard().press("j");
    page.keyboard().press("Shift+J");
    page.keyboard().press("Shift+J");
    assertThat(page.locator(".bulk")).containsText("3 selected");
    page.keyboard().press("Shift+R");
    assertThat(page.locator("[name=reason]")).isFocused();
    page.keyboard().type("The same again");
    page.keyboard().press("Enter");
    assertThat(page.locator(".card")).hasCount(3);
    assertThat(page.locator(".undo").first()).containsText("Rejected 3 comments");
    assertThat(card(page, current(page))).containsText("Comment number 5.");

    Eventually.passes(
        "it is written down",
        () -> assertThat(journal().getString("reason")).isEqualTo("The same again"));
    assertThat(journal().getJsonArray("targets")).hasSize(3);

    page.keyboard().press("u");
    assertThat(page.locator(".card")).hasCount(6);
    Eventually.passes(
        "it is taken back", () -> assertThat(journal().getString("action")).isEqualTo("undo"));
    assertThat(states()).containsValue("pending").doesNotContainValue("rejected");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatSomebodyElseDecided_comesBack_sayingWho(Browser browser) {
    write("Contested.", "Ada");
    write("Another.", "Ben");
    var page = signedIn(browser, options -> {});
    var contested = current(page);
    desk.decide("spam", contested);

    page.keyboard().press("a");
    assertThat(card(page, contested).locator(".notice"))
        .hasText("Owner called this spam meanwhile.");
    assertThat(states()).containsEntry(contested, "spam");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatSaysSomethingElseByNow_comesBackToBeRead(Browser browser) {
    var id = write("Harmless.", "Ada").getString("id");
    var page = signedIn(browser, options -> {});
    assertThat(card(page, id)).containsText("Harmless.");
    var path = "/api/v1/demo/comments/" + id;
    var text = new JsonObject().put("text", "Not so harmless.").encode();
    var token = "Bearer " + server.staffToken();
    server.send("PATCH", path, text, "Authorization", token, "Content-Type", "application/json");

    page.keyboard().press("a");
    assertThat(card(page, id).locator(".notice"))
        .hasText("This says something else by now. Read it again.");
    assertThat(card(page, id)).containsText("Not so harmless.");
    assertThat(states()).containsEntry(id, "pending");
    page.keyboard().press("a");
    Eventually.passes("approved", () -> assertThat(states()).containsEntry(id, "visible"));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatComesMeanwhile_waitsAtTheEnd_andMovesNothing(Browser browser) {
    for (int i = 1; i <= 3; i++) {
      write("Comment number " + i + ".", "Reader " + i);
    }
    var page = signedIn(browser, options -> {});
    page.keyboard().press("j");
    var before = page.locator(".card").allInnerTexts();
    var place = card(page, current(page)).boundingBox().y;
    write("Late.", "Cleo");
    write("Later.", "Dan");
    assertThat(page.locator(".fresh")).hasText("2 new");
    assertThat(tab(page, "Pending")).containsText("5");
    assertThat(page.locator(".card").allInnerTexts()).isEqualTo(before);
    assertThat(card(page, current(page)).boundingBox().y).isEqualTo(place);

    page.keyboard().press("j");
    page.keyboard().press("j");
    assertThat(page.locator(".card")).hasCount(5);
    assertThat(page.locator(".card:focus")).containsText("Late.");
    assertThat(page.locator(".fresh")).hasCount(0);
  }

  @Test
  void theThreadAndTheAuthor_standBeside(Browser browser) {
    desk.done("PATCH", "admin/article?article=/", new JsonObject().put("moderation", "post"));
    var root = write("What it answers.", "Ada");
    desk.moderate("/");
    var ben = desk.postAs("Ben", "/", "The answer.", root.getString("id")).getString("token");
    desk.sendAs(ben, "POST", "comments?article=/", new JsonObject().put("text", "Ben again."));
    var page = signedIn(browser, options -> {});
    assertThat(page.locator(".context")).containsText("What it answers.");
    page.keyboard().press("Enter");
    assertThat(page.locator(".detail h2")).isFocused();
    page.keyboard().press("h");
    assertThat(page.locator(".history")).containsText("Ben again.");
    page.keyboard().press("Escape");
    assertThat(page.locator(".card").first()).isFocused();

    page.keyboard().press("/");
    page.keyboard().type("AGAIN");
    page.keyboard().press("Enter");
    assertThat(page.locator(".card")).hasCount(1);
    assertThat(page.locator(".card")).containsText("Ben again.");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anAuthor_isBanned_afterOneMoreQuestion(Browser browser) {
    var written = write("Waiting.", "Ada");
    var page = signedIn(browser, options -> {});
    page.getByText("Ban…").press("Enter");
    assertThat(page.getByLabel("and everybody from the same network")).isFocused();
    page.getByText("for a week").press("Enter");
    assertThat(page.locator(".detail .ban")).containsText("Ada is banned.");
    assertThat(page.getByText("End the ban")).isFocused();
    var author = written.getJsonObject("author").getString("id");
    var bans = desk.get("admin/bans").getJsonArray("bans");
    assertThat(bans.getJsonObject(0).getString("author")).isEqualTo(author);
    page.getByText("End the ban").press("Enter");
    assertThat(page.getByText("Ban…")).isVisible();
    assertThat(desk.get("admin/bans").getJsonArray("bans")).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aBan_takesWhatWasWrittenAlong_orIsOneInTheShadow(Browser browser) {
    var author = write("Waiting.", "Ada").getJsonObject("author").getString("id");
    var page = signedIn(browser, options -> {});
    page.getByText("Ban…").press("Enter");
    page.getByLabel("without their knowing").check();
    page.getByLabel("remove what they wrote").check();
    assertThat(page.getByLabel("without their knowing")).not().isChecked();
    page.getByLabel("without their knowing").check();
    assertThat(page.getByLabel("remove what they wrote")).not().isChecked();
    page.getByText("for good").press("Enter");
    assertThat(page.locator(".detail .ban")).containsText("Ada is banned.");
    assertThat(desk.get("admin/bans/" + author).getBoolean("shadow")).isTrue();
    page.getByText("End the ban").press("Enter");

    page.getByText("Ban…").press("Enter");
    page.getByLabel("remove what they wrote").check();
    page.getByText("for good").press("Enter");
    assertThat(page.getByText("What Ada wrote is removed.").first()).isVisible();
    var pending = desk.get("admin/queue?state=pending").getJsonArray("comments");
    assertThat(pending).isEmpty();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theToken_isKeptByNobody_andASignedOutPageCanDoNothing(Browser browser) {
    write("Waiting.", "Ada");
    var page = signedIn(browser, options -> {});
    assertThat((String) page.evaluate("JSON.stringify([{ ...localStorage }, document.cookie])"))
        .doesNotContain("aw_");
    page.reload();
    assertThat(page.locator(".card")).isVisible();

    page.getByText("Sign out").press("Enter");
    assertThat(page.locator("[name=token]")).isFocused();
    assertThat(page.context().cookies()).isEmpty();
    page.reload();
    assertThat(page.locator("[name=token]")).isVisible();
    assertThat(browser.complaints()).isEmpty();

    page.keyboard().type("aw_unknown");
    page.keyboard().press("Enter");
    assertThat(page.locator("[role=alert]")).hasText("That token is not known here.");
  }

  @Test
  void aViewer_looks_andIsOfferedNothingElse(Browser browser) {
    write("Waiting.", "Ada");
    moderator = server.addStaff("demo", Role.VIEWER);
    var page = signedIn(browser, options -> {});
    assertThat(page.locator("[data-verdict], .pick")).hasCount(0);
    page.keyboard().press("a");
    assertThat(page.locator("[role=status]")).hasText("You may look at this, but not decide.");
    assertThat(page.locator(".card")).hasCount(1);
    assertThat(states()).containsValue("pending");
  }

  @Test
  void anOwner_changesALimit_andTakesItBack(Browser browser) {
    write("Waiting.", "Ada");
    moderator = server.staffToken();
    var page = signedIn(browser, options -> {});
    page.evaluate("location.hash = 'settings'");
    page.getByLabel("Comments from one network: at once").fill("3");
    page.getByLabel("New guests from one network: then an hour").fill("5");
    page.getByText("Save").press("Enter");
    assertThat(page.locator(".form .told")).hasText("Saved.");
    var before = journal();
    var limits = desk.get("admin/settings").getJsonObject("limits");
    assertThat(limits.getJsonObject("comments").encode())
        .isEqualTo("{\"burst\":3,\"perHour\":600}");
    assertThat(limits.getJsonObject("guests").encode()).isEqualTo("{\"burst\":10,\"perHour\":5}");
    page.locator(".form").getByText("Undo").press("Enter");
    assertThat(page.getByLabel("Comments from one network: at once")).hasValue("10");
    assertThat(journal().getString("undoes")).isEqualTo(before.getString("id"));
    page.getByLabel("Comments from one network: at once").fill("0");
    page.getByText("Save").press("Enter");
    assertThat(page.locator(".form [role=alert]")).isVisible();
  }

  @Test
  void numbers_areDrawnForTheWholeSite(Browser browser) {
    for (int i = 0; i < 12; i++) {
      server.send(
          "POST", "/api/v1/demo/views?article=/v" + i, "", "X-Forwarded-For", "10.2.0." + i);
    }
    var spam = write("Cheap watches.", "Ada").getString("id");
    write("Waiting.", "Ben");
    desk.decide("spam", spam);
    Eventually.holds(
        "the views are told",
        () -> desk.get("admin/stats").getJsonObject("all").getLong("views") == 12);
    var page = signedIn(browser, options -> {});
    page.evaluate("location.hash = 'numbers'");
    var figures = page.locator("main.numbers figure");
    assertThat(figures).hasCount(4);
    assertThat(figures.locator(".number"))
        .hasText(
            new Pattern[] {
              Pattern.compile("12 in all"),
              Pattern.compile("2 in all"),
              Pattern.compile("1 in all"),
              Pattern.compile("[0-9.]+ minutes?, median")
            });
    assertThat(figures.locator("canvas")).hasCount(4);
    figures.first().getByText("As a table").press("Enter");
    assertThat(figures.first().locator("tbody tr")).hasCount(30);
    assertThat(figures.first().locator("tbody tr").last()).containsText("12");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void hostileTextsAndNames_runNothing(Browser browser) {
    var names =
        List.of(
            "<img src=x onerror=alert(1)>",
            "\"><script>alert(2)</script>",
            "${alert(3)}",
            "'-alert(4)-'",
            "<b>bold</b>",
            "__proto__",
            "constructor");
    for (var name : names) {
      write(
          name
              + "\n\n<iframe srcdoc='<script>alert(5)</script>'></iframe> [x](javascript:alert(6))",
          name);
    }
    write(
        "![x](https://evil.example/x.png) https://evil.example/" + "a".repeat(2_000),
        "w".repeat(60));
    Page page = browser.open("about:blank");
    var dialogs = new ArrayList<String>();
    var asked = new ArrayList<String>();
    page.onDialog(
        dialog -> {
          dialogs.add(dialog.message());
          dialog.dismiss();
        });
    page.onRequest(request -> asked.add(request.url()));
    page.setViewportSize(360, 740);
    page.navigate(server.url() + "/admin");
    signIn(page);
    assertThat(page.locator(".card")).hasCount(8);
    assertFits(page);
    for (var name : names) {
      assertThat(page.locator(".card .author").getByText(name).first()).hasText(name);
      page.keyboard().press("Enter");
      page.keyboard().press("h");
      assertThat(page.locator(".history")).containsText("Nothing else.");
      page.keyboard().press("Escape");
      page.keyboard().press("j");
    }
    assertThat(page.locator("main").locator("iframe, script, b, img:not(.avatar)")).hasCount(0);
    assertThat(dialogs).isEmpty();
    assertThat(asked).allMatch(url -> url.startsWith(server.url()));
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1280,LIGHT", "1280,DARK", "360,LIGHT", "360,DARK"})
  void everyState_isAccessible_andFits(int width, ColorScheme scheme, Browser browser) {
    for (int i = 1; i <= 5; i++) {
      write(
          "Comment number " + i + ". https://example.org/a/rather/long/address " + i,
          "Reader " + i);
    }
    moderator = server.staffToken();
    Consumer<NewContextOptions> how =
        options ->
            options
                .setViewportSize(width, 740)
                .setColorScheme(scheme)
                .setHasTouch(width < 500)
                .setIsMobile(width < 500);
    var page = browser.open(server.url() + "/admin", how);
    assertThat(page.locator("[name=token]")).isFocused();
    check(page, "sign in");
    signIn(page);
    check(page, "queue");
    page.keyboard().press("x");
    check(page, "selection");
    page.keyboard().press("Shift+R");
    check(page, "reason");
    page.keyboard().press("Escape");
    page.keyboard().press("Escape");
    page.keyboard().press("Enter");
    assertThat(page.locator(".detail h2")).isFocused();
    check(page, "detail");
    page.keyboard().press("Escape");
    page.keyboard().press("?");
    assertThat(page.locator("dialog")).isVisible();
    check(page, "help");
    page.keyboard().press("Escape");
    for (int i = 0; i < 5; i++) {
      assertThat(page.locator(".card:focus")).hasCount(1);
      page.keyboard().press("r");
    }
    assertThat(page.locator(".list .empty").first()).isVisible();
    check(page, "empty queue");
    for (var other :
        List.of("articles", "numbers", "audit", "settings", "staff", "queue?state=all")) {
      page.evaluate("page => { location.hash = page }", other);
      assertThat(page.locator("main." + other.split("\\?", 2)[0])).isVisible();
      assertThat(page.locator("main .loading")).hasCount(0);
      check(page, other);
    }
    assertThat(browser.complaints()).isEmpty();
  }

  private static void check(Page page, String what) {
    Browser.assertAccessible(page, what);
    assertFits(page);
    if (page.viewportSize().width < 500) {
      @SuppressWarnings("unchecked")
      var small = (List<String>) page.evaluate(SMALL);
      assertThat(small).as(what + ": too small to touch").isEmpty();
    }
  }

  /** Buttons that are less than a finger tall. */
  private static final String SMALL =
      """
      () => [...document.querySelectorAll('button, select, input:not([type=checkbox])')]
        .filter((each) => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
        .map((each) => each.outerHTML)
      """;

  private static void assertFits(Page page) {
    var width = page.evaluate("document.documentElement.scrollWidth - innerWidth");
    assertThat((int) width).as("wider than the page by").isLessThanOrEqualTo(0);
  }

  private Page signedIn(Browser browser, Consumer<NewContextOptions> how) {
    var page = browser.open(server.url() + "/admin", how);
    signIn(page);
    return page;
  }

  private void signIn(Page page) {
    assertThat(page.locator("[name=token]")).isFocused();
    page.keyboard().type(moderator);
    page.keyboard().press("Enter");
    assertThat(page.locator(".card:focus")).hasCount(1);
  }

  private static String current(Page page) {
    return (String) page.evaluate("document.activeElement.dataset.comment");
  }

  private static Locator card(Page page, String id) {
    return page.locator(".card[data-comment='" + id + "']");
  }

  private static Locator tab(Page page, String word) {
    return page.locator(".tabs a").filter(new Locator.FilterOptions().setHasText(word));
  }

  private JsonObject write(String text, String name) {
    return desk.postAs(name, "/", text, null).getJsonObject("comment");
  }

  /** Of each comment its state. */
  private Map<String, String> states() {
    var states = new HashMap<String, String>();
    var page = desk.get("admin/queue?state=all&limit=100");
    for (var each : page.getJsonArray("comments")) {
      var comment = (JsonObject) each;
      states.put(comment.getString("id"), comment.getString("state"));
    }
    return states;
  }

  /** The latest entry. */
  private JsonObject journal() {
    return desk.get("admin/audit").getJsonArray("entries").getJsonObject(0);
  }
}
