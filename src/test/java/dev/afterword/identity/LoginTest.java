package dev.afterword.identity;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afterword.support.Browser.comment;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A page says who its reader is: the element's {@code login} and {@code logout}. */
@OnStore
@NeedsBrowser
class LoginTest {
  private static final SiteKey KEY = SiteKey.secret("d2Vpw7EgcGhyYXNlIG9mIHRoZSB0ZXN0cw==");
  private static final String OTHER = "b3RoZXIgcGhyYXNlIG9mIHRoZSB0ZXN0cyE=";

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    keyBecomes("d2Vpw7EgcGhyYXNlIG9mIHRoZSB0ZXN0cw==");
  }

  /** Changes the key, and waits until every loop knows: each remembers a site for a second. */
  private void keyBecomes(String key) {
    server.command(
        0, "site", "set", "demo", "--sso-key", server.file("key", key).toAbsolutePath().toString());
    var token = token(SiteKey.secret(key), "probe");
    Eventually.holds(
        "the key is known", () -> IntStream.range(0, 8).allMatch(connection -> meIsKnown(token)));
  }

  /** Asked over a connection of its own, which are dealt out to the loops in turn. */
  private boolean meIsKnown(String token) {
    try {
      var url = URI.create(server.url() + "/api/v1/demo/me?article=/").toURL();
      var connection = (HttpURLConnection) url.openConnection();
      connection.setRequestProperty("Authorization", "Bearer " + token);
      connection.setRequestProperty("Connection", "close");
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String token(SiteKey key, String name) {
    return key.sign(
        new JsonObject()
            .put("sub", "of " + name)
            .put("name", name)
            .put("aud", "demo")
            .put("exp", Instant.now().getEpochSecond() + 600));
  }

  private Page open(Browser browser) {
    return opened(browser.open("about:blank"));
  }

  private Page opened(Page page) {
    page.navigate(server.url() + "/");
    assertThat(page.locator("[part=invite]")).isVisible();
    page.evaluate(
        "window.told = []; document.addEventListener('afterword:signed-out',"
            + " ({ detail }) => told.push(`${detail.site} ${detail.reason}`))");
    return page;
  }

  private static Object login(Page page, String token) {
    return page.evaluate("token => document.querySelector('afterword-thread').login(token)", token);
  }

  private static void logout(Page page) {
    page.evaluate("document.querySelector('afterword-thread').logout()");
  }

  private static String told(Page page) {
    return (String) page.evaluate("told.join()");
  }

  private static void write(Page page, String text) {
    page.locator("[part=invite]").first().click();
    page.locator("[part=textarea]").fill(text);
    page.locator("[part=submit]").click();
  }

  @Test
  void aMember_isWhoTheyAre_inEveryElementAtOnce(Browser browser) {
    var page = open(browser);
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
            + " '<afterword-thread id=\"second\" site=\"demo\" article=\"/2\"></afterword-thread>')");
    var second = page.locator("#second");
    second.locator("[part=invite]").click();
    assertThat(second.locator("[part=name]")).isVisible();

    var token = token(KEY, "Ann Lee");
    assertThat(login(page, token)).isEqualTo(true);
    assertThat(second.locator("[part=as]")).hasText("as Ann Lee");
    assertThat(second.locator("[part=name]")).hasCount(0);
    second.locator("[data-action=cancel]").click();
    write(page, "From my account.");
    var written = comment(page, "From my account.");
    assertThat(written.locator("[part=author]")).hasText("Ann Lee");
    assertThat(written.locator("[data-action=edit]")).isVisible();
    assertThat(written.locator("[data-action=voteUp]")).hasCount(0);
    page.locator("[part=reaction]").first().click();
    assertThat(page.locator("[part=reaction]").first()).hasAttribute("aria-pressed", "true");

    // Nothing of it is kept where the next reader of this browser, or another script, finds it.
    assertThat(
            (String) page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])"))
        .doesNotContain(token.substring(token.lastIndexOf('.')))
        .doesNotContain("Ann Lee");

    // An element that comes later knows as well.
    page.evaluate(
        "new Promise((resolve) => { second.addEventListener('afterword:ready', resolve);"
            + " second.setAttribute('article', '/3') }).then(() => true)");
    second.locator("[part=invite]").click();
    assertThat(second.locator("[part=as]")).hasText("as Ann Lee");

    logout(page);
    assertThat(second.locator("[part=name]")).isVisible();
    assertThat(written.locator("[data-action=edit]")).hasCount(0);
    assertThat(written.locator("[data-action=voteUp]")).isVisible();
    assertThat(page.locator("[part=reaction]").first()).hasAttribute("aria-pressed", "false");
    assertThat(told(page)).isEqualTo("demo logout");
    page.reload();
    page.locator("[part=invite]").click();
    assertThat(page.locator("[part=name]")).isVisible();
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatAMemberAloneSees_goesWithThem(Browser browser) {
    server.desk("demo").moderate("/");
    var page = open(browser);
    login(page, token(KEY, "Ann Lee"));
    write(page, "Not for everybody.");
    assertThat(comment(page, "Not for everybody.")).hasAttribute("data-state", "pending");
    logout(page);
    assertThat(page.locator("[data-comment]")).hasCount(0);
    login(page, token(KEY, "Bob"));
    write(page, "Bob's.");
    assertThat(page.locator("[data-comment]")).hasCount(1);
    login(page, token(KEY, "Ann Lee"));
    assertThat(comment(page, "Not for everybody.")).hasAttribute("data-state", "pending");
    assertThat(page.locator("[data-comment]")).hasCount(1);
    assertThat(page.locator("[part=counts]")).hasAttribute("data-comments", "0");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whomTheServerKnowsNoLonger_isTheGuestAgain_andTheirPageIsTold(Browser browser) {
    var page = open(browser);
    write(page, "As a guest.");
    page.locator("[part=name]").fill("Anonyma");
    page.locator("[part=submit]").click();
    assertThat(comment(page, "As a guest.").locator("[data-action=edit]")).isVisible();
    login(page, token(KEY, "Ann Lee"));
    assertThat(comment(page, "As a guest.").locator("[data-action=edit]")).hasCount(0);
    page.locator("[part=invite]").click();
    page.locator("[part=textarea]").fill("As myself.");

    keyBecomes(OTHER);
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=problem]"))
        .hasText("You are no longer signed in. Send again to post as Anonyma.");
    assertThat(page.locator("[part=as]")).hasText("as Anonyma");
    assertThat(page.locator("[part=textarea]")).hasValue("As myself.");
    assertThat(told(page)).isEqualTo("demo expired");
    // What was refused was the member's token; the guest's is still good.
    assertThat(comment(page, "As a guest.").locator("[data-action=edit]")).isVisible();

    assertThat(login(page, token(SiteKey.secret(OTHER), "Ann Lee"))).isEqualTo(true);
    assertThat(page.locator("[part=problem]")).hasCount(0);
    assertThat(page.locator("[part=as]")).hasText("as Ann Lee");
    page.locator("[part=submit]").click();
    assertThat(comment(page, "As myself.").locator("[part=author]")).hasText("Ann Lee");
  }

  @Test
  void aLoginUnderWay_isNotLostWithTheTokenThatIsOver(Browser browser) {
    var page = open(browser);
    login(page, token(KEY, "Ann Lee"));
    keyBecomes(OTHER);
    var held = new CopyOnWriteArrayList<Route>();
    page.route("**/me?*", held::add);
    page.evaluate(
        "token => { document.querySelector('afterword-thread').login(token)"
            + ".then((known) => { window.known = known }) }",
        token(SiteKey.secret(OTHER), "Ann Lee"));
    page.waitForCondition(() -> held.size() == 1);
    page.locator("[part=reaction]").first().click();
    page.waitForCondition(() -> told(page).equals("demo expired"));
    page.unroute("**/me?*");
    held.get(0).resume();
    page.waitForCondition(() -> page.evaluate("window.known") != null);
    assertThat(page.evaluate("known")).isEqualTo(true);
    page.locator("[part=invite]").click();
    assertThat(page.locator("[part=as]")).hasText("as Ann Lee");
  }

  @Test
  void aTokenThatIsNotGood_changesNothing_andIsTold(Browser browser) {
    var page = open(browser);
    assertThat(login(page, "not.a.token")).isEqualTo(false);
    assertThat(told(page)).isEqualTo("demo refused");
    login(page, token(KEY, "Ann Lee"));
    page.locator("[part=invite]").click();
    assertThat(page.locator("[part=as]")).hasText("as Ann Lee");

    // Nobody said that the new one is wrong, nor that the old one is.
    page.route("**/me?*", Route::abort);
    assertThat(login(page, token(KEY, "Ann Lee"))).isEqualTo(false);
    assertThat(page.locator("[part=as]")).hasText("as Ann Lee");
    assertThat(told(page)).isEqualTo("demo refused");
  }

  @Test
  void theLoginThatWasAskedForLast_counts(Browser browser) {
    var page = open(browser);
    var held = new CopyOnWriteArrayList<Route>();
    page.route("**/me?*", held::add);
    page.evaluate(
        "tokens => { window.answers = []; tokens.forEach((token) => document"
            + ".querySelector('afterword-thread').login(token).then((in_) => answers.push(in_))) }",
        new String[] {token(KEY, "Slow"), token(KEY, "Ann Lee")});
    page.waitForCondition(() -> held.size() == 2);
    held.get(1).resume();
    page.waitForCondition(() -> page.evaluate("answers.join()").equals("true"));
    held.get(0).resume();
    page.waitForCondition(() -> page.evaluate("answers.join()").equals("true,false"));
    page.unroute("**/me?*");
    page.locator("[part=invite]").click();
    assertThat(page.locator("[part=as]")).hasText("as Ann Lee");

    // A logout counts as well against a login under way.
    page.route("**/me?*", held::add);
    int before = held.size();
    page.evaluate(
        "token => { document.querySelector('afterword-thread').login(token)"
            + ".then((in_) => answers.push(in_)) }",
        token(KEY, "Late"));
    page.waitForCondition(() -> held.size() > before);
    logout(page);
    held.get(before).resume();
    page.waitForCondition(() -> page.evaluate("answers.length").equals(3));
    assertThat(page.evaluate("answers[2]")).isEqualTo(false);
    assertThat(page.locator("[part=name]")).isVisible();
  }

  /** A reader whose clock the test moves on, and whose comments get no further than to the test. */
  private Page atATime(Browser browser, List<Route> posts, AtomicBoolean held) {
    var page = browser.open("about:blank");
    page.clock().install();
    page.route(
        "**/comments?*",
        route -> {
          if (held.get() && route.request().method().equals("POST")) {
            posts.add(route);
          } else {
            route.resume();
          }
        });
    return opened(page);
  }

  private static void writeAsGuest(Page page, String text) {
    page.locator("[part=invite]").click();
    page.locator("[part=textarea]").fill(text);
    page.locator("[part=name]").fill("Anonyma");
    page.locator("[part=submit]").click();
    assertThat(comment(page, text).locator("[data-action=edit]")).isVisible();
  }

  /** Whatever would be sent by itself is on its way after this. */
  private static void waitLong(Page page) {
    page.clock().runFor(60_000);
    page.evaluate("dispatchEvent(new Event('online'))");
    page.evaluate("fetch('/api/v1/demo/comments?article=/').then(() => true)");
  }

  @Test
  void whatWaitsToBeSent_isNotSentUnderAnotherName(Browser browser) {
    var posts = new CopyOnWriteArrayList<Route>();
    var held = new AtomicBoolean();
    var page = atATime(browser, posts, held);
    writeAsGuest(page, "As a guest.");
    login(page, token(KEY, "Ann Lee"));
    held.set(true);
    write(page, "From my account.");
    page.waitForCondition(() -> posts.size() == 1);
    posts.get(0).abort();
    assertThat(page.locator("[part=submit]")).hasText("Waiting…");

    logout(page);
    assertThat(page.locator("[part=submit]")).hasText("Post");
    assertThat(page.locator("[part=problem]")).hasCount(0);
    assertThat(page.locator("[part=textarea]")).hasValue("From my account.");
    assertThat(page.locator("[part=textarea]")).isEditable();
    waitLong(page);
    assertThat(posts).hasSize(1);

    held.set(false);
    login(page, token(KEY, "Ann Lee"));
    page.locator("[part=submit]").click();
    assertThat(comment(page, "From my account.").locator("[part=author]")).hasText("Ann Lee");
  }

  @Test
  void whatDoesNotArrive_isNotSentAgainUnderAnotherName(Browser browser) {
    var posts = new CopyOnWriteArrayList<Route>();
    var held = new AtomicBoolean();
    var page = atATime(browser, posts, held);
    writeAsGuest(page, "As a guest.");
    held.set(true);
    write(page, "To be sent.");
    page.waitForCondition(() -> posts.size() == 1);
    login(page, token(KEY, "Ann Lee"));
    assertThat(page.locator("[part=as]")).hasText("as Ann Lee");
    assertThat(page.locator("[part=submit]")).hasText("Posting…");
    posts.get(0).abort();
    assertThat(page.locator("[part=submit]")).hasText("Post");
    assertThat(page.locator("[part=problem]")).hasText("That did not work. Try again in a moment.");
    assertThat(page.locator("[part=textarea]")).hasValue("To be sent.");
    waitLong(page);
    assertThat(posts).hasSize(1);
  }

  @Test
  void whatIsAnsweredAfterALogout_isShownToNobodyElse(Browser browser) {
    server.desk("demo").moderate("/");
    var posts = new CopyOnWriteArrayList<Route>();
    var page = atATime(browser, posts, new AtomicBoolean(true));
    login(page, token(KEY, "Ann Lee"));
    write(page, "Not for everybody.");
    page.waitForCondition(() -> posts.size() == 1);
    logout(page);
    posts.get(0).resume();
    assertThat(page.locator("[part=textarea]")).hasCount(0);
    assertThat(page.locator("[data-comment]")).hasCount(0);
    login(page, token(KEY, "Ann Lee"));
    assertThat(comment(page, "Not for everybody.")).hasAttribute("data-state", "pending");
  }

  @Test
  void whatAMemberDeletes_isDeleted_thoughTheyLogOut(Browser browser) {
    var page = atATime(browser, List.of(), new AtomicBoolean());
    login(page, token(KEY, "Ann Lee"));
    write(page, "Not meant like that.");
    var written = comment(page, "Not meant like that.");
    var path = "/api/v1/demo/comments/" + written.getAttribute("data-comment");
    written.locator("[data-action=delete]").click();
    assertThat(page.locator("[data-action=undo]")).isFocused();
    logout(page);
    // The next reader has nothing to think again.
    assertThat(page.locator("[data-action=undo]")).hasCount(0);
    Eventually.holds("it is gone", () -> server.get(path).statusCode() == 404);
    assertThat(page.locator("[part=problem]")).hasCount(0);
    assertThat(browser.complaints()).isEmpty();
  }
}
