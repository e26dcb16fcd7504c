package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An owner on the admin page, beside the queue: what is saved there holds, and is taken back. */
@OnStore
@NeedsBrowser
class AdminPagesTest {
  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  @Test
  void settings_areSaved_andTakenBack(Browser browser) {
    var page = open(browser, "settings");
    page.getByLabel("Words that wait").fill("casino\nfree money\n");
    page.getByLabel("Links without waiting").fill("2");
    page.getByLabel("Authors read why").check();
    button(page, "Save").click();
    assertThat(page.locator(".told").first()).hasText("Saved.");
    var saved = server.desk("demo").get("admin/settings");
    assertThat(saved.getJsonArray("heldWords")).isEqualTo(JsonArray.of("casino", "free money"));
    assertThat(saved.getInteger("mostLinks")).isEqualTo(2);
    assertThat(saved.getBoolean("tellReasons")).isTrue();
    Eventually.holds("it is heeded", () -> write("/a", "A casino!").statusCode() == 202);

    page.reload();
    assertThat(page.getByLabel("Words that wait")).hasValue("casino\nfree money");
    button(page, "Save").click();
    assertThat(page.locator(".told")).hasText("Nothing was changed.");
    page.getByLabel("Links without waiting").fill("9");
    page.locator("[name=moderation]").selectOption("pre");
    write("/a", "One more casino, which changes the title.");
    page.waitForCondition(() -> page.title().startsWith("(2)"));
    assertThat(page.getByLabel("Links without waiting")).hasValue("9");
    assertThat(page.locator("[name=moderation]")).hasValue("pre");
    button(page, "Save").click();
    button(page, "Undo").click();
    assertThat(page.getByLabel("Links without waiting")).hasValue("2");
    assertThat(server.desk("demo").get("admin/settings").getInteger("mostLinks")).isEqualTo(2);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void staff_areAdded_andRevoked_andComeBack(Browser browser) {
    var page = open(browser, "staff");
    page.getByLabel("Name").fill("Jo Doe");
    page.getByLabel("What they may do").selectOption("moderator");
    button(page, "Add").click();
    var token = page.locator(".secret code").textContent();
    var me = server.get("/api/v1/demo/admin/me", "Authorization", "Bearer " + token);
    assertThat(new JsonObject(me.body()).getString("name")).isEqualTo("Jo Doe");
    assertThat(new JsonObject(me.body()).getString("role")).isEqualTo("moderator");
    Browser.assertAccessible(page, "somebody was added");

    button(page, "Revoke: Jo Doe").click();
    assertThat(button(page, "Revoke now")).isFocused();
    button(page, "Revoke now").click();
    assertThat(page.locator(".told")).containsText("Jo Doe can no longer sign in.");
    assertThat(page.locator(".row")).hasCount(0);
    assertThat(isKnown(token)).isFalse();
    button(page, "Undo").click();
    assertThat(page.locator(".row")).containsText("Jo Doe");
    assertThat(isKnown(token)).isTrue();
    assertThat(browser.complaints()).isEmpty();
  }

  private boolean isKnown(String token) {
    return server.get("/api/v1/demo/admin/me", "Authorization", "Bearer " + token).statusCode()
        == 200;
  }

  @Test
  void articles_areLocked_heldAndNamed(Browser browser) {
    write("/a", "On a.");
    write("/b", "On b.");
    var page = open(browser, "articles");
    assertThat(page.locator(".row .author")).hasText(new String[] {"/b", "/a"});
    button(page, "Lock: /a").click();
    assertThat(row(page, "/a")).containsText("Read-only");
    assertThat(write("/a", "Too late.").statusCode()).isEqualTo(409);
    button(page, "Hold new ones: /a").click();
    assertThat(row(page, "/a")).containsText("New ones wait");
    button(page, "Open again: /a").click();
    assertThat(row(page, "/a")).not().containsText("Read-only");
    assertThat(write("/a", "This waits.").statusCode()).isEqualTo(202);
    button(page, "Let new ones out: /a").click();
    assertThat(row(page, "/a")).not().containsText("New ones wait");
    button(page, "Undo").click();
    assertThat(row(page, "/a")).containsText("New ones wait");

    button(page, "Change: /b").click();
    page.getByLabel("Title").last().fill("On reading together");
    page.getByLabel("Comments are").selectOption("closed");
    page.getByLabel("Views counted before").fill("1200");
    button(page, "Save").click();
    assertThat(row(page, "/b")).containsText("On reading together");
    assertThat(row(page, "/b")).containsText("Closed");
    var article = new JsonObject(server.get("/api/v1/demo/article?article=/b").body());
    assertThat(article.getString("title")).isEqualTo("On reading together");
    assertThat(article.getInteger("views")).isEqualTo(1200);
    Browser.assertAccessible(page, "articles");

    find(page, "TOGETHER");
    assertThat(page.locator(".row")).hasCount(1);
    find(page, "/never");
    button(page, "Open /never").click();
    assertThat(page.locator(".sheet form h3")).hasText("/never");
    page.getByLabel("New comments").selectOption("pre");
    button(page, "Save").click();
    assertThat(page.locator(".told")).containsText("Saved.");
    assertThat(write("/never", "This waits, too.").statusCode()).isEqualTo(202);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anArticle_isMoved_andTakenBack(Browser browser) {
    write("/old", "On the move.");
    var page = open(browser, "articles");
    button(page, "Change: /old").click();
    page.getByLabel("New address of the article").fill("/new");
    button(page, "Move it").click();
    assertThat(page.locator(".told")).containsText("It is at /new now.");
    assertThat(page.locator(".sheet form h3")).hasText("/new");
    Browser.assertAccessible(page, "moved");
    var there = new JsonObject(server.get("/api/v1/demo/article?article=/old").body());
    assertThat(there.getString("article")).isEqualTo("/new");
    button(page, "Undo").click();
    assertThat(page.locator(".told")).containsText("Taken back.");
    var back = new JsonObject(server.get("/api/v1/demo/article?article=/old").body());
    assertThat(back.getString("article")).isEqualTo("/old");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anArticle_joinsAnother_andBothAreBack(Browser browser) {
    write("/one", "On the move.");
    write("/another", "Already here.");
    var page = open(browser, "articles");
    button(page, "Change: /one").click();
    page.getByLabel("New address of the article").fill("/another");
    button(page, "Move it").click();
    assertThat(page.locator(".told")).containsText("It is at /another now.");
    assertThat(page.locator(".row")).hasCount(1);
    assertThat(row(page, "/another")).containsText("2 comments");
    Browser.assertAccessible(page, "joined");
    var joined = new JsonObject(server.get("/api/v1/demo/comments?article=/one").body());
    assertThat(joined.getString("article")).isEqualTo("/another");
    assertThat(joined.getInteger("total")).isEqualTo(2);
    button(page, "Undo").click();
    assertThat(page.locator(".told")).containsText("Taken back.");
    var parted = new JsonObject(server.get("/api/v1/demo/comments?article=/one").body());
    assertThat(parted.getString("article")).isEqualTo("/one");
    assertThat(parted.getInteger("total")).isEqualTo(1);
    assertThat(browser.complaints()).isEmpty();
  }

  private static void find(Page page, String text) {
    page.locator("[name=q]").fill(text);
    page.locator("[name=q]").press("Enter");
  }

  private static Locator row(Page page, String article) {
    return page.locator(".row[data-article='" + article + "']");
  }

  @Test
  void aNetwork_isBanned_andSoShown(Browser browser) {
    write("/a", "Rude.");
    var page = open(browser, "queue?state=all");
    button(page, "Ban…").click();
    page.getByLabel("and everybody from the same network").check();
    Browser.assertAccessible(page, "how to ban");
    button(page, "for a week").click();
    assertThat(page.locator(".ban")).containsText("and the network they wrote from.");
    assertThat(write("/a", "Under another name.").statusCode()).isEqualTo(403);
    page.reload();
    assertThat(page.locator(".ban")).containsText("and the network they wrote from.");
    button(page, "End the ban").click();
    assertThat(button(page, "Ban…")).isVisible();
    assertThat(write("/a", "Once more.").statusCode()).isEqualTo(201);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void anotherSite_isOneChoiceAway(Browser browser) {
    server.addSite("news", "https://news.example");
    var page = open(browser, "queue");
    Browser.assertAccessible(page, "two sites");
    page.locator(".site").selectOption("news");
    assertThat(page.locator("[name=site]")).hasValue("news");
    page.locator("[name=token]").fill(server.staffToken());
    page.keyboard().press("Enter");
    assertThat(page.locator(".site")).hasValue("news");
    page.locator(".site").selectOption("demo");
    assertThat(page.locator("main.queue")).isVisible();
    assertThat(page.locator(".site")).hasValue("demo");

    button(page, "Sign out").click();
    assertThat(page.locator("[name=token]")).isVisible();
    page.navigate(server.url() + "/admin");
    assertThat(page.locator(".site")).hasValue("news");
    assertThat(browser.complaints()).isEmpty();
  }

  private Page open(Browser browser, String which) {
    var page = browser.open(server.url() + "/admin#" + which);
    page.locator("[name=token]").fill(server.staffToken());
    page.keyboard().press("Enter");
    assertThat(page.locator("main h1")).isVisible();
    return page;
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private HttpResponse<String> write(String article, String text) {
    var draft =
        new JsonObject().put("text", text).put("author", new JsonObject().put("name", "Ada"));
    return server.post("/api/v1/demo/comments?article=" + article, draft.encode());
  }
}
