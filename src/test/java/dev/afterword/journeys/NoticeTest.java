package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who writes is told what became of it, and nobody else is. */
@OnStore
@NeedsBrowser
class NoticeTest {
  @AutoClose private TestServer server;
  private Desk desk;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    desk = server.desk("demo");
    desk.moderate("/");
    desk.done("PUT", "admin/settings", new JsonObject().put("tellReasons", true));
  }

  private void decide(String verdict, String id) {
    var call = Desk.call(verdict, List.of(id)).put("reason", "Off the subject.");
    desk.done("POST", "admin/verdicts", call);
  }

  @Test
  void whatWaitsOrWasRefused_isThereForItsAuthorAlone(Browser browser) {
    Page ada = browser.open(server.url() + "/");
    ada.getByText("Add to the conversation…").click();
    ada.getByLabel("Your comment").fill("A question mark, in pencil.");
    ada.getByLabel("Your name").fill("Ada");
    ada.getByText("Post", new Page.GetByTextOptions().setExact(true)).click();
    var comment = ada.locator("[data-comment]");
    assertThat(comment.locator(".notice")).hasText("Waiting for approval. Only you can see this.");
    var id = comment.getAttribute("data-comment");

    ada.reload();
    assertThat(comment.locator(".notice")).hasText("Waiting for approval. Only you can see this.");
    assertThat(comment).containsText("A question mark, in pencil.");
    Browser.assertAccessible(ada, "waiting");

    decide("reject", id);
    ada.reload();
    assertThat(comment.locator(".notice"))
        .hasText("Not published. Only you can see this. Off the subject.");
    Browser.assertAccessible(ada, "refused");
    Page ben = browser.open(server.url() + "/");
    assertThat(ben.getByText("No comments yet.")).isVisible();

    decide("approve", id);
    assertThat(comment.locator(".notice")).hasCount(0);
    assertThat(ben.locator("[data-comment]")).containsText("A question mark, in pencil.");
    assertThat(comment).hasCount(1);
    assertThat(ada.locator("[part=comments]")).hasText("1 comment");
    assertThat(browser.complaints()).isEmpty();
  }

  /** They were somebody before they had a name, and are two for the server. */
  @Test
  void whoReactedBeforeTheyWrote_seesBothAgain(Browser browser) {
    Page ada = browser.open(server.url() + "/");
    var like = ada.locator("[part=reaction]").first();
    like.click();
    assertThat(like).hasText("👍1");
    ada.getByText("Add to the conversation…").click();
    ada.getByLabel("Your comment").fill("A question mark, in pencil.");
    ada.getByLabel("Your name").fill("Ada");
    ada.getByText("Post", new Page.GetByTextOptions().setExact(true)).click();
    assertThat(ada.locator("[data-comment]")).hasAttribute("data-state", "pending");
    ada.reload();
    assertThat(ada.locator("[data-comment]")).hasAttribute("data-state", "pending");
    assertThat(like).hasAttribute("aria-pressed", "true");
  }
}
