package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.Eventually;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.OnStore;
import dev.afterword.support.Ports;
import dev.afterword.support.RedisServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread as a page without JavaScript: read, paged through, and written on. */
@OnStore
@Timeout(180)
class ThreadPageTest {
  private static final Path CORPUS = Path.of("..", "shared", "corpora", "blns.json");
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String NEWS = "https://news.example";

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("news", NEWS);
  }

  private static String path(String site, String article) {
    return "/thread/" + site + "?article=" + TestServer.encoded(article);
  }

  private static String comment(String site, String article, String name, String text, String on) {
    var key = TestServer.encoded(article);
    return Desk.idOf(server.desk(site).postAs(name, key, text, on));
  }

  private static String comment(String article, String text, String on) {
    return comment("demo", article, "Ada", text, on);
  }

  private static Document read(String path) {
    var answer = server.get(path);
    assertThat(answer.statusCode()).as(path + ' ' + answer.body()).isEqualTo(200);
    return Jsoup.parse(answer.body(), server.url() + path);
  }

  /** Sends the form of a page as a browser does, with some fields filled in otherwise. */
  private static HttpResponse<String> send(
      TestServer to, Document page, Map<String, String> filledIn, String... headers) {
    var fields = new LinkedHashMap<String, String>();
    var form = page.selectFirst("form");
    form.select("[name]").forEach(field -> fields.put(field.attr("name"), field.val()));
    fields.putAll(filledIn);
    var body = new ArrayList<String>();
    fields.forEach((name, value) -> body.add(name + '=' + TestServer.encoded(value)));
    var all = new ArrayList<>(List.of("Content-Type", FORM));
    all.addAll(List.of(headers));
    var action = URI.create(form.absUrl("action"));
    return to.send(
        "POST",
        action.getRawPath() + '?' + action.getRawQuery(),
        String.join("&", body),
        all.toArray(String[]::new));
  }

  private static HttpResponse<String> send(Document page, String name, String text) {
    return send(server, page, Map.of("name", name, "text", text));
  }

  private static String location(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static JsonObject list(String article) {
    var query = "comments?article=" + TestServer.encoded(article);
    return new JsonObject(server.get("/api/v1/demo/" + query).body());
  }

  @Test
  void thePage_showsTheThread_inTheClassesOfTheWidget() {
    var root = comment("news", "/page", "Ada", "A *root*.", null);
    var reply = comment("news", "/page", "Ben", "A reply.", root);
    var page = read(path("news", "/page"));
    assertThat(page.select("html").attr("lang")).isEqualTo("en");
    assertThat(page.title()).isEqualTo("Comments · /page");
    assertThat(page.select("link[rel=canonical]").attr("href")).isEqualTo(NEWS + "/page");
    assertThat(page.select("h1 a").attr("href")).isEqualTo(NEWS + "/page");
    assertThat(page.select("section.afterword > .thread > *").eachAttr("class"))
        .containsExactly("counts", "list");
    assertThat(page.select("section.afterword > .thread > .list + form")).hasSize(1);
    assertThat(page.select(".counts").text()).isEqualTo("2 comments");
    var first = page.getElementById("aw-" + root);
    assertThat(first.select(".author").text()).isEqualTo("Ada");
    assertThat(first.select(".text").html()).isEqualTo("<p>A <em>root</em>.</p>");
    assertThat(first.select("time").attr("datetime")).matches("20.*Z");
    assertThat(first.select("time").text()).matches("[A-Z][a-z]+ \\d+, \\d{4}, \\d\\d:\\d\\d UTC");
    var picture = first.selectFirst("img");
    assertThat(server.get(picture.attr("src")).statusCode()).isEqualTo(200);
    assertThat(page.select("#aw-" + root + " + .branch .replies #aw-" + reply)).hasSize(1);
    assertThat(server.get(page.select("link[rel=stylesheet]").attr("href")).body())
        .contains(".afterword")
        .doesNotContain(":host");
    var data = new JsonObject(page.selectFirst("script").data());
    assertThat(data.getString("@type")).isEqualTo("DiscussionForumPosting");
    assertThat(data.getString("url")).isEqualTo(NEWS + "/page");
    var told = data.getJsonArray("comment").getJsonObject(0);
    assertThat(told.getString("url")).isEqualTo(NEWS + "/page#aw-" + root);
    assertThat(told.getString("text")).isEqualTo("A *root*.");
    assertThat(told.getJsonArray("comment").getJsonObject(0).getJsonObject("author"))
        .isEqualTo(new JsonObject().put("@type", "Person").put("name", "Ben"));
  }

  @Test
  void anArticleNobodySaw_hasAnEmptyPage_andStaysUnseen() {
    var page = read(path("demo", "/nobody"));
    assertThat(page.select(".empty").text()).isEqualTo("No comments yet.");
    assertThat(page.select("form")).hasSize(1);
    var article = server.get("/api/v1/demo/article?article=/nobody").body();
    assertThat(new JsonObject(article).getValue("created")).isNull();
  }

  @Test
  void hostileNamesAndTexts_areText() throws IOException {
    var hostile =
        new ArrayList<>(
            List.of(
                "</script><script>alert(1)</script>",
                "\" onmouseover=\"alert(1)",
                "<img src=x onerror=alert(1)>",
                "<!--",
                "]]>&lt;b&gt;",
                "\u2028</textarea>\u0007",
                "<a href='javascript:alert(1)'>x</a>"));
    if (Files.exists(CORPUS)) {
      for (var each : new JsonArray(Files.readString(CORPUS))) {
        hostile.add((String) each);
      }
    }
    for (int i = 0; i < hostile.size(); i += 25) {
      var names = new TreeSet<String>();
      var article = "/hostile/" + i;
      for (var text : hostile.subList(i, Math.min(hostile.size(), i + 25))) {
        var name = text.substring(0, text.offsetByCodePoints(0, Math.min(60, points(text))));
        var body =
            new JsonObject().put("text", text).put("author", new JsonObject().put("name", name));
        var answer = server.post("/api/v1/demo/comments?article=" + article, body.encode());
        if (answer.statusCode() == 201) {
          var author = new JsonObject(answer.body()).getJsonObject("comment");
          names.add(author.getJsonObject("author").getString("name"));
        }
      }
      var page = read(path("demo", article));
      assertThat(new TreeSet<>(page.select("bdi.author").stream().map(Element::wholeText).toList()))
          .isEqualTo(names);
      assertHarmless(page);
      assertThat(new JsonObject(page.selectFirst("script").data()).getJsonArray("comment"))
          .hasSize(page.select(".list > li").size());
    }
    for (var text : hostile) {
      var again = send(server, read(path("demo", "/h")), Map.of("name", text, "text", ""));
      assertThat(again.statusCode()).isEqualTo(422);
      assertHarmless(Jsoup.parse(again.body()));
    }
  }

  private static int points(String text) {
    return text.codePointCount(0, text.length());
  }

  private static void assertHarmless(Document page) {
    assertThat(page.select("script:not([type='application/ld+json'])")).isEmpty();
    assertThat(page.select("script").size()).isLessThanOrEqualTo(1);
    assertThat(page.select("iframe, style, object, svg, link:not([href]), [style]")).isEmpty();
    for (var element : page.getAllElements()) {
      assertThat(element.attributes().asList())
          .noneMatch(attribute -> attribute.getKey().startsWith("on"))
          .noneMatch(attribute -> attribute.getValue().startsWith("javascript:"));
    }
  }

  @Test
  void pagingToTheEnd_showsEachCommentOnce() {
    var all = new TreeSet<String>();
    for (int i = 0; i < 30; i++) {
      all.add(comment("/long", "root " + i, null));
    }
    var wide = comment("/long", "many replies", null);
    all.add(wide);
    for (int i = 0; i < 23; i++) {
      all.add(comment("/long", "reply " + i, wide));
    }
    var on = wide;
    for (int i = 0; i < 12; i++) {
      on = comment("/long", "deep " + i, on);
      all.add(on);
    }
    for (var sort : List.of("newest", "oldest", "best", "discussed")) {
      var seen = new ArrayList<String>();
      var visited = new HashSet<String>();
      var ahead = new ArrayDeque<>(List.of(path("demo", "/long") + "&sort=" + sort));
      while (!ahead.isEmpty()) {
        var page = read(ahead.poll());
        // A page about a comment shows that one, too.
        var own = page.select("input[name=parent]").val();
        page.select("article").eachAttr("id").stream()
            .map(id -> id.substring(3))
            .filter(id -> !id.equals(own))
            .forEach(seen::add);
        for (var more : page.select(".more a").eachAttr("href")) {
          assertThat(visited.add(more)).as(more).isTrue();
          ahead.add(more);
        }
      }
      assertThat(seen).as(sort).doesNotHaveDuplicates();
      assertThat(new TreeSet<>(seen)).as(sort).isEqualTo(all);
    }
  }

  @Test
  void thePageOfAComment_saysWhatItAnswers_andIsNobodyElses() {
    var root = comment("demo", "/about", "Ada", "root", null);
    var reply = comment("demo", "/about", "Ben", "reply", root);
    var deep = comment("demo", "/about", "Cid", "deep", reply);
    var page = read(path("demo", "/about") + "&comment=" + deep);
    assertThat(page.select(".above a").eachText()).containsExactly("Ada", "Ben");
    assertThat(page.select(".counts a").attr("href")).isEqualTo(path("demo", "/about"));
    assertThat(page.select("article").eachAttr("id")).containsExactly("aw-" + deep);
    assertThat(page.select("form input[name=parent]").val()).isEqualTo(deep);
    assertThat(page.select("form label[for=aw-text]").text()).isEqualTo("Your reply to Cid");
    for (var other : List.of(path("demo", "/other"), path("news", "/about"))) {
      assertThat(server.get(other + "&comment=" + deep).statusCode()).isEqualTo(404);
    }
    assertThat(server.get(path("demo", "/about") + "&comment=a%20b").statusCode()).isEqualTo(422);
    assertThat(server.get(path("demo", "/about") + "&after=x").statusCode()).isEqualTo(422);
    assertThat(server.get(path("demo", "/about") + "&sort=worst").statusCode()).isEqualTo(422);
    assertThat(server.get("/thread/demo").statusCode()).isEqualTo(422);
    assertThat(server.get("/thread/nosite?article=/a").statusCode()).isEqualTo(404);
  }

  @Test
  void whoHasThePage_isToldSo_untilSomethingChanges() {
    var first = comment("/etag", "first", null);
    var path = path("demo", "/etag");
    for (var query : List.of("", "&fragment=true", "&comment=" + first)) {
      var whole = server.get(path + query);
      assertThat(whole.headers().firstValue("Cache-Control")).hasValue("public, no-cache");
      assertThat(whole.headers().firstValue("Content-Security-Policy").orElseThrow())
          .startsWith("default-src 'none'; style-src 'self'");
      assertThat(whole.headers().firstValue("Set-Cookie")).isEmpty();
      var etag = whole.headers().firstValue("ETag").orElseThrow();
      // Views are not in it.
      server.send("POST", "/api/v1/demo/views?article=/etag", "");
      assertThat(server.get(path + query, "If-None-Match", etag).statusCode()).isEqualTo(304);
      var next = comment("/etag", "next", query.contains("comment") ? first : null);
      var again = server.get(path + query, "If-None-Match", etag);
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(again.body()).contains("aw-" + next);
    }
  }

  @Test
  void whatIsHidden_isNotThere_andATombstoneSaysNothing() {
    var gone = comment("demo", "/hidden", "Umbriel", "cinnabar", null);
    var answered = comment("demo", "/hidden", "Oberon", "vermilion", null);
    var answer = comment("/hidden", "an answer", answered);
    server.desk("demo").decide("reject", gone, answered);
    var queries = List.of("", "&fragment=true", "&comment=" + answer, "&comment=" + answered);
    for (var query : queries) {
      var page = read(path("demo", "/hidden") + query);
      assertThat(page.html()).doesNotContain("Umbriel", "cinnabar", "Oberon", "vermilion");
    }
    var page = read(path("demo", "/hidden"));
    assertThat(page.select(".tombstone").eachAttr("id")).containsExactly("aw-" + answered);
    assertThat(page.select(".counts").text()).isEqualTo("1 comment");
    assertThat(server.get(path("demo", "/hidden") + "&comment=" + gone).statusCode())
        .isEqualTo(404);
    assertThat(read(path("demo", "/hidden") + "&comment=" + answered).select("form")).isEmpty();
  }

  @Test
  void theForm_postsOnce_andLeadsToTheComment() {
    var page = read(path("demo", "/form"));
    var to = location(send(page, "Ada", "Rain,\r\nat **last**."));
    assertThat(to).startsWith(path("demo", "/form") + "#aw-");
    var id = to.substring(to.indexOf('#') + 1);
    var after = read(path("demo", "/form"));
    assertThat(after.getElementById(id).select("strong").text()).isEqualTo("last");
    assertThat(location(send(page, "Ada", "Rain,\r\nat **last**."))).isEqualTo(to);
    assertThat(list("/form").getInteger("total")).isEqualTo(1);

    // The same words from elsewhere, under another name, on another state of the page: another.
    var elsewhere =
        send(
            server,
            page,
            Map.of("name", "Ada", "text", "Rain,\r\nat **last**."),
            "X-Forwarded-For",
            "203.0.113.9");
    var all =
        List.of(
            to,
            location(elsewhere),
            location(send(page, "Ben", "Rain,\r\nat **last**.")),
            location(send(after, "Ada", "Rain,\r\nat **last**.")));
    assertThat(all).doesNotHaveDuplicates();
    assertThat(list("/form").getInteger("total")).isEqualTo(4);

    var about = read(after.getElementById(id).select("a.reply").attr("href"));
    var reply = location(send(about, "Ben", "And to you."));
    var shown = read(reply.substring(0, reply.indexOf('#')));
    assertThat(shown.getElementById(reply.substring(reply.indexOf('#') + 1)).text())
        .contains("And to you.");
    assertThat(shown.select(".above").text()).isEqualTo("Ada");
  }

  @Test
  void aRobotsForm_waits_andTheNoticeIsAPageOfItsOwn() {
    try (var limited = TestServer.start(Map.of())) {
      var path = path("demo", "/held");
      var page = Jsoup.parse(limited.get(path).body(), limited.url() + path);
      var filledIn = Map.of("name", "Bot", "text", "Buy tin.", "trap", "https://tin.example");
      var to = location(send(limited, page, filledIn));
      assertThat(to).isEqualTo(path + "&posted=pending");
      var told = Jsoup.parse(limited.get(to).body());
      assertThat(told.select("[role=status]").text()).isEqualTo("Your comment waits for approval.");
      assertThat(told.html()).doesNotContain("Buy tin.");
      assertThat(limited.get(path).body()).doesNotContain("Buy tin.", "waits for approval");
    }
  }

  @Test
  void whatIsWrong_isSaidByTheForm_filledIn() {
    var page = read(path("demo", "/wrong"));
    var missing = again(422, send(page, "Ada", " \n "));
    assertThat(missing.select("#aw-problem-text").text()).isEqualTo("A comment needs some text.");
    assertThat(missing.select("textarea").attr("aria-describedby")).isEqualTo("aw-problem-text");
    assertThat(missing.select("input[name=name]").val()).isEqualTo("Ada");
    assertThat(missing.select("input[name=key]").val())
        .isEqualTo(page.select("input[name=key]").val());

    var lengthy = "\n" + "€".repeat(10_002);
    var tooLong = again(422, send(page, "Ada", lengthy));
    assertThat(tooLong.select("#aw-problem-text").text())
        .isEqualTo("That comment is too long by 3 characters.");
    assertThat(tooLong.selectFirst("textarea").wholeText()).isEqualTo(lengthy);

    assertThat(again(422, send(page, "", "Hello")).select("#aw-problem-name").text())
        .isEqualTo("A name to call you by is missing.");
    var nameless = again(422, send(page, "\u200b", "Hello"));
    assertThat(nameless.select("#aw-problem-name")).hasSize(1);
    assertThat(nameless.selectFirst("textarea").wholeText()).isEqualTo("Hello");
    assertThat(again(422, send(page, "€".repeat(61), "Hello")).select("#aw-problem-name").text())
        .isEqualTo("That name is too long by 1 character.");

    var gone = Map.of("name", "Ada", "text", "x", "parent", "0123456789abcdef0123");
    assertThat(again(422, send(server, page, gone)).select("#aw-problem-general").text())
        .isEqualTo("That comment is no longer here.");
    // From the form that came back it goes on as from the first.
    assertThat(location(send(missing, "Ada", "Now then."))).contains("#aw-");
    assertThat(list("/wrong").getInteger("total")).isEqualTo(1);
  }

  private static Document again(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    var page = Jsoup.parse(answer.body(), server.url());
    assertThat(page.select("form [id^=aw-problem-]")).hasSize(1);
    return page;
  }

  @Test
  void whereNothingMayBeWritten_aSentenceStandsInPlaceOfTheForm() {
    var root = comment("/shut", "root", null);
    var page = read(path("demo", "/shut"));
    change("article?article=/shut", "{\"state\":\"read-only\"}", "PATCH");
    assertThat(again(409, send(page, "Ada", "late")).select(".problem").text())
        .isEqualTo("The discussion is closed.");
    var shut = read(path("demo", "/shut"));
    assertThat(shut.select("form, a.reply")).isEmpty();
    assertThat(shut.select(".notice").text()).isEqualTo("The discussion is closed.");
    assertThat(shut.select("article")).hasSize(1);
    change("article?article=/shut", "{\"state\":\"closed\"}", "PATCH");
    assertThat(read(path("demo", "/shut")).select("article, form, script")).isEmpty();
    assertThat(server.get(path("demo", "/shut") + "&comment=" + root).statusCode()).isEqualTo(404);
  }

  @Test
  void aSiteWithoutGuests_saysSo() {
    server.addSite("members", "https://members.example");
    var page = read(path("members", "/a"));
    var off = new JsonObject().put("guests", "off");
    server.desk("members").done("PUT", "admin/settings", off);
    Eventually.passes(
        "the page knows",
        () -> {
          var now = read(path("members", "/a"));
          assertThat(now.select("form")).isEmpty();
          assertThat(now.select(".notice").text()).isEqualTo("Only members can write here.");
          var refused = again(401, send(page, "Ada", "x"));
          assertThat(refused.select(".problem").text()).isEqualTo("Only members can write here.");
        });
  }

  private static void change(String what, String json, String method) {
    var answer =
        server.send(
            method,
            "/api/v1/demo/admin/" + what,
            json,
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + server.staffToken());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void aFragment_standsInAnotherPage_andLeadsBackToIt() {
    var root = comment("news", "/part", "Ada", "root", null);
    var answer = server.get(path("news", "/part") + "&fragment=true");
    assertThat(answer.body()).startsWith("<section class=\"afterword\"").endsWith("</section>");
    var part = Jsoup.parse(answer.body());
    assertThat(part.select("style, link, [style], script:not([type='application/ld+json'])"))
        .isEmpty();
    assertThat(part.select("[href], [src], [action]")).isNotEmpty();
    for (var name : List.of("href", "src", "action")) {
      assertThat(part.select("[" + name + "]").eachAttr(name))
          .isNotEmpty()
          .allMatch(url -> url.startsWith(server.url() + "/"));
    }
    assertThat(location(send(server, part, Map.of("name", "Ben", "text", "x"), "Origin", NEWS)))
        .startsWith(NEWS + "/part#aw-");
    var evil = Map.of("name", "Ben", "text", "y", "back", "https://evil.example/");
    assertThat(again(422, send(server, part, evil)).text()).doesNotContain("evil.example");
    var about = read(path("news", "/part") + "&fragment=true&comment=" + root);
    assertThat(location(send(about, "Cid", "z"))).startsWith("/thread/news?article=");
  }

  @Test
  void aForeignPage_mayNotPost() {
    var page = read(path("news", "/foreign"));
    for (var origin : List.of("https://evil.example", "null", NEWS + ".evil.example")) {
      var answer = send(server, page, Map.of("name", "Eve", "text", "x"), "Origin", origin);
      assertThat(answer.statusCode()).isEqualTo(403);
      assertThat(answer.body()).contains("origin-not-allowed");
    }
    for (var origin : List.of(NEWS, server.url())) {
      var filledIn = Map.of("name", "Ada", "text", "from " + origin);
      assertThat(location(send(server, page, filledIn, "Origin", origin))).contains("#aw-");
    }
    assertThat(read(path("news", "/foreign")).select("article")).hasSize(2);
  }

  @Test
  void whatIsNoForm_isRefused() {
    var path = path("demo", "/no-form");
    var json = server.post(path, "{\"text\":\"x\"}");
    assertThat(json.statusCode()).isEqualTo(415);
    var plain = server.send("POST", path, "text=x&name=y", "Content-Type", "text/plain");
    assertThat(plain.statusCode()).isEqualTo(415);
    for (var body : List.of("text=%FF&name=x", "text=%E4%B", "text=%zz", "text=x&text=y")) {
      assertThat(server.send("POST", path, body, "Content-Type", FORM).statusCode())
          .as(body)
          .isEqualTo(400);
    }
    var many = "a0=1";
    for (int i = 1; i <= 32; i++) {
      many += "&a" + i + "=1";
    }
    assertThat(server.send("POST", path, many, "Content-Type", FORM).statusCode()).isEqualTo(400);
    var large = "text=" + "x".repeat(200_000);
    assertThat(server.send("POST", path, large, "Content-Type", FORM).statusCode()).isEqualTo(413);
    assertThat(server.send("POST", path, "", "Content-Type", FORM).statusCode()).isEqualTo(422);
    assertThat(list("/no-form").getInteger("total")).isZero();
  }

  @Test
  void tooFast_isSaidByTheForm() {
    try (var limited = TestServer.start(Map.of())) {
      var url = limited.url() + path("demo", "/fast");
      var page = Jsoup.parse(limited.get(path("demo", "/fast")).body(), url);
      HttpResponse<String> last = null;
      for (int i = 0; i < 30 && (last == null || last.statusCode() == 303); i++) {
        last =
            send(
                limited,
                page,
                Map.of("name", "Ada", "text", "n" + i),
                "X-Forwarded-For",
                "9.9.9.9");
      }
      assertThat(again(429, last).select(".problem").text()).startsWith("That was quick.");
      assertThat(last.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  @NeedsCluster
  void aFullStore_isSaidByTheForm() {
    try (var store = RedisServer.start();
        var full =
            TestServer.start(
                Map.of("AFTERWORD_REDIS", store.address(), "AFTERWORD_LIMITS", "off"));
        var resp = store.connect()) {
      var path = path("demo", "/full");
      var page = Jsoup.parse(full.get(path).body(), full.url() + path);
      resp.call("CONFIG", "SET", "maxmemory", "1");
      var answer = send(full, page, Map.of("name", "Ada", "text", "Kept by the form."));
      var again = again(503, answer);
      assertThat(again.selectFirst("textarea").wholeText()).isEqualTo("Kept by the form.");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  @NeedsCluster
  void aStoreThatIsAwayAtTheDoor_isSaidByTheFormToo() {
    try (var store = RedisServer.start();
        var server =
            TestServer.start(
                Map.of("AFTERWORD_REDIS", store.address(), "AFTERWORD_LIMITS", "off"))) {
      store.stop();
      // No event loop knows the site yet.
      var fields = "name=Ada&text=Kept+by+the+form.";
      var answer = server.send("POST", path("demo", "/away"), fields, "Content-Type", FORM);
      var again = again(503, answer);
      assertThat(again.selectFirst("textarea").wholeText()).isEqualTo("Kept by the form.");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void theProxysPath_standsBeforeEachAddress() throws Exception {
    int port = Ports.free();
    var listener = "http://127.0.0.1:" + port;
    var settings =
        Map.of(
            "AFTERWORD_PORT", Integer.toString(port), "AFTERWORD_PUBLIC_URL", listener + "/talk");
    try (var below = TestServer.start(settings)) {
      assertThat(below.url()).isEqualTo(listener + "/talk");
      // As the proxy asks, which takes the path away.
      var page = listener + path("demo", "/below");
      assertThat(sent(page, FORM, "name=Ada&text=Words")).startsWith("/talk/thread/demo?");
      var draft = "{\"text\":\"More\",\"author\":{\"name\":\"Ben\"}}";
      var comments = listener + "/api/v1/demo/comments?article=/below";
      assertThat(sent(comments, "application/json", draft))
          .startsWith("/talk/api/v1/demo/comments/");
      var shown = Jsoup.connect(page).get();
      for (var each : List.of("link[rel=stylesheet]", "form", "img", ".actions a")) {
        assertThat(shown.select(each)).as(each).isNotEmpty();
        for (var one : shown.select(each)) {
          assertThat(one.attr("href") + one.attr("src") + one.attr("action"))
              .as(each)
              .startsWith("/talk/");
        }
      }
      assertThat(Jsoup.connect(listener + "/problems/not-found").get().select("link").attr("href"))
          .isEqualTo("../docs.css");
    }
  }

  /** Answers where one is led. */
  private static String sent(String url, String type, String body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    var answer =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    return answer.headers().firstValue("Location").orElseThrow();
  }

  @Test
  @NeedsBrowser
  void withoutJavaScript_oneReadsPagesOnAndReplies(Browser browser) {
    for (int i = 0; i < 30; i++) {
      comment("demo", "/plain", "Ada", "Number " + i + ".", null);
    }
    Page page =
        browser.open(
            server.url() + path("demo", "/plain"), options -> options.setJavaScriptEnabled(false));
    assertThat(page.locator(".list > li")).hasCount(25);
    assertThat(page.locator(".counts")).hasText("30 comments");
    page.locator(".more a").click();
    assertThat(page.locator(".list > li")).hasCount(5);
    page.locator("#" + page.locator("article").first().getAttribute("id") + " .reply").click();
    page.locator("textarea").fill("A reply\nin two lines.");
    page.locator("input[name=name]").fill("Ben");
    page.locator("button[type=submit]").click();
    assertThat(page.locator("article:target .text")).hasText("A reply\nin two lines.");
    assertThat(page.locator(".above")).hasText("Ada");
    page.locator(".counts a").click();
    assertThat(page.locator(".counts")).hasText("31 comments");
    page.locator("textarea").fill("At the top.");
    page.locator("input[name=name]").fill(" ");
    page.locator("button[type=submit]").click();
    assertThat(page.locator(".problem")).hasText("A name to call you by is missing.");
    assertThat(page.locator("textarea")).hasValue("At the top.");
    page.locator("input[name=name]").fill("Cid");
    page.locator("button[type=submit]").click();
    assertThat(page.locator(".list > li").first()).containsText("At the top.");
    assertThat(browser.complaints())
        .allMatch(text -> text.contains("status of 422") || text.contains("favicon"));
  }

  @Test
  @NeedsBrowser
  void thePage_readsWell_onAnyScreen(Browser browser) {
    var root = comment("demo", "/looks", "Ada Lovelace", "A first thought, *at length*.", null);
    var on = comment("demo", "/looks", "מרים", "שלום, ומה שלומך?", root);
    for (int i = 0; i < 7; i++) {
      on = comment("demo", "/looks", "Name" + "m".repeat(40), "w".repeat(200) + " " + i, on);
    }
    for (int i = 0; i < 12; i++) {
      comment("demo", "/looks", "Ben", "Short.", root);
    }
    comment("demo", "/looks", "Cid", "> quoted\n\n```\n" + "code ".repeat(40) + "\n```", null);
    var queries =
        Map.of("list", "", "comment", "&comment=" + on, "held", "&posted=pending&sort=oldest");
    for (var scheme : new ColorScheme[] {ColorScheme.LIGHT, ColorScheme.DARK}) {
      for (int width : new int[] {1280, 360}) {
        for (var query : queries.entrySet()) {
          var name = "thread-" + query.getKey() + "-" + width + "-" + scheme;
          Page page =
              browser.open(
                  server.url() + path("demo", "/looks") + query.getValue(),
                  options -> options.setViewportSize(width, 800).setColorScheme(scheme));
          photograph(page, name);
        }
      }
    }
    Page wrong = browser.open(server.url() + path("demo", "/looks"));
    wrong.locator("input[name=name]").fill(" ");
    wrong.locator("textarea").fill("Kept.");
    wrong.locator("button[type=submit]").click();
    assertThat(wrong.locator(".problem")).isVisible();
    photograph(wrong, "thread-wrong");
  }

  private static void photograph(Page page, String name) {
    var file = SCREENSHOTS.resolve(name.toLowerCase(Locale.ROOT) + ".png");
    page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(file));
    Object wider = page.evaluate("document.documentElement.scrollWidth > innerWidth");
    assertThat(wider).as("overflow at " + name).isEqualTo(false);
    Browser.assertAccessible(page, name);
  }
}
