package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A moderator at work while the server cannot be reached now and then, or a key sticks. */
@OnStore
@NeedsBrowser
class SetbacksTest {
  /** As long as three tries take of which each waits for a slow store, in milliseconds. */
  private static final double PATIENT = 20_000;

  @AutoClose private TestServer server;
  private Desk desk;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    desk = server.desk("demo");
    desk.moderate("/");
  }

  private void write(int comments) {
    for (int i = 1; i <= comments; i++) {
      desk.post("/", "Number " + i + ".");
    }
  }

  private Page signedIn(Browser browser) {
    var page = browser.open(server.url() + "/admin");
    assertThat(page.locator("[name=token]")).isFocused();
    page.keyboard().type(server.staffToken());
    page.keyboard().press("Enter");
    assertThat(page.locator(".card:focus")).hasCount(1);
    return page;
  }

  private static Locator cards(Page page) {
    return page.locator(".card");
  }

  private static void refuse(Route route) {
    route.fulfill(new Route.FulfillOptions().setStatus(503));
  }

  @Test
  void whatCouldNotBeTakenBack_isTheNextToBe(Browser browser) {
    write(3);
    var page = signedIn(browser);
    page.keyboard().press("r");
    page.keyboard().press("s");
    Eventually.passes(
        "decided",
        () ->
            assertThat(List.of(desk.count("rejected"), desk.count("spam")))
                .isEqualTo(List.of(1L, 1L)));
    page.route("**/undo", SetbacksTest::refuse);
    page.keyboard().press("u");
    assertThat(page.locator(".notice"))
        .hasText(
            "That was not saved. Try again in a moment.",
            new LocatorAssertions.HasTextOptions().setTimeout(PATIENT));
    page.unroute("**/undo");
    page.keyboard().press("u");
    Eventually.passes("it waits again", () -> assertThat(desk.count("spam")).isZero());
    assertThat(desk.count("rejected")).isEqualTo(1);
    page.keyboard().press("u");
    Eventually.passes("both do", () -> assertThat(desk.count("rejected")).isZero());
    assertThat(cards(page)).hasCount(3);
    assertThat(page.locator(".tabs a").first()).containsText("3");
  }

  @Test
  void ofManyThatAreDecided_thoseThatArrived_canBeTakenBack(Browser browser) {
    write(120);
    var page = signedIn(browser);
    for (int shown : new int[] {100, 120}) {
      page.locator(".more").click();
      assertThat(cards(page)).hasCount(shown);
    }
    page.locator(".all input").check();
    var calls = new AtomicInteger();
    page.route(
        "**/admin/verdicts",
        route -> {
          if (calls.incrementAndGet() > 1) {
            refuse(route);
          } else {
            route.resume();
          }
        });
    page.keyboard().press("s");
    assertThat(page.locator(".notice")).hasCount(20);
    assertThat(cards(page)).hasCount(20);
    assertThat(page.locator(".undo").first()).containsText("100");
    assertThat(desk.count("spam")).isEqualTo(100);
    page.unroute("**/admin/verdicts");
    page.keyboard().press("u");
    assertThat(cards(page)).hasCount(120);
    Eventually.passes("all wait again", () -> assertThat(desk.count("pending")).isEqualTo(120));
  }

  @Test
  void whatCame_andCannotBeFetched_isSaid(Browser browser) {
    write(2);
    var page = signedIn(browser);
    var uncaught = uncaughtOn(page);
    write(1);
    assertThat(page.locator(".fresh")).hasText("1 new");
    page.route("**/admin/queue?*", SetbacksTest::refuse);
    page.locator(".fresh").click();
    var problem = page.locator(".list [role=alert]");
    assertThat(problem).containsText("That did not work. Try again in a moment.");
    assertThat(cards(page)).hasCount(2);
    Browser.assertAccessible(page, "not fetched");
    page.unroute("**/admin/queue?*");
    page.locator(".fresh").click();
    assertThat(cards(page)).hasCount(3);
    assertThat(cards(page).last()).isFocused();
    assertThat(problem).hasCount(0);
    assertThat(uncaught).isEmpty();
  }

  /** It is asked for again, under the same key. */
  @Test
  void aDecisionWhoseAnswerIsCutOff_isSavedAllTheSame(Browser browser) {
    write(2);
    var page = signedIn(browser);
    var calls = new AtomicInteger();
    page.route(
        "**/admin/verdicts",
        route -> {
          var answer = route.fetch();
          var whole = answer.text();
          var body = calls.incrementAndGet() > 1 ? whole : whole.substring(0, 20);
          route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(body));
        });
    page.keyboard().press("s");
    page.waitForCondition(
        () -> calls.get() == 2, new Page.WaitForConditionOptions().setTimeout(PATIENT));
    page.keyboard().press("u");
    Eventually.passes("it waits again", () -> assertThat(desk.count("pending")).isEqualTo(2));
    assertThat(cards(page)).hasCount(2);
    assertThat(page.locator(".notice")).hasCount(0);
    assertThat(page.locator("[role=status]")).hasText("Taken back: Ada is here again.");
  }

  @Test
  void aMistakeOfThePage_isNotToldAsOneOfTheServer(Browser browser) {
    write(2);
    var page = signedIn(browser);
    var uncaught = uncaughtOn(page);
    page.route(
        "**/admin/verdicts",
        route -> {
          var answer = route.fetch();
          // Of a comment that nobody decided about.
          var results = JsonArray.of(new JsonObject().put("id", "other").put("ok", false));
          var body = new JsonObject(answer.text()).put("results", results).encode();
          route.fulfill(new Route.FulfillOptions().setResponse(answer).setBody(body));
        });
    page.keyboard().press("s");
    page.waitForCondition(() -> !uncaught.isEmpty());
    assertThat(desk.count("spam")).isEqualTo(1);
    assertThat(page.locator("[role=status]")).hasText("Spam: Ada");
    page.keyboard().press("u");
    Eventually.passes("it waits again", () -> assertThat(desk.count("pending")).isEqualTo(2));
    assertThat(cards(page)).hasCount(2);
    assertThat(uncaught).hasSize(1);
  }

  private static List<String> uncaughtOn(Page page) {
    var uncaught = new ArrayList<String>();
    page.onPageError(uncaught::add);
    return uncaught;
  }

  @Test
  void aServerThatCannotBeAsked_endsNoSession(Browser browser) {
    write(1);
    var page = signedIn(browser);
    page.route("**/admin/me", SetbacksTest::refuse);
    page.reload();
    var again = page.getByText("Try again", new Page.GetByTextOptions().setExact(true));
    assertThat(page.locator("[role=alert]")).isVisible();
    again.press("Enter");
    assertThat(again).isVisible();
    page.unroute("**/admin/me");
    again.press("Enter");
    assertThat(page.locator(".card:focus")).hasCount(1);

    page.route("**/admin/session", SetbacksTest::refuse);
    page.getByText("Sign out").press("Enter");
    assertThat(page.locator("[role=alert]")).containsText("you are still signed in");
    assertThat(cards(page)).hasCount(1);
    Browser.assertAccessible(page, "not signed out");
    page.unroute("**/admin/session");
    page.getByText("Sign out").press("Enter");
    assertThat(page.locator("[name=token]")).isFocused();
    assertThat(page.context().cookies()).isEmpty();
  }

  @Test
  void aKeyThatIsHeldDown_decidesOnce(Browser browser) {
    write(4);
    var page = signedIn(browser);
    for (int i = 0; i < 3; i++) {
      page.keyboard().down("s");
    }
    page.keyboard().up("s");
    assertThat(cards(page)).hasCount(3);
    Eventually.passes("decided", () -> assertThat(desk.count("spam")).isEqualTo(1));
    // Going through the list is another matter.
    page.keyboard().down("j");
    page.keyboard().down("j");
    page.keyboard().up("j");
    assertThat(cards(page).last()).isFocused();
  }

  @Test
  void aSearchThatHasNotComeToAnything_saysSo(Browser browser) {
    write(1);
    var page = signedIn(browser);
    var none = "{\"comments\":[],\"counts\":{},\"next\":\"later\"}";
    page.route(
        "**/admin/queue?*",
        route -> {
          if (route.request().url().contains("q=")) {
            route.fulfill(
                new Route.FulfillOptions().setContentType("application/json").setBody(none));
          } else {
            route.resume();
          }
        });
    page.keyboard().press("/");
    page.keyboard().type("needle");
    page.keyboard().press("Enter");
    assertThat(page.locator(".list .empty"))
        .hasText("Nothing so far. There is more to look through.");
    assertThat(page.locator(".more")).isVisible();
  }

  @Test
  void whatIsAskedForTwice_isListedOnce(Browser browser) {
    write(1);
    var page = signedIn(browser);
    page.evaluate("location.hash = 'articles'");
    assertThat(page.locator(".row")).hasCount(1);
    var held = Collections.synchronizedList(new ArrayList<Route>());
    page.route("**/admin/articles?*", held::add);
    page.locator("[name=q]").fill("/");
    page.locator("[name=q]").press("Enter");
    page.locator("[name=q]").press("Enter");
    page.waitForCondition(() -> held.size() == 2);
    held.forEach(Route::resume);
    assertThat(page.locator(".loading")).hasCount(0);
    assertThat(page.locator(".row")).hasCount(1);
  }
}
