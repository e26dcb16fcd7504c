package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Everything that a thread offers, without a hand on the mouse; no test here clicks. */
@OnStore
@NeedsBrowser
class KeyboardJourneyTest {
  /** Notes what the live regions say, each time that they speak. */
  private static final String LISTEN =
      """
      () => {
        const root = document.querySelector('afterword-thread').shadowRoot;
        window.said = [];
        const now = () => new Map([...root.querySelectorAll('[role=status], [role=alert]')]
          .map((one) => [one, one.textContent]));
        let before = now();
        new MutationObserver(() => {
          const after = now();
          for (const [one, text] of after) {
            if (text.trim() && before.get(one) !== text) said.push(text.trim());
          }
          before = after;
        }).observe(root, { subtree: true, childList: true, characterData: true });
      }
      """;

  /** Whether the focus can be seen: it is in the thread, is drawn, and stands in the window. */
  private static final String SEEN =
      """
      () => {
        const one = document.activeElement?.shadowRoot?.activeElement;
        if (!one?.matches(':focus-visible')) return false;
        const { outlineStyle } = getComputedStyle(one);
        const { top, bottom, width } = one.getBoundingClientRect();
        return outlineStyle !== 'none' && width > 0 && bottom > 8 && top < innerHeight - 8;
      }
      """;

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  @Test
  void aWholeVisit_byKeysAlone(Browser browser) {
    var first = post("The first of all.", null);
    var chain = first;
    for (int level = 1; level <= 6; level++) {
      chain = post("Level " + level, chain);
    }
    for (int i = 0; i < 30; i++) {
      post("One of many answers " + i, first);
    }
    for (int i = 0; i < 60; i++) {
      post("Comment " + i, null);
    }
    var page =
        browser.open(
            server.url() + "/",
            options -> options.setPermissions(List.of("clipboard-read", "clipboard-write")));
    assertThat(page.locator("[part=list]")).isVisible();
    page.evaluate(LISTEN);

    // In another order: the focus stays on what was chosen.
    tabTo(page, "[part=reaction]");
    page.keyboard().press("Space");
    assertThat(focused(page)).hasAttribute("aria-pressed", "true");
    tabTo(page, "[data-sort=oldest]");
    page.keyboard().press("Enter");
    assertThat(page.locator("[part=list] [part=text]").first()).hasText("The first of all.");
    assertThat(focused(page)).hasAttribute("data-sort", "oldest");
    assertSaid(page);

    write(page);
    answerAndVote(page);
    report(page);
    deleteAndUndo(page);
    readOn(page);
    assertThat(browser.complaints()).isEmpty();
  }

  private static void write(Page page) {
    tabBackTo(page, ".invite");
    page.keyboard().press("Enter");
    assertFocus(page, "[part=textarea]");
    page.keyboard().type("By **keys** alone.");
    page.keyboard().press("Tab");
    assertFocus(page, "[part=name]");
    page.keyboard().type("Ada");
    tabTo(page, "[data-action=help]");
    page.keyboard().press("Enter");
    assertThat(page.locator("[part=help]")).isVisible();
    page.keyboard().press("Enter");
    assertThat(page.locator("[part=help]")).hasCount(0);
    assertFocus(page, "[data-action=help]");
    tabBackTo(page, "[data-action=preview]");
    page.keyboard().press("Enter");
    assertThat(page.locator("[part=preview] strong")).hasText("keys");
    assertFocus(page, "[data-action=preview]");
    assertSaid(page);
    tabBackTo(page, "[part=submit]");
    page.keyboard().press("Enter");
    assertThat(focused(page).locator("[part=text]")).hasText("By keys alone.");
    assertFocus(page, "[data-comment]");
    assertSaid(page, "Your comment is posted.");

    tabTo(page, "[data-action=edit]");
    page.keyboard().press("Enter");
    assertFocus(page, "[part=textarea]");
    page.keyboard().press("Control+End");
    page.keyboard().type(" And edited.");
    page.keyboard().press("Control+Enter");
    assertThat(focused(page).locator("[part=text]")).hasText("By keys alone. And edited.");
    assertFocus(page, "[data-comment]");
    assertSaid(page, "Your comment is changed.");
  }

