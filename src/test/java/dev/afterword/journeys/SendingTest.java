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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of words that are on their way when something comes between. */
@OnStore
@NeedsBrowser
class SendingTest {
  @AutoClose private TestServer server;

  /** What the reader's page sends, held back by the test, as long as it holds. */
  private final List<Route> posts = new ArrayList<>();

  private boolean holds = true;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  private String post(String text, String parent) {
    return Desk.idOf(server.desk("demo").postAs("Ben", "/", text, parent));
  }

  /** A reader whose clock the test moves on. */
  private Page open(Browser browser) {
    var page = browser.open("about:blank");
    page.clock().install();
    page.route(
        "**/comments?*",
        route -> {
          if (holds && route.request().method().equals("POST")) {
            posts.add(route);
          } else {
            route.resume();
          }
        });
    page.navigate(server.url() + "/");
    return page;
  }

  private Route sent(Page page, int number) {
    page.waitForCondition(() -> posts.size() >= number);
    assertThat(posts).hasSize(number);
    return posts.get(number - 1);
  }

  private static Locator comment(Page page, String id) {
    return page.locator("[data-comment='" + id + "']");
  }

  private static Locator text(Page page) {
    return page.locator("[part=textarea]");
  }

  private static Locator submit(Page page) {
    return page.locator("[part=submit]");
  }

  private static void write(Page page, String text) {
    text(page).fill(text);
    page.locator("[part=name]").fill("Ada");
    submit(page).click();
  }

  private static Locator written(Page page, String text) {
    return page.locator("[data-comment]")
        .filter(new Locator.FilterOptions().setHas(page.locator("[part=text]").getByText(text)));
  }

  private static void online(Page page) {
    page.evaluate("dispatchEvent(new Event('online'))");
  }

  @Test
  void anAnswerThatIsOnItsWay_isNotReplacedByAnother(Browser browser) {
    var first = post("One.", null);
    var second = post("Two.", null);
    var page = open(browser);
    comment(page, first).locator("[data-action=reply]").click();
    write(page, "To the first.");
    var sent = sent(page, 1);
    assertThat(submit(page)).hasText("Posting…");
    comment(page, second).locator("[data-action=reply]").click();
    assertThat(text(page)).isFocused();
    assertThat(text(page)).hasValue("To the first.");

    sent.abort();
    assertThat(submit(page)).hasText("Waiting…");
    comment(page, second).locator("[data-action=reply]").click();
    assertThat(text(page)).isFocused();
    assertThat(text(page)).hasValue("To the first.");
    assertThat(page.locator("[part=problem]")).containsText("It will be sent when it is back.");

    holds = false;
    online(page);
    assertThat(written(page, "To the first.")).isVisible();
    assertThat(page.locator("[part=form]")).hasCount(0);
    comment(page, second).locator("[data-action=reply]").click();
    assertThat(text(page)).isFocused();
    assertThat(text(page)).hasValue("");
  }

  @Test
  void anAnswerThatWaitsInAFoldedBranch_isUnfolded(Browser browser) {
    var first = post("One.", null);
    var reply = post("A reply.", first);
    var second = post("Two.", null);
    var page = open(browser);
    comment(page, reply).locator("[data-action=reply]").click();
    write(page, "To the reply.");
    sent(page, 1).abort();
    assertThat(submit(page)).hasText("Waiting…");
    page.locator(".guide").click();
    assertThat(submit(page)).hasCount(0);
    comment(page, second).locator("[data-action=reply]").click();
    assertThat(text(page)).isFocused();
    assertThat(text(page)).hasValue("To the reply.");
  }

  /** It cannot be led to; then it waits as a draft, which is not sent while nobody sees it. */
  @Test
  void anAnswerThatWaitsOnAnotherPage_isKept(Browser browser) {
    for (int i = 0; i < 30; i++) {
      post("Comment " + i, null);
    }
    var last = post("The last.", null);
    var page = open(browser);
    comment(page, last).locator("[data-action=reply]").click();
    write(page, "To the last.");
    sent(page, 1).abort();
    assertThat(submit(page)).hasText("Waiting…");
    page.locator("[data-sort=oldest]").click();
    assertThat(page.locator("[part=list] [part=text]").first()).hasText("Comment 0");
    page.locator("[data-action=reply]").first().click();
    assertThat(text(page)).isFocused();
    assertThat(text(page)).hasValue("");
    page.clock().runFor(60_000);
    online(page);
    page.locator("[data-sort=newest]").click();
    comment(page, last).locator("[data-action=reply]").click();
    assertThat(text(page)).hasValue("To the last.");
    holds = false;
    submit(page).click();
    assertThat(written(page, "To the last.")).isVisible();
    assertThat(posts).hasSize(1);
  }

  @Test
  void anElementThatIsGone_sendsNothingAnyMore(Browser browser) {
    var page = open(browser);
    page.locator("[part=invite]").click();
    write(page, "On its way.");
    var sent = sent(page, 1);
    page.evaluate(
        "() => { window.gone = document.querySelector('afterword-thread'); gone.remove(); }");
    sent.abort();
    page.clock().runFor(60_000);
    online(page);
    page.evaluate("fetch('/api/v1/demo/comments?article=/').then(() => true)");
    assertThat(posts).hasSize(1);
    page.evaluate("document.querySelector('main').append(gone)");
    page.locator("[part=invite]").click();
    assertThat(text(page)).hasValue("On its way.");
  }

  /** What a proxy answers instead of the server, or nothing after the first line. */
  @ParameterizedTest
  @ValueSource(strings = {"<!doctype html><title>Welcome to the hotel</title>", ""})
  void anAnswerThatNobodyCanRead_isNone(String body, Browser browser) {
    var page = open(browser);
    page.locator("[part=invite]").click();
    write(page, "Posted once.");
    var sent = sent(page, 1);
    assertThat(sent.fetch().status()).isEqualTo(201);
    sent.fulfill(
        new Route.FulfillOptions().setStatus(200).setContentType("text/html").setBody(body));
    assertThat(submit(page)).hasText("Waiting…");
    assertThat(page.locator("[part=problem]"))
        .hasText("The server cannot be reached. It will be sent when it is back.");
    holds = false;
    online(page);
    assertThat(page.locator("[part=form]")).hasCount(0);
    assertThat(written(page, "Posted once.")).hasCount(1);
    assertThat(page.locator("[part=comments]")).hasText("1 comment");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aPreviewThatNobodyCanRead_isSaid_andTheThreadGoesOn(Browser browser) {
    var page = open(browser);
    page.route(
        "**/preview",
        route -> route.fulfill(new Route.FulfillOptions().setStatus(200).setBody("<html>")));
    page.locator("[part=invite]").click();
    text(page).fill("Some words.");
    page.locator("[data-action=preview]").click();
    assertThat(page.locator("[part=problem]")).hasText("That did not work. Try again in a moment.");
    page.unroute("**/preview");
    page.locator("[data-action=preview]").click();
    assertThat(page.locator("[part=preview]")).hasText("Some words.");
    assertThat(browser.complaints()).isEmpty();
  }
}
