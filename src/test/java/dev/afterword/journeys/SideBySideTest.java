package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.WebSocket;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.LoadState;
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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two moderators at one queue, on two processes. */
@OnStore
@NeedsBrowser
class SideBySideTest {
  private static final String SEEN =
      """
      seen => {
        Object.defineProperty(document, 'visibilityState', { value: seen, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }
      """;

  private TestServer one;
  private TestServer two;
  private Desk desk;
  private List<String> ids;

  @BeforeEach
  void start() {
    TestStore.fresh();
    one = TestServer.unlimited();
    two = TestServer.unlimited();
    desk = new Desk(two, "demo", one.staffToken());
    desk.moderate("/");
    ids = List.of(write("First.", "Ada"), write("Second.", "Ben"), write("Third.", "Cleo"));
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  @Test
  void whatOneDecides_theOtherSeesAtOnce_andNothingMovesUnderTheHand(Browser browser) {
    var mine = signedIn(browser.open(one.url() + "/admin"), one.staffToken());
    var other = signedIn(browser.open(two.url() + "/admin"), one.addStaff("demo", Role.MODERATOR));
    askNothing(mine);
    var place = card(mine, 0).boundingBox().y;
    for (var key : List.of("s", "r")) {
      other.keyboard().press(key);
    }
    assertThat(notice(mine, 0)).containsText("called this spam meanwhile.");
    assertThat(notice(mine, 1)).containsText("rejected this meanwhile.");
    assertThat(mine.locator("[role=status]")).containsText("called this spam meanwhile.");
    assertThat(card(mine, 0)).isFocused();
    assertThat(card(mine, 0).boundingBox().y).isEqualTo(place);
    assertThat(tab(mine, "Pending")).containsText("1");
    assertThat(tab(mine, "Spam")).containsText("1");
    Browser.assertAccessible(mine, "what others decided");

    mine.keyboard().press("j");
    assertThat(card(mine, 2)).isFocused();
    other.keyboard().press("u");
    assertThat(notice(mine, 1)).containsText("took a decision about this back.");
    assertThat(tab(mine, "Pending")).containsText("2");
    mine.keyboard().press("a");
    assertThat(mine.locator(".card")).hasCount(1);
    assertThat(card(mine, 1)).isFocused();
    assertThat(browser.complaints()).isEmpty();
  }

  /** What is shown from now on came by itself. */
  private static void askNothing(Page page) {
    assertThat(page.locator(".card")).hasCount(3);
    page.waitForLoadState(LoadState.NETWORKIDLE);
    page.route("**/admin/queue**", route -> route.abort());
    page.route("**/admin/audit**", route -> route.abort());
  }

  @Test
  void aKeyThatCameTooLate_decidesNothing(Browser browser) {
    var page = signedIn(browser.open(one.url() + "/admin"), one.staffToken());
    page.waitForLoadState(LoadState.NETWORKIDLE);
    page.evaluate(
        """
        id => new MutationObserver((changes, self) => {
          const card = document.querySelector(`[data-comment="${id}"] .notice`);
          if (!card) return;
          self.disconnect();
          document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
        }).observe(document.body, { subtree: true, childList: true })
        """,
        ids.get(0));
    desk.decide("spam", ids.get(0));
    assertThat(notice(page, 0)).containsText("called this spam meanwhile.");
    page.keyboard().press("j");
    page.keyboard().press("r");
    Eventually.passes("decided", () -> assertThat(state(ids.get(1))).isEqualTo("rejected"));
    assertThat(state(ids.get(0))).isEqualTo("spam");
  }

  @Test
  void withoutASocket_itIsSeenByAsking(Browser browser) {
    var page = browser.open("about:blank");
    page.routeWebSocket("**/admin/live", WebSocketRoute::close);
    page.navigate(one.url() + "/admin");
    signedIn(page, one.staffToken());
    desk.decide("spam", ids.get(0));
    assertThat(notice(page, 0)).containsText("called this spam meanwhile.");
    assertThat(tab(page, "Pending")).containsText("2");
    assertThat(browser.complaints()).isEmpty();
  }

  /** Of which the journal tells as well; who decides about it is stopped by the server. */
  @Test
  void anEditByAnother_isNoDecision(Browser browser) {
    var page = browser.open("about:blank");
    page.routeWebSocket("**/admin/live", WebSocketRoute::close);
    page.navigate(one.url() + "/admin");
    signedIn(page, one.staffToken());
    var edited =
        two.send(
            "PATCH",
            "/api/v1/demo/comments/" + ids.get(0),
            "{\"text\":\"Something else.\"}",
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + one.staffToken());
    assertThat(edited.statusCode()).as(edited.body()).isEqualTo(200);
    desk.decide("spam", ids.get(1));
    assertThat(notice(page, 1)).containsText("called this spam meanwhile.");
    assertThat(card(page, 0)).hasAttribute("data-state", "pending");
    assertThat(notice(page, 0)).hasCount(0);
    page.keyboard().press("a");
    assertThat(notice(page, 0)).hasText("This says something else by now. Read it again.");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void fromTheJournal_noMoreIsReadThanIsLookedAt(Browser browser) {
    var asked = new ArrayList<String>();
    var page = browser.open("about:blank");
    page.onRequest(request -> asked.add(request.url()));
    page.navigate(one.url() + "/admin");
    signedIn(page, one.staffToken());
    page.waitForCondition(() -> asked.stream().filter(url -> url.contains("/audit")).count() > 1);
    var journal = asked.stream().filter(url -> url.contains("/audit")).toList();
    assertThat(journal.get(0)).endsWith("?limit=1");
    assertThat(journal.subList(1, journal.size())).allMatch(url -> url.endsWith("?limit=50"));
  }

  @Test
  void aHiddenTab_sleeps_andCatchesUp(Browser browser) {
    var page = browser.open("about:blank");
    var sockets = new ArrayList<WebSocket>();
    page.onWebSocket(sockets::add);
    page.navigate(one.url() + "/admin");
    signedIn(page, one.staffToken());
    page.waitForLoadState(LoadState.NETWORKIDLE);
    page.evaluate(SEEN, "hidden");
    page.waitForCondition(() -> sockets.stream().allMatch(WebSocket::isClosed));
    assertThat(sockets).hasSize(1);
    desk.decide("spam", ids.get(0));
    desk.decide("reject", ids.get(1));
    page.evaluate(SEEN, "visible");
    assertThat(notice(page, 0)).containsText("called this spam meanwhile.");
    assertThat(notice(page, 1)).containsText("rejected this meanwhile.");
    assertThat(tab(page, "Pending")).containsText("1");
    page.waitForCondition(() -> sockets.size() == 2);
    assertThat(browser.complaints()).isEmpty();
  }

  private static Page signedIn(Page page, String token) {
    assertThat(page.locator("[name=token]")).isFocused();
    page.keyboard().type(token);
    page.keyboard().press("Enter");
    assertThat(page.locator(".card:focus")).hasCount(1);
    return page;
  }

  private Locator card(Page page, int index) {
    return page.locator(".card[data-comment='" + ids.get(index) + "']");
  }

  private Locator notice(Page page, int index) {
    return card(page, index).locator(".notice");
  }

  private static Locator tab(Page page, String word) {
    return page.locator(".tabs a").filter(new Locator.FilterOptions().setHasText(word));
  }

  private String write(String text, String name) {
    return Desk.idOf(one.desk("demo").postAs(name, "/", text, null));
  }

  private String state(String id) {
    return desk.get("admin/queue?state=all").getJsonArray("comments").stream()
        .map(JsonObject.class::cast)
        .filter(each -> each.getString("id").equals(id))
        .map(each -> each.getString("state"))
        .findFirst()
        .orElseThrow();
  }
}