  private static void answerAndVote(Page page) {
    tabTo(page, "[data-action=reply]");
    page.keyboard().press("Enter");
    assertFocus(page, "[part=textarea]");
    page.keyboard().type("And answered.");
    page.keyboard().press("Escape");
    assertFocus(page, "[data-action=reply]");
    page.keyboard().press("Enter");
    assertFocus(page, "[part=textarea]");
    assertThat(focused(page)).hasValue("And answered.");
    tabTo(page, "[part=submit]");
    page.keyboard().press("Space");
    assertThat(focused(page).locator("[part=text]")).hasText("And answered.");
    assertFocus(page, "[data-comment]");
    assertSaid(page, "Your comment is posted.");

    tabBackTo(page, "[data-action=voteUp]");
    page.keyboard().press("Enter");
    assertThat(focused(page)).hasAttribute("aria-pressed", "true");
    assertFocus(page, "[data-action=voteUp]");
    assertSaid(page);
  }

  private static void report(Page page) {
    tabTo(page, "[data-action=options]");
    page.keyboard().press("Enter");
    assertThat(focused(page)).hasAttribute("aria-expanded", "true");
    assertFocus(page, "[data-action=options]");
    page.keyboard().press("Tab");
    assertFocus(page, "[data-action=copy]");
    page.keyboard().press("Enter");
    assertThat(focused(page)).hasText("Link copied");
    assertSaid(page, "Link copied");
    page.keyboard().press("Tab");
    assertFocus(page, "[data-action=report]");
    page.keyboard().press("Enter");
    assertFocus(page, "[name=reason]");
    page.keyboard().press("ArrowDown");
    tabTo(page, "[name=note]");
    page.keyboard().type("The third of these.");
    page.keyboard().press("Tab");
    page.keyboard().press("Enter");
    assertFocus(page, "[data-action=options]");
    assertSaid(page, "Thank you. The moderators will look at it.");
    page.keyboard().press("Escape");
    assertThat(focused(page)).hasAttribute("aria-expanded", "false");
    assertFocus(page, "[data-action=options]");
    assertSaid(page);
  }

  private static void deleteAndUndo(Page page) {
    tabTo(page, "[data-action=delete]");
    page.keyboard().press("Enter");
    assertFocus(page, "[data-action=undo]");
    assertSaid(page, "This comment was deleted.");
    page.keyboard().press("Enter");
    assertFocus(page, "[data-action=delete]");
    assertSaid(page);
  }

  private static void readOn(Page page) {
    // Up again to the first, through its branch.
    tabBackTo(page, "[data-action=more]");
    var shown = page.locator("[data-comment]").count();
    page.keyboard().press("Enter");
    assertFocus(page, "[data-comment]");
    assertThat(page.locator("[data-comment]").count()).isGreaterThan(shown);
    tabBackTo(page, "[data-action=more]");
    page.keyboard().press("Enter");
    assertThat(focused(page).locator("[part=text]").first()).hasText("Level 6");
    assertFocus(page, "[data-comment]");
    tabTo(page, ".address.level-5");
    page.keyboard().press("Enter");
    assertFocus(page, "[data-comment]");
    assertThat(focused(page).locator("[part=text]").first()).hasText("Level 5");
    tabBackTo(page, ".guide");
    page.keyboard().press("Enter");
    assertFocus(page, ".folded");
    page.keyboard().press("Enter");
    assertFocus(page, ".guide");
    assertSaid(page);

    // And down to the end, page by page.
    var more = page.locator("[part=list] + .more [data-action=more]");
    do {
      tabTo(page, "[part=list] + .more [data-action=more]");
      page.keyboard().press("Enter");
      assertFocus(page, "[data-comment]");
    } while (more.count() > 0);
    assertThat(page.locator("[part=list] > li")).hasCount(62);
    assertSaid(page);
  }

