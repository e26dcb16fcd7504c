package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The thread's page speaks the language that it is asked in, and leads on in it. */
@OnStore
class PageLanguagesTest {
  private static final String PAGE = "/thread/demo?article=/tongues";

  @AutoClose private static TestServer server;
  private static String comment;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    for (int i = 0; i < 3; i++) {
      comment = server.desk("demo").id("/tongues", "Hello.");
    }
  }

  private static Document read(String path) {
    var answer = server.get(path);
    assertThat(answer.statusCode()).as(path + ' ' + answer.body()).isEqualTo(200);
    return Jsoup.parse(answer.body(), server.url() + path);
  }

  @ParameterizedTest
  @CsvSource({
    "ar, rtl, ٣ تعليقات",
    "de, ltr, 3 Kommentare",
    "en, ltr, 3 comments",
    "es, ltr, 3 comentarios",
    "fr, ltr, 3 commentaires",
    "it, ltr, 3 commenti",
    "ja, ltr, コメント3件",
    "nl, ltr, 3 reacties",
    "pl, ltr, 3 komentarze",
    "pt, ltr, 3 comentários",
    "uk, ltr, 3 коментарі",
    "zh, ltr, 3条评论"
  })
  void eachLanguage_isSpoken_andKept(String language, String direction, String counts) {
    var page = read(PAGE + "&lang=" + language);
    for (var element : List.of(page.selectFirst("html"), page.selectFirst("section"))) {
      assertThat(element.attr("lang")).isEqualTo(language);
      assertThat(element.attr("dir")).isEqualTo(direction);
    }
    assertThat(page.select(".counts").text()).isEqualTo(counts);
    assertThat(page.title()).startsWith(Words.in(language).say("thread"));
    var leads = page.select("a.reply, .sort a").eachAttr("href");
    leads.addAll(page.select("form").eachAttr("action"));
    assertThat(leads).hasSizeGreaterThan(5).allMatch(href -> href.contains("&lang=" + language));
    var fragment = read(PAGE + "&fragment=true&lang=" + language);
    assertThat(fragment.select("form").attr("action")).endsWith("&lang=" + language);
    var about = read(PAGE + "&comment=" + comment + "&lang=" + language);
    assertThat(about.selectFirst("form label").text())
        .isEqualTo(Words.in(language).say("yourReply", "Ada"));
  }

  @Test
  void withoutAny_itIsEnglish_andNamesNone() {
    var page = read(PAGE);
    assertThat(page.selectFirst("html").attr("lang")).isEqualTo("en");
    assertThat(page.html()).doesNotContain("lang=de", "lang=en&", "&amp;lang=");
    assertThat(server.get(PAGE + "&lang=xx").statusCode()).isEqualTo(422);
    assertThat(server.get(PAGE + "&lang=de").headers().firstValue("ETag"))
        .isNotEqualTo(server.get(PAGE).headers().firstValue("ETag"));
  }

  @Test
  void theForm_answersInTheLanguage() {
    var action = "/thread/demo?article=%2Fgruss&lang=de";
    var form = new String[] {"Content-Type", "application/x-www-form-urlencoded"};
    var missing = server.send("POST", action, "text=&name=Ada", form);
    assertThat(missing.statusCode()).isEqualTo(422);
    var again = Jsoup.parse(missing.body());
    assertThat(again.select("html").attr("lang")).isEqualTo("de");
    assertThat(again.select("#aw-problem-text").text())
        .isEqualTo(Words.in("de").say("textMissing"));
    assertThat(again.select("form").attr("action")).isEqualTo(action);
    var posted = server.send("POST", action, "text=Hallo&name=Ada", form);
    assertThat(posted.statusCode()).as(posted.body()).isEqualTo(303);
    assertThat(posted.headers().firstValue("Location").orElseThrow()).startsWith(action);
    var hostile = server.send("POST", PAGE + "&lang=%22%3E", "text=Hi&name=Ada", form);
    assertThat(hostile.statusCode()).isEqualTo(422);
    assertThat(hostile.body()).contains("\"parameter\":\"lang\"");
  }

  @Test
  void aRefusal_isSaidInTheLanguage() {
    server.addSite("wache", "https://wache.example");
    var owner = server.desk("wache", Caller.Role.OWNER);
    server.setArticles("wache", "pattern", "/gruss*");
    var refusing =
        new JsonObject()
            .put("version", owner.get("admin/settings").getValue("version"))
            .put("refusedWords", new JsonArray().add("schlimm"));
    owner.done("PUT", "admin/settings", refusing);
    var german = Words.in("de");
    assertThat(problem("/gruss", "text=Hallo&name=Staff%20of%20wache", "name"))
        .isEqualTo(german.say("nameTaken"));
    Eventually.passes(
        "the settings are known",
        () ->
            assertThat(problem("/gruss", "text=Wie%20schlimm&name=Ada", "general"))
                .isEqualTo(german.say("refused")));
    assertThat(problem("/anderswo", "text=Hallo&name=Ada", "general"))
        .isEqualTo(german.say("refused"));
    assertThat(problem("/gruss", "text=" + "www.a.b+".repeat(1_250) + "&name=Ada", "text"))
        .isEqualTo(german.say("textRich"));
  }

  /** What a form that is refused says about one of its fields. */
  private static String problem(String article, String fields, String field) {
    var action = "/thread/wache?article=" + TestServer.encoded(article) + "&lang=de";
    var type = new String[] {"Content-Type", "application/x-www-form-urlencoded"};
    var refused = server.send("POST", action, fields, type);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(422);
    return Jsoup.parse(refused.body()).select("#aw-problem-" + field).text();
  }

  /** The rules of plural forms are our own; a browser has them from CLDR. */
  @NeedsBrowser
  @ParameterizedTest
  @ValueSource(strings = {"ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "uk", "zh"})
  void eachNumber_hasTheFormThatBrowsersGiveIt(String language, Browser browser) {
    var numbers =
        LongStream.concat(
                LongStream.range(0, 340),
                LongStream.of(999, 1_000, 1_001, 1_011, 1_000_000, 1_000_001, 2_000_000, 3_500_000))
            .boxed()
            .toList();
    var forms =
        browser
            .open("about:blank")
            .evaluate(
                "([tag, all]) => all.map((n) => new Intl.PluralRules(tag).select(n))",
                List.of(language, numbers.stream().map(Long::intValue).toList()));
    assertThat(numbers.stream().map(Words.in(language)::form).toList()).isEqualTo(forms);
  }

  @NeedsBrowser
  @ParameterizedTest
  @ValueSource(strings = {"ar", "de"})
  void thePage_readsWell(String language, Browser browser) {
    var url = URI.create(server.url() + PAGE + "&lang=" + language).toString();
    var page = browser.open(url, options -> options.setViewportSize(360, 740));
    assertThat(page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    assertThat(page.locator("textarea").boundingBox().width)
        .as("as wide as the list")
        .isEqualTo(320);
    page.screenshot(
        new Page.ScreenshotOptions()
            .setPath(Path.of("target", "screenshots", "thread-page-" + language + ".png")));
    Browser.assertAccessible(page, language);
  }
}
