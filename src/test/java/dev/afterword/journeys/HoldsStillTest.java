package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.afterword.support.Browser.comment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody reads in the middle of a long thread, on a phone, while others write. */
@OnStore
@NeedsBrowser
class HoldsStillTest {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private static final String LONG =
      " It was a long evening, and nobody wanted to leave the table.".repeat(6);

  private static final Consumer<NewContextOptions> PHONE =
      options ->
          options
              .setViewportSize(360, 740)
              .setDeviceScaleFactor(3)
              .setHasTouch(true)
              .setIsMobile(true);

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    for (int i = 1; i <= 30; i++) {
      var id = post("comment " + i + "." + (i % 3 == 0 ? LONG : ""), null);
      if (i % 7 == 0) {
        post("an answer to " + i + ".", id);
      }
    }
  }

  /** Safari has no scroll anchoring of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"auto", "none"})
  void whatComesAbove_movesNothing_andOneTapLeadsThere(String anchoring, Browser browser) {
    var page = reader(browser, PHONE, anchoring);
    var other = otherTab(page);
    read(page, "comment 15.");
    var before = Places.of(page);
    assertThat(before.tops()).isNotEmpty();

    write(other, "first", "Ben");
    assertThat(pill(page)).hasText("1 new comment");
    write(other, "second", null);
    write(other, "third", null);
    assertThat(pill(page)).hasText("3 new comments");
    comment(other, "comment 28.").locator("[part=reply]").first().tap();
    send(other, "below the 28th", null);
    assertThat(pill(page)).hasText("4 new comments");
    assertThat(Places.of(page)).isEqualTo(before);

    server.send("POST", "/api/v1/demo/views?article=/", "", "X-Forwarded-For", "203.0.113.9");
    assertThat(page.locator("[part=counts]")).hasAttribute("data-views", "2");
    for (var voted : List.of("comment 27.", "comment 15.")) {
      comment(other, voted).locator("[data-action=voteUp]").tap();
      assertThat(comment(page, voted).locator("[part=score]")).hasText("1");
    }
    assertThat(Places.of(page)).isEqualTo(before);

    change("PATCH", id(page, "comment 26."), new JsonObject().put("text", "longer now." + LONG));
    assertThat(comment(page, "longer now.")).isVisible();
    before.assertHeldIn(page);
    change("DELETE", id(page, "comment 24."), new JsonObject());
    assertThat(comment(page, "comment 24.")).hasCount(0);
    before.assertHeldIn(page);

    pill(page).tap();
    var first = comment(page, "third");
    assertThat(first).isFocused();
    assertThat(first).isInViewport();
    assertThat(first.locator("[part=new]")).hasText("new");
    assertThat(comment(page, "below the 28th").locator("[part=new]")).hasText("new");
    assertThat(pill(page)).hasCount(0);
    assertThat(page.locator("[data-comment]").first()).containsText("third");
    assertThat(page.locator("[part=new]")).hasCount(4);
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "none"})
  void whatComesAtTheEnd_waitsUntilTheReaderIsThere(String anchoring, Browser browser) {
    var page = reader(browser, PHONE, anchoring);
    page.locator("[data-sort=oldest]").tap();
    assertThat(page.locator("[data-comment]").first()).containsText("comment 1.");
    page.locator("[part=list] + p > [part=more]").tap();
    assertThat(comment(page, "comment 30.")).isVisible();
    read(page, "comment 15.");
    var before = Places.of(page);
    post("first", null);
    post("second", null);
    post("third", null);
    assertThat(pill(page)).hasText("3 new comments");
    post("below the 2nd", id(page, "comment 2."));
    assertThat(pill(page)).hasText("4 new comments");
    assertThat(Places.of(page)).isEqualTo(before);

    // By hand, to the end: what waits there is shown; what waits elsewhere goes on waiting.
    read(page, "comment 30.");
    assertThat(comment(page, "third")).isVisible();
    assertThat(pill(page)).hasText("1 new comment");
    assertThat(page.locator("[part=list] > li").last()).containsText("third");

    // Who is at the end sees more come.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)");
    post("fourth", null);
    assertThat(comment(page, "fourth")).isVisible();
    assertThat(pill(page)).hasText("1 new comment");
    pill(page).tap();
    assertThat(comment(page, "below the 2nd")).isFocused();
    assertThat(comment(page, "below the 2nd")).isInViewport();

    read(page, "comment 15.");
    post("fifth", null);
    assertThat(pill(page)).hasText("1 new comment");
    pill(page).tap();
    assertThat(comment(page, "fifth")).isFocused();
    assertThat(comment(page, "fifth")).isInViewport();
    assertThat(page.locator("[part=new]")).hasCount(1);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whoIsWhereTheNewestBegin_seesThemCome(Browser browser) {
    var page = reader(browser, PHONE, "none");
    read(page, "comment 30.");
    post("first", null);
    assertThat(comment(page, "first")).isVisible();
    assertThat(pill(page)).hasCount(0);

    // And so does who scrolls there.
    read(page, "comment 15.");
    post("second", null);
    post("third", null);
    assertThat(pill(page)).hasText("2 new comments");
    read(page, "first");
    assertThat(comment(page, "third")).isInViewport();
    assertThat(pill(page)).hasCount(0);
    assertThat(page.locator("[part=list] > li").first()).containsText("third");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatOneWrites_isShownAtOnce(Browser browser) {
    var page = reader(browser, PHONE, "none");
    page.locator("[part=invite]").tap();
    send(page, "my own", "Ada");
    assertThat(comment(page, "my own")).isInViewport();
    read(page, "comment 15.");
    comment(page, "comment 15.").locator("[part=reply]").tap();
    send(page, "my own answer", null);
    assertThat(comment(page, "my own answer")).isInViewport();
    assertThat(pill(page)).hasCount(0);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aTombstoneThatIsNew_isTakenInLikeTheRest(Browser browser) {
    var missing = new MissingUntilReset(browser, server.url() + "/", "auto");
    var page = missing.page;
    missing.begin();
    var gone = post("gone meanwhile", null);
    post("an answer to what is gone", gone);
    change("DELETE", gone, new JsonObject());
    page.evaluate("0"); // What is not to be heard has come by then.
    missing.end();
    assertThat(comment(page, "an answer to what is gone")).isVisible();
    assertThat(page.locator("[part=problem]")).hasCount(0);
    post("and on it goes", null);
    assertThat(comment(page, "and on it goes")).isVisible();
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"reset, auto", "reset, none", "polling, auto", "polling, none"})
  void whatWasMissed_waitsLikeWhatComes(String how, String anchoring, Browser browser) {
    var missing =
        how.equals("reset")
            ? new MissingUntilReset(browser, server.url() + "/", anchoring)
            : new MissingUntilAsked(browser, server.url() + "/", anchoring);
    var page = missing.page;
    page.locator("[part=list] + p > [part=more]").tap();
    read(page, "comment 3.");
    comment(page, "comment 3.").locator("[part=reply]").tap();
    var field = page.locator("[part=textarea]");
    assertThat(field).isFocused();
    field.pressSequentially("half a sen");
    var before = Places.of(page);
    assertThat(before.tops()).isNotEmpty();

    missing.begin();
    post("first", null);
    post("second", null);
    post("third", null);
    post("below the 28th", id(page, "comment 28."));
    missing.end();
    assertThat(pill(page)).hasText("4 new comments");
    assertThat(Places.of(page)).isEqualTo(before);
    assertThat(page.locator("[part=counts]")).hasAttribute("data-comments", "38");

    missing.begin();
    change("PATCH", id(page, "comment 26."), new JsonObject().put("text", "longer now." + LONG));
    change("DELETE", id(page, "comment 24."), new JsonObject());
    change("DELETE", id(page, "comment 9."), new JsonObject());
    post("an answer below", id(page, "comment 2."));
    missing.end();
    assertThat(comment(page, "longer now.")).hasCount(1);
    assertThat(comment(page, "comment 24.")).hasCount(0);
    assertThat(comment(page, "comment 9.")).hasCount(0);
    assertThat(comment(page, "an answer below")).isVisible();
    before.assertHeldIn(page);
    assertThat(page.locator("[part=counts]")).hasAttribute("data-comments", "37");
    assertThat(pill(page)).hasText("4 new comments");
    assertThat(comment(page, "comment 1.")).hasCount(1);
    assertThat(page.locator("[part=list] + p > [part=more]")).hasCount(0);
    assertThat(field).isFocused();
    page.keyboard().type("tence");
    assertThat(field).hasValue("half a sentence");

    pill(page).tap();
    assertThat(comment(page, "third")).isFocused();
    assertThat(comment(page, "third")).isInViewport();
    assertThat(page.locator("[part=new]")).hasCount(4);
    assertThat(page.locator("[data-comment]").first()).containsText("third");
    assertThat(field).hasValue("half a sentence");

    // And on it goes.
    read(page, "comment 15.");
    missing.begin();
    post("fourth", null);
    missing.end();
    assertThat(pill(page)).hasText("1 new comment");
  }

  /** What is on pages that nobody has asked for is not news. */
  @ParameterizedTest
  @ValueSource(strings = {"newest", "oldest", "best"})
  void whatWasMissed_isToldFromWhatWasNotRead(String sort, Browser browser) {
    var missing = new MissingUntilReset(browser, server.url() + "/", "none");
    var page = missing.page;
    if (!sort.equals("newest")) {
      var read =
          page.waitForResponse("**/comments?*", page.locator("[data-sort=" + sort + "]")::tap);
      assertThat(read.status()).isEqualTo(200);
    }
    var top = page.locator("[data-comment]").first();
    assertThat(top).containsText(sort.equals("oldest") ? "comment 1." : "comment 30.");
    read(page, "comment 15.");
    var before = Places.of(page);
    missing.begin();
    post("first", null);
    post("below the 20th", id(page, "comment 20."));
    missing.end();
    assertThat(page.locator("[part=counts]")).hasAttribute("data-comments", "36");
    var pill = sort.equals("oldest") ? "1 new comment" : "2 new comments";
    assertThat(pill(page)).hasText(pill);
    assertThat(Places.of(page)).isEqualTo(before);
    assertThat(page.locator("[part=list] > li")).hasCount(25);
    assertThat(page.locator("[part=list] + p > [part=more]")).hasCount(1);
    pill(page).tap();
    assertThat(comment(page, "first")).isFocused();
    page.locator("[part=list] + p > [part=more]").tap();
    assertThat(page.locator("[part=list] > li")).hasCount(31);
    assertThat(page.locator("[part=list] + p > [part=more]")).hasCount(0);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatIsLoaded_isReadAnewToItsEnd(Browser browser) {
    var missing = new MissingUntilReset(browser, server.url() + "/", "none");
    var page = missing.page;
    page.locator("[part=list] + p > [part=more]").tap();
    read(page, "comment 15.");
    var before = Places.of(page);
    missing.begin();
    for (int i = 1; i <= 40; i++) {
      post("missed " + i + ".", null);
    }
    change("DELETE", id(page, "comment 2."), new JsonObject());
    missing.end();
    assertThat(pill(page)).hasText("40 new comments");
    assertThat(comment(page, "comment 2.")).hasCount(0);
    assertThat(page.locator("[part=list] > li")).hasCount(29);
    assertThat(Places.of(page)).isEqualTo(before);
    pill(page).tap();
    assertThat(page.locator("[part=list] > li")).hasCount(69);
    assertThat(page.locator("[part=list] + p > [part=more]")).hasCount(0);
    assertThat(browser.complaints()).isEmpty();
  }

  /** With a hole between what is shown and what is new, nothing is shown that would hide it. */
  @Test
  void moreThanIsReadAnew_waitsAsWell_andOneTapLeadsToItsBeginning(Browser browser) {
    var missing = new MissingUntilReset(browser, server.url() + "/", "none");
    var page = missing.page;
    read(page, "comment 15.");
    var before = Places.of(page);
    missing.begin();
    for (int i = 1; i <= 260; i++) {
      post("missed " + i + ".", null);
    }
    missing.end();
    assertThat(pill(page)).hasText("260 new comments");
    assertThat(Places.of(page)).isEqualTo(before);
    post("one more", null);
    assertThat(pill(page)).hasText("261 new comments");
    assertThat(Places.of(page)).isEqualTo(before);
    pill(page).tap();
    assertThat(comment(page, "one more")).isFocused();
    assertThat(comment(page, "one more")).isInViewport();
    assertThat(page.locator("[data-comment]").first()).containsText("one more");
    assertThat(comment(page, "missed 260.")).isVisible();
    assertThat(page.locator("[part=list] > li")).hasCount(25);
    assertThat(pill(page)).hasCount(0);
    assertThat(browser.complaints()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "none"})
  void whoWrites_isNotDisturbed(String anchoring, Browser browser) {
    var page = reader(browser, PHONE, anchoring);
    read(page, "comment 15.");
    comment(page, "comment 15.").locator("[part=reply]").tap();
    var field = page.locator("[part=textarea]");
    assertThat(field).isFocused();
    field.pressSequentially("half a sen");
    var before = field.boundingBox().y;
    post("above", null);
    post("above too", null);
    assertThat(pill(page)).hasText("2 new comments");
    post("another answer", id(page, "comment 15."));
    assertThat(comment(page, "another answer")).isVisible();
    change("PATCH", id(page, "comment 16."), new JsonObject().put("text", "longer now." + LONG));
    assertThat(comment(page, "longer now.")).isVisible();
    assertThat(field).isFocused();
    assertThat(field.boundingBox().y).isCloseTo(before, within(0.5));
    page.keyboard().type("tence");
    assertThat(field).hasValue("half a sentence");

    // Even at the top of the screen, the pill is not over what is being written.
    field.evaluate("field => scrollBy(0, field.getBoundingClientRect().top - 10)");
    page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("pill-writing.png")));
    var onTop =
        pill(page)
            .evaluate(
                """
                (pill) => {
                  const { left, top, width, height } = pill.getBoundingClientRect();
                  const [x, y] = [left + width / 2, top + height / 2];
                  return pill.getRootNode().elementFromPoint(x, y).getAttribute('part');
                }
                """);
    assertThat(onTop).isEqualTo("textarea");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatGrowsAtTheUpperEdge_growsUpwards(Browser browser) {
    var page = reader(browser, PHONE, "none");
    comment(page, "comment 16.")
        .evaluate("comment => scrollBy(0, comment.getBoundingClientRect().bottom - 30)");
    var read = comment(page, "comment 15.");
    var before = read.boundingBox().y;
    change("PATCH", id(page, "comment 16."), new JsonObject().put("text", "longer now." + LONG));
    assertThat(comment(page, "longer now.")).isInViewport();
    assertThat(read.boundingBox().y).isCloseTo(before, within(0.5));
    post("an answer at the edge", id(page, "longer now."));
    assertThat(comment(page, "an answer at the edge")).isVisible();
    assertThat(read.boundingBox().y).isCloseTo(before, within(0.5));
  }

  /** A line of numbers that breaks in two is above everything. */
  @Test
  void whatTicksAbove_movesNothing_atTwiceTheSize(Browser browser) {
    var page = reader(browser, PHONE.andThen(options -> options.setViewportSize(180, 370)), "none");
    read(page, "comment 15.");
    var before = Places.of(page);
    var counts = page.locator("[part=counts]");
    var height = counts.boundingBox().height;
    otherTab(page);
    assertThat(counts).hasAttribute("data-readers", "2");
    assertThat(counts.boundingBox().height).isGreaterThan(height);
    before.assertHeldIn(page);
  }

  @Test
  void thePill_isGoodForEveryone(Browser browser) {
    var looks =
        Map.<String, Consumer<NewContextOptions>>of(
            "360-light",
            PHONE,
            "360-dark",
            PHONE.andThen(options -> options.setColorScheme(ColorScheme.DARK)),
            "180-zoomed",
            PHONE.andThen(options -> options.setViewportSize(180, 370)),
            "360-rtl",
            PHONE,
            "1280-light",
            options -> options.setReducedMotion(ReducedMotion.REDUCE));
    for (var look : looks.entrySet()) {
      var name = look.getKey();
      var page = reader(browser, look.getValue(), "none");
      if (name.endsWith("rtl")) {
        page.evaluate("document.documentElement.dir = 'rtl'");
      }
      read(page, "comment 24.");
      post("for " + name, null);
      post("for " + name + " too", null);
      post("for " + name + " three", null);
      assertThat(pill(page)).hasText("3 new comments");
      Browser.assertAccessible(page, name);
      page.screenshot(
          new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("pill-" + name + ".png")));
      var box = pill(page).boundingBox();
      var width = page.viewportSize().width;
      assertThat(box.x).as(name).isGreaterThanOrEqualTo(0);
      assertThat(box.x + box.width).as(name).isLessThanOrEqualTo(width);
      assertThat(box.height).as(name).isGreaterThanOrEqualTo(width < 1000 ? 44 : 24);
      assertThat(page.evaluate("document.documentElement.scrollWidth")).as(name).isEqualTo(width);

      // By the keyboard, from the comments back to what stands before them.
      page.locator("[data-sort=discussed]")
          .evaluate("button => button.focus({ preventScroll: true })");
      page.keyboard().press("Tab");
      assertThat(pill(page)).isFocused();
      assertThat(comment(page, "comment 24.")).isInViewport();
      page.keyboard().press("Enter");
      assertThat(comment(page, "for " + name + " three")).isFocused();
      assertThat(comment(page, "for " + name + " three")).isInViewport();
      Browser.assertAccessible(page, name + ", read");
      page.screenshot(
          new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve("pill-read-" + name + ".png")));
    }
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void newsAreSpokenOnce_andTheSameNewsAgain(Browser browser) {
    var page = browser.open("about:blank", PHONE);
    page.clock().install();
    page.navigate(server.url() + "/");
    read(page, "comment 15.");
    page.locator("[role=status]")
        .evaluate(
            """
            (status) => {
              window.spoken = [];
              new MutationObserver(() => spoken.push(status.textContent.trim()))
                .observe(status, { characterData: true, childList: true, subtree: true });
            }
            """);
    for (int n = 1; n <= 2; n++) {
      for (int i = 0; i < 3; i++) {
        post("news", null);
      }
      assertThat(pill(page)).hasText(3 * n + " new comments");
      page.clock().runFor(10_000);
      page.waitForFunction("n => spoken.length === n", n);
    }
    assertThat(page.evaluate("spoken")).isEqualTo(List.of("3 new comments", "3 new comments"));
  }

  /** Where the comments stand that are at least partly on the screen. */
  private record Places(double scrolled, Map<String, Double> tops) {
    static Places of(Page page) {
      var tops = tops(page);
      tops.values().removeIf(place -> place[1] <= 0 || place[0] >= page.viewportSize().height);
      var places = new HashMap<String, Double>();
      tops.forEach((id, place) -> places.put(id, place[0]));
      return new Places(((Number) page.evaluate("scrollY")).doubleValue(), places);
    }

    /** The page may have been scrolled, as long as nobody could see it. */
    void assertHeldIn(Page page) {
      var now = tops(page);
      tops.forEach((id, top) -> assertThat(now.get(id)[0]).isCloseTo(top, within(0.5)));
    }

    private static Map<String, double[]> tops(Page page) {
      var tops = new HashMap<String, double[]>();
      for (var comment : page.locator("[data-comment]").all()) {
        var box = comment.boundingBox();
        tops.put(comment.getAttribute("data-comment"), new double[] {box.y, box.y + box.height});
      }
      return tops;
    }
  }

  /** A page that misses what is told live for a while, and how it comes to know of that. */
  private abstract static class Missing {
    final Page page;

    Missing(Browser browser, String anchoring) {
      page = browser.open("about:blank", PHONE);
      page.addInitScript(
          "addEventListener('DOMContentLoaded', () =>"
              + (" document.documentElement.style.overflowAnchor = '" + anchoring + "')"));
    }

    abstract void begin();

    abstract void end();
  }

  /** The server cannot fill the gap, and says so. */
  private static final class MissingUntilReset extends Missing {
    private final List<WebSocketRoute> sockets = new ArrayList<>();
    private boolean hears = true;

    MissingUntilReset(Browser browser, String url, String anchoring) {
      super(browser, anchoring);
      page.routeWebSocket("**/live?*", this::listen);
      page.navigate(url);
      assertThat(page.locator("[part=counts]")).hasAttribute("data-readers", "1");
    }

    private void listen(WebSocketRoute socket) {
      sockets.add(socket);
      socket
          .connectToServer()
          .onMessage(
              frame -> {
                if (hears) {
                  socket.send(frame.text());
                }
              });
    }

    @Override
    void begin() {
      hears = false;
    }

    @Override
    void end() {
      sockets.get(0).send("{\"type\":\"reset\",\"article\":\"/\",\"position\":\"other:1\"}");
      hears = true;
    }
  }

  /** Nothing live comes through at all, so the page asks now and then. */
  private static final class MissingUntilAsked extends Missing {
    MissingUntilAsked(Browser browser, String url, String anchoring) {
      super(browser, anchoring);
      page.clock().install();
      page.routeWebSocket("**/live?*", WebSocketRoute::close);
      page.route("**/live?*", Route::abort);
      page.waitForRequest("**/article?*", () -> page.navigate(url));
      assertThat(page.locator(".paused")).hasCount(0);
    }

    @Override
    void begin() {
      // It always does.
    }

    @Override
    void end() {
      page.waitForResponse("**/article?*", () -> page.clock().runFor(15_000));
    }
  }

  private Page reader(Browser browser, Consumer<NewContextOptions> how, String anchoring) {
    var page = browser.open(server.url() + "/", how);
    page.evaluate("how => document.documentElement.style.overflowAnchor = how", anchoring);
    return page;
  }

  private Page otherTab(Page page) {
    var other = page.context().newPage();
    other.navigate(server.url() + "/");
    assertThat(comment(other, "comment 30.")).isVisible();
    return other;
  }

  private static void read(Page page, String text) {
    comment(page, text).evaluate("comment => comment.scrollIntoView({ block: 'center' })");
  }

  private static Locator pill(Page page) {
    return page.locator("[part=pill]");
  }

  private static String id(Page page, String text) {
    return comment(page, text).getAttribute("data-comment");
  }

  private static void write(Page page, String text, String name) {
    page.locator("[part=invite]").tap();
    send(page, text, name);
  }

  private static void send(Page page, String text, String name) {
    page.locator("[part=textarea]").fill(text);
    if (name != null) {
      page.locator("[part=name]").fill(name);
    }
    page.locator("[part=submit]").tap();
    assertThat(page.locator("[part=form]")).hasCount(0);
  }

  private String post(String text, String parent) {
    return Desk.idOf(server.desk("demo").postAs("Ada Lovelace", "/", text, parent));
  }

  /** What a moderator does to a comment. */
  private void change(String method, String id, JsonObject body) {
    var path = "/api/v1/demo/comments/" + id;
    var token = "Bearer " + server.staffToken();
    var content = body.isEmpty() ? "" : body.encode();
    var answer =
        server.send(
            method, path, content, "Authorization", token, "Content-Type", "application/json");
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
  }
}
