package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a reader left on an article is shown to them as it is. */
@OnStore
@NeedsBrowser
class MarksTest {
  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  private static Locator like(Page page) {
    return page.locator("[part=reaction]").first();
  }

  private static void react(Page page) {
    like(page).click();
    assertThat(like(page)).hasText("👍1");
  }

  @Test
  void whatCouldNotBeRead_isReadAgain(Browser browser) {
    var page = browser.open(server.url() + "/");
    react(page);
    var away = new AtomicBoolean(true);
    for (var path : new String[] {"**/me?*", "**/comments?*"}) {
      page.route(path, route -> pass(route, away));
    }
    page.reload();
    assertThat(page.locator("[part=problem]")).isVisible();
    away.set(false);
    assertThat(like(page)).hasAttribute("aria-pressed", "true");
  }

  private static void pass(Route route, AtomicBoolean away) {
    if (away.get()) {
      route.abort();
    } else {
      route.resume();
    }
  }

  @Test
  void whatIsDoneMeanwhile_countsMoreThanALateAnswer(Browser browser) {
    var page = browser.open(server.url() + "/");
    react(page);
    var held = new CopyOnWriteArrayList<Route>();
    page.route("**/me?*", held::add);
    page.reload();
    page.waitForCondition(() -> held.size() == 1);
    // It is not known yet that this was done before; so nothing changes for the server.
    react(page);
    assertThat(like(page)).hasAttribute("aria-pressed", "true");
    page.unroute("**/me?*");
    var answers = new CopyOnWriteArrayList<String>();
    page.onResponse(
        answer -> {
          if (answer.url().contains("/me?")) {
            answers.add(answer.url());
          }
        });
    var before =
        new JsonObject().put("votes", new JsonObject()).put("reactions", "").put("own", "");
    held.get(0)
        .fulfill(
            new Route.FulfillOptions()
                .setContentType("application/json")
                .setBody(before.encode().replace("\"\"", "[]")));
    page.waitForCondition(() -> answers.size() == 2);
    assertThat(like(page)).hasAttribute("aria-pressed", "true");
  }

  @Test
  void aVoteOnItsWay_isShownWhenItHasArrived_whateverWasReadMeanwhile(Browser browser) {
    server.desk("demo").post("/", "Hi");
    var page = browser.open(server.url() + "/");
    react(page);
    var reads = new CopyOnWriteArrayList<Route>();
    var votes = new CopyOnWriteArrayList<Route>();
    page.route("**/me?*", reads::add);
    page.route("**/vote", votes::add);
    page.reload();
    page.waitForCondition(() -> reads.size() == 1);
    var arrow = page.locator("[data-action=voteUp]");
    arrow.click();
    page.waitForCondition(() -> votes.size() == 1);
    // The first answer is from before the vote, and so is the one to the question asked anew.
    reads.get(0).resume();
    page.waitForCondition(() -> reads.size() == 2);
    reads.get(1).resume();
    assertThat(like(page)).hasAttribute("aria-pressed", "true");
    votes.get(0).resume();
    assertThat(page.locator("[part=score]")).hasText("1");
    assertThat(arrow).hasAttribute("aria-pressed", "true");
  }

  @Test
  void whereNobodyNewMayWrite_reactionsAreNumbers(Browser browser) {
    react(browser.open(server.url() + "/"));
    server.desk("demo").done("PUT", "admin/settings", new JsonObject().put("guests", "off"));
    Eventually.holds(
        "it is known",
        () -> server.get("/api/v1/demo/comments?article=/").body().contains("\"guests\":\"off\""));
    var page = browser.open(server.url() + "/");
    assertThat(page.locator("[part=reaction]")).hasCount(1);
    assertThat(like(page)).hasText("👍1");
    assertThat(like(page)).isDisabled();
    Browser.assertAccessible(page, "members only");
    assertThat(browser.complaints()).isEmpty();
  }
}
