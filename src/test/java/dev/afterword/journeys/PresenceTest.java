package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocket;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is there, who writes, and who has turned away. */
@OnStore
@NeedsBrowser
class PresenceTest {
  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  private void post(String text) {
    server.desk("demo").post("/", text);
  }

  private static Locator counts(Page page) {
    return page.locator("[part=counts]");
  }

  private static Locator writing(Page page) {
    return page.locator("[part=writing]");
  }

  private static Locator text(Page page) {
    return page.locator("[part=textarea]");
  }

  /** A page whose sockets are known. */
  private Page followed(Browser browser, List<WebSocket> sockets) {
    var page = browser.open("about:blank");
    page.onWebSocket(sockets::add);
    page.clock().install();
    page.navigate(server.url() + "/");
    assertThat(counts(page)).hasAttribute("data-readers", "1");
    return page;
  }

  private static void turn(Page page, boolean away) {
    page.evaluate(
        """
        away => {
          const state = away ? 'hidden' : 'visible';
          Object.defineProperty(document, 'hidden', { value: away, configurable: true });
          Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }
        """,
        away);
  }

  @Test
  void aPageThatIsHiddenForLong_sleeps_andCatchesUp(Browser browser) {
    var sockets = new CopyOnWriteArrayList<WebSocket>();
    var page = followed(browser, sockets);
    turn(page, true);
    page.clock().runFor(50_000);
    post("Soon.");
    assertThat(page.locator(".comment")).hasCount(1);
    page.clock().runFor(11_000);
    page.waitForCondition(() -> sockets.get(0).isClosed());
    var asked = new CopyOnWriteArrayList<String>();
    page.onRequest(request -> asked.add(request.url()));
    post("While nobody looks.");
    // Neither time nor a network that comes back wakes it.
    page.clock().runFor(120_000);
    page.evaluate("() => dispatchEvent(new Event('online'))");
    assertThat(sockets).hasSize(1);
    assertThat(page.locator(".paused")).hasCount(0);

    turn(page, false);
    assertThat(page.locator(".comment:has-text('While nobody looks.')")).isVisible();
    assertThat(counts(page)).hasAttribute("data-comments", "2");
    assertThat(sockets).hasSize(2);
    assertThat(asked).as("nothing is read again").noneMatch(url -> url.contains("/comments"));
    turn(page, true);
    turn(page, false);
    page.clock().runFor(61_000);
    assertThat(sockets.get(1).isClosed()).as("it was seen again in time").isFalse();
    assertThat(browser.complaints()).isEmpty();
  }

  /** Writes a first comment: before, nobody knows who it is. */
  private static void introduce(Page page) {
    page.locator(".invite").click();
    text(page).fill("Good evening.");
    page.locator("[part=name]").fill("Ada");
    page.locator("[part=submit]").click();
    assertThat(page.locator(".comment")).hasCount(1);
  }

  @Test
  void whoWrites_isShownToOthers_andNothingMoves(Browser browser) {
    var ada = browser.open(server.url() + "/");
    introduce(ada);
    var ben = followedBy(browser);
    var before = ben.locator(".list").boundingBox();
    ada.locator(".invite").click();
    text(ada).pressSequentially("I wonder");
    assertThat(writing(ben)).hasText("someone is writing");
    assertThat(ben.locator("[part=reading]")).hasCount(0);
    assertThat(ben.locator(".list").boundingBox()).usingRecursiveComparison().isEqualTo(before);
    Browser.assertAccessible(ben, "writing");
    assertThat(writing(ada)).hasCount(0);
    ben.clock().runFor(8_100);
    assertThat(writing(ben)).hasCount(0);
    assertThat(ben.locator("[part=reading]")).hasText("2 reading now");

    ada.evaluate("() => performance.now = () => 1e9");
    text(ada).pressSequentially(" why.");
    assertThat(writing(ben)).isVisible();
    ada.locator("[part=submit]").click();
    assertThat(ben.locator(".comment:has-text('I wonder why.')")).isVisible();
    // It is said now.
    assertThat(writing(ben)).hasCount(0);
    assertThat(browser.complaints()).isEmpty();
  }

  private Page followedBy(Browser browser) {
    var page = browser.open("about:blank");
    page.clock().install();
    page.navigate(server.url() + "/");
    assertThat(counts(page)).hasAttribute("data-readers", "2");
    return page;
  }

  @Test
  void whoIsNobody_isNotTold(Browser browser) {
    var sockets = new CopyOnWriteArrayList<WebSocket>();
    var page = followed(browser, sockets);
    var said = new CopyOnWriteArrayList<String>();
    sockets.get(0).onFrameSent(frame -> said.add(frame.text()));
    page.locator(".invite").click();
    text(page).pressSequentially("Hello");
    assertThat(text(page)).hasValue("Hello");
    assertThat(said).isEmpty();
  }

  @Test
  void aTokenThatIsVoid_doesNotEndWhatIsLive(Browser browser) {
    var sockets = new CopyOnWriteArrayList<WebSocket>();
    var page = browser.open("about:blank");
    page.onWebSocket(sockets::add);
    page.navigate(server.url() + "/");
    introduce(page);
    page.evaluate(
        """
        () => {
          const key = Object.keys(localStorage).find((one) => one.startsWith('afterword:guest:'));
          const guest = { ...JSON.parse(localStorage[key]), token: 'g.nobody' };
          localStorage[key] = JSON.stringify(guest);
        }
        """);
    page.locator(".invite").click();
    text(page).pressSequentially("I");
    page.waitForCondition(() -> sockets.size() == 2);
    assertThat(sockets.get(0).isClosed()).isTrue();
    post("Still here?");
    assertThat(page.locator(".comment:has-text('Still here?')")).isVisible();
    page.evaluate("() => performance.now = () => 1e9");
    text(page).pressSequentially(" am");
    post("And now?");
    assertThat(page.locator(".comment:has-text('And now?')")).isVisible();
    assertThat(sockets).as("it is not said again").hasSize(2);
  }
}