  /** What failed is tried again from where the button for that was. */
  @Test
  void tryingAgain_keepsTheFocus(Browser browser) {
    var id = post("Hello.", null);
    var page = browser.open("about:blank");
    page.route("**/comments?*", Route::abort);
    page.navigate(server.url() + "/");
    tabTo(page, "[data-action=again]");
    page.unroute("**/comments?*");
    page.keyboard().press("Enter");
    assertThat(page.locator("[data-comment]")).hasCount(1);
    assertFocus(page, "");

    page.route("**/writing.js*", Route::abort);
    page.locator(".thread [data-action=voteUp]").focus();
    page.keyboard().press("Enter");
    tabTo(page, "[data-comment='" + id + "'] [data-action=again]");
    page.unroute("**/writing.js*");
    page.keyboard().press("Enter");
    assertThat(page.locator("[part=score]")).hasText("1");
    assertFocus(page, "");
  }

  /** The last of them were taken away meanwhile. */
  @Test
  void whenThereIsNoMore_theFocusStaysInTheList(Browser browser) {
    for (int i = 0; i < 26; i++) {
      post("Comment " + i, null);
    }
    var page = browser.open("about:blank");
    page.navigate(server.url() + "/");
    tabTo(page, "[data-action=more]");
    page.route(
        "**/comments?*after=*",
        route -> {
          var answer = new JsonObject(route.fetch().text());
          answer.put("comments", new JsonArray()).put("next", null);
          route.fulfill(new Route.FulfillOptions().setBody(answer.encode()));
        });
    page.keyboard().press("Enter");
    assertThat(page.locator("[data-action=more]")).hasCount(0);
    assertFocus(page, "[data-comment]");
  }

  @Test
  void whenACommentGoes_theFocusGoesOnBesideIt(Browser browser) {
    var ids = List.of(post("One.", null), post("Two.", null), post("Three.", null));
    var page = browser.open(server.url() + "/");
    tabTo(page, "[data-comment='" + ids.get(1) + "'] [data-action=reply]");
    remove(ids.get(1));
    assertThat(page.locator("[data-comment]")).hasCount(2);
    assertFocus(page, "[data-comment='" + ids.get(0) + "']");
  }

  /** What waited for the network is sent while its reader is about something else. */
  @Test
  void whatIsSentByItself_takesNobodyAway(Browser browser) {
    post("Hello.", null);
    var down = new AtomicBoolean();
    var page = browser.open("about:blank");
    page.route(
        "**/comments?*",
        route -> {
          if (down.get()) {
            route.abort();
          } else {
            route.resume();
          }
        });
    page.navigate(server.url() + "/");
    tabTo(page, ".invite");
    page.keyboard().press("Enter");
    assertFocus(page, "[part=textarea]");
    page.keyboard().type("Sent later.");
    page.keyboard().press("Tab");
    page.keyboard().type("Ada");
    down.set(true);
    page.keyboard().press("Enter");
    assertThat(page.locator("[part=problem]")).isVisible();
    tabTo(page, "[data-action=reply]");
    page.keyboard().press("Enter");
    assertFocus(page, "li [part=textarea]");
    page.keyboard().type("Half a ");
    down.set(false);
    page.evaluate("dispatchEvent(new Event('online'))");
    assertThat(page.getByText("Sent later.").and(page.locator("[part=text] *"))).isVisible();
    assertThat(page.locator("[part=form]")).hasCount(1);
    page.keyboard().type("thought");
    assertFocus(page, "li [part=textarea]");
    assertThat(focused(page)).hasValue("Half a thought");
  }

