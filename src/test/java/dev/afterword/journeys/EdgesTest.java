package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a page ends, a list, a text, or the window; and where one tab ends and the next begins. */
@OnStore
@NeedsBrowser
class EdgesTest {
  /** The longest that a page waits before it asks anew for what it cannot know, and then some. */
  private static final double PATIENT = 20_000;

  @AutoClose private TestServer server;
  private Desk desk;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    desk = server.desk("demo");
  }

  private List<String> roots(int number) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < number; i++) {
      ids.add(desk.id("/", "Number " + i + "."));
    }
    return ids;
  }

  private static Locator comments(Page page) {
    return page.locator("afterword-thread [part=comment]");
  }

  private static double top(Locator one) {
    return one.boundingBox().y;
  }

  @Test
  void aBoxThatScrolls_keepsThePageAsHighAsItIs(Browser browser) {
    roots(12);
    var page = browser.open(server.url() + "/");
    assertThat(comments(page)).hasCount(12);
    page.locator("[part=invite]").click();
    var height =
        page.evaluate(
            """
            () => {
              document.body.style.margin = 0;
              document.querySelector('main').style.cssText =
                'margin: 0; padding: 0; height: 100vh; overflow: auto';
              return document.documentElement.scrollHeight - innerHeight;
            }""");
    assertThat((Integer) height).isZero();
  }

  @Test
  void whatStaysAtTheTop_coversNoNews(Browser browser) {
    roots(20);
    var page = browser.open(server.url() + "/");
    page.locator("afterword-thread")
        .evaluate("thread => thread.style.setProperty('--aw-top', '72px')");
    assertThat(comments(page)).hasCount(20);
    comments(page).nth(15).scrollIntoViewIfNeeded();
    desk.id("/", "News.");
    var pill = page.locator("[part=pill]");
    assertThat(pill).hasText("1 new comment");
    assertThat(top(pill)).isBetween(72.0, 100.0);
  }

  @Test
  void underBest_whatRoseMeanwhile_isOnNoPageButComes(Browser browser) {
    var ids = roots(40);
    var page = browser.open(server.url() + "/");
    page.locator("[data-sort=best]").click();
    assertThat(page.locator("[data-sort=best]")).hasAttribute("aria-pressed", "true");
    assertThat(comments(page)).hasCount(25);
    var rising =
        ids.stream()
            .filter(id -> page.locator("[data-comment='" + id + "']").count() == 0)
            .findFirst()
            .orElseThrow();
    for (var name : List.of("Ben", "Cem", "Dan")) {
      Reader.named(desk, name).vote(rising, 1);
    }
    page.locator(".list + .more [data-action=more]").click();
    assertThat(comments(page)).hasCount(39);
    page.locator("[part=pill]").click(new Locator.ClickOptions().setTimeout(PATIENT));
    assertThat(comments(page)).hasCount(40);
  }

  @Test
  void aBranchThatIsAllThere_offersNoMore(Browser browser) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 11; i++) {
      ids.add(desk.id("/", "Level " + i + ".", i == 0 ? null : ids.get(i - 1)));
    }
    var page = browser.open(server.url() + "/#aw-" + ids.get(7));
    assertThat(page.locator("[data-comment='" + ids.get(7) + "']")).isFocused();
    assertThat(comments(page)).hasCount(11);
    assertThat(page.locator(".more")).hasCount(0);
  }

  @Test
  void aNumberThatCouldNotBeAskedFor_isAskedForOnceMore(Browser browser) {
    var ids = roots(40);
    var page = browser.open(server.url() + "/");
    assertThat(page.locator("[part=comments]")).hasText("40 comments");
    var refused = new AtomicInteger();
    page.route(
        "**/comments?*",
        route -> {
          if (refused.incrementAndGet() == 1) {
            route.fulfill(new Route.FulfillOptions().setStatus(503));
          } else {
            route.resume();
          }
        });
    // On a page that is not loaded.
    desk.delete(ids.get(0));
    assertThat(page.locator("[part=comments]"))
        .hasText("39 comments", new LocatorAssertions.HasTextOptions().setTimeout(PATIENT));
  }

  @Test
  void aTextThatIsTooLong_saysByHowMuch_whileItIsShortened(Browser browser) {
    var page = browser.open(server.url() + "/");
    page.locator("[part=invite]").click();
    var text = page.locator("[part=textarea]");
    text.fill("x".repeat(10_003));
    assertThat(page.locator(".left")).hasText("That comment is too long by 3 characters.");
    text.press("Backspace");
    assertThat(page.locator(".left")).hasText("That comment is too long by 2 characters.");
    assertThat(text).hasAccessibleDescription("That comment is too long by 2 characters.");
    text.fill("x".repeat(10_000));
    assertThat(page.locator(".left")).hasText("0 characters left");
    Browser.assertAccessible(page, "a long text");
  }

  @Test
  void onAPageFromTheRight_theEmptyBoxBeginsThere(Browser browser) {
    var page = browser.open(server.url() + "/");
    page.evaluate("document.documentElement.dir = 'rtl'");
    page.locator("[part=invite]").click();
    var text = page.locator("[part=textarea]");
    assertThat(text).hasCSS("direction", "rtl");
    text.fill("abc");
    assertThat(text).hasCSS("direction", "ltr");
  }

  @Test
  void onTouch_theBoxHasRoomForThreeLines(Browser browser) {
    var page = browser.open(server.url() + "/", how -> how.setHasTouch(true).setIsMobile(true));
    page.locator("[part=invite]").tap();
    assertThat(page.locator("[part=textarea]").boundingBox().height).isGreaterThan(90);
  }

  @Test
  void anotherTab_neitherNamesNorLosesWhatIsWritten(Browser browser) {
    var one = browser.open(server.url() + "/");
    var two = one.context().newPage();
    // Nothing that is told has it drawn anew.
    two.routeWebSocket("**/live*", socket -> {});
    two.navigate(server.url() + "/");
    for (var tab : List.of(one, two)) {
      tab.locator("[part=invite]").click();
    }
    one.locator("[part=textarea]").fill("From the first.");
    one.locator("[part=name]").fill("Ann");
    two.locator("[part=textarea]").fill("From the second.");
    two.locator("[part=name]").fill("Bob");
    one.locator("[part=submit]").click();
    assertThat(Browser.comment(one, "From the first.")).isVisible();

    // They see first that they are Ann by now.
    two.locator("[part=submit]").click();
    assertThat(two.locator("[part=as]")).containsText("Ann");
    assertThat(two.locator("[part=textarea]")).hasValue("From the second.");
    two.reload();
    two.locator("[part=invite]").click();
    assertThat(two.locator("[part=textarea]")).hasValue("From the second.");
    two.locator("[part=submit]").click();
    assertThat(Browser.comment(two, "From the second.")).isVisible();
  }

  @Test
  void whatWasIncluded_staysWhereItIsRead(Browser browser) {
    for (int i = 0; i < 12; i++) {
      desk.id("/included", "Number " + i + ".");
    }
    var page = browser.open("about:blank");
    var held = new ArrayList<Route>();
    page.route("**/embed.js", held::add);
    page.navigate(
        server.url() + "/included",
        new Page.NavigateOptions()
            .setWaitUntil(com.microsoft.playwright.options.WaitUntilState.COMMIT));
    var included = page.locator("afterword-thread > * article.comment").first();
    included.waitFor();
    page.evaluate(
        "() => scrollBy(0, document.querySelector('afterword-thread article.comment')"
            + ".getBoundingClientRect().top - innerHeight / 6)");
    var read = page.locator("afterword-thread > * article.comment").nth(1);
    var id = read.getAttribute("id").substring("aw-".length());
    double before = top(read);
    page.waitForCondition(() -> !held.isEmpty());
    held.forEach(Route::resume);
    var taken = page.locator("[data-comment='" + id + "']");
    assertThat(taken).isVisible();
    assertThat(top(taken)).isCloseTo(before, within(1.5));
    assertThat(page.locator("afterword-thread > script[type='application/ld+json']")).hasCount(1);
  }
}