  /** A field that has the focus already does not read out what is wrong with it. */
  @Test
  void whatIsWrong_isSaid_whereTheFocusStays(Browser browser) {
    var page = browser.open(server.url() + "/");
    tabTo(page, ".invite");
    page.keyboard().press("Enter");
    assertFocus(page, "[part=textarea]");
    page.evaluate(LISTEN);
    for (int time = 0; time < 2; time++) {
      page.keyboard().press("Control+Enter");
      page.waitForFunction("() => said.length > 0");
      assertSaid(page, "A comment needs some text.");
      assertFocus(page, "[part=textarea]");
    }
    page.keyboard().type("Some words.");
    page.keyboard().press("Control+Enter");
    assertFocus(page, "[part=name]");
    assertSaid(page);
    page.keyboard().press("Enter");
    page.waitForFunction("() => said.length > 0");
    assertSaid(page, "A name to call you by is missing.");

    // Who comes back to a field hears it there.
    page.keyboard().press("Shift+Tab");
    page.keyboard().press("Control+A");
    page.keyboard().press("Delete");
    tabTo(page, "[part=submit]");
    page.keyboard().press("Enter");
    assertFocus(page, "[part=textarea]");
    assertThat(focused(page)).hasAttribute("aria-describedby", "problem-article");
    assertSaid(page);
    assertThat(browser.complaints()).isEmpty();
  }

  /** Its reader is about something else by then, and stays there. */
  @Test
  void whatIsRefusedByItself_isSaid(Browser browser) {
    post("Hello.", null);
    var down = new AtomicBoolean(true);
    var page = browser.open("about:blank");
    page.route(
        url -> url.contains("/comments?"),
        route -> {
          if (route.request().method().equals("GET")) {
            route.resume();
          } else if (down.get()) {
            route.abort();
          } else {
            route.fulfill(new Route.FulfillOptions().setStatus(403).setBody("{}"));
          }
        });
    page.navigate(server.url() + "/");
    tabTo(page, ".invite");
    page.keyboard().press("Enter");
    assertFocus(page, "[part=textarea]");
    page.evaluate(LISTEN);
    page.keyboard().type("Sent later.");
    page.keyboard().press("Tab");
    page.keyboard().type("Ada");
    page.keyboard().press("Enter");
    page.waitForFunction("() => said.length > 0");
    assertSaid(page, "The server cannot be reached. It will be sent when it is back.");
    tabTo(page, "[data-action=reply]");
    down.set(false);
    page.evaluate("dispatchEvent(new Event('online'))");
    assertThat(page.locator("[part=problem]")).hasText("You can no longer write here.");
    page.waitForFunction("() => said.length > 0");
    assertSaid(page, "You can no longer write here.");
    assertFocus(page, "[data-action=reply]");
  }

  private void remove(String id) {
    server.desk("demo").delete(id);
  }

  private static Locator focused(Page page) {
    return page.locator(".thread :focus");
  }

  /** The focus is on what is meant, and a reader can see that. */
  private static void assertFocus(Page page, String selector) {
    assertThat(page.locator("afterword-thread " + selector + ":focus")).hasCount(1);
    page.waitForFunction(SEEN);
  }

  private static void tabTo(Page page, String selector) {
    go(page, "Tab", selector);
  }

  private static void tabBackTo(Page page, String selector) {
    go(page, "Shift+Tab", selector);
  }

  private static void go(Page page, String key, String selector) {
    var there = page.locator("afterword-thread " + selector + ":focus");
    for (int i = 0; i < 600; i++) {
      page.keyboard().press(key);
      if (there.count() == 1) {
        page.waitForFunction(SEEN);
        return;
      }
    }
    throw new AssertionError(key + " does not come to " + selector);
  }

  /** What was announced since this was asked last. */
  private static void assertSaid(Page page, String... words) {
    assertThat(page.evaluate("() => said.splice(0)")).isEqualTo(List.of(words));
  }

  private String post(String text, String parent) {
    return Desk.idOf(server.desk("demo").postAs("Ben", "/", text, parent));
  }
}
