package dev.afterword.view;

import static dev.afterword.support.Eventually.passes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Hour;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What counted, what did not and why, over time and in order, through the front door. */
@OnStore
class CountingTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static TestServer server;
  private static TestServer limited;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    limited = TestServer.start(Map.of("AFTERWORD_DEMO", "false"));
    for (var site : new String[] {"stats", "tops", "talk", "bases", "heads", "many"}) {
      server.addSite(site, "https://news.example");
    }
    for (var site : new String[] {"crowd", "junk", "own", "glob", "listed"}) {
      limited.addSite(site, "https://news.example");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    limited.close();
  }

  @Test
  void everyHit_isExplained() {
    for (int i = 0; i < 3; i++) {
      view(server, "stats", "/why", "1.1.1." + i);
      view(server, "stats", "/why", "1.1.1." + i);
    }
    view(server, "stats", "/why", "1.1.1.0");
    var owner = server.staffToken();
    var unseen = get(server, "/api/v1/stats/views/explain?article=/unseen", owner);
    assertThat(unseen.encode())
        .isEqualTo("{\"raw\":0,\"counted\":0,\"repeat\":0,\"bot\":0,\"prefetch\":0,\"limit\":0}");
    passes(
        "the store is told",
        () ->
            assertThat(get(server, "/api/v1/stats/views/explain?article=/why", owner).encode())
                .isEqualTo(
                    "{\"raw\":7,\"counted\":3,\"repeat\":4,\"bot\":0,\"prefetch\":0,\"limit\":0}"));
  }

  @Test
  void robotsAndPagesLoadedAhead_areNoReaders() {
    view(server, "stats", "/who", "1.2.1.1");
    var google = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    for (var agent : new String[] {google, "curl/8.14.1", ""}) {
      var seen = viewAs(server, "stats", "/who", "1.2.1.2", agent);
      assertThat(seen.encode())
          .isEqualTo("{\"article\":\"/who\",\"views\":1,\"counted\":false,\"reason\":\"bot\"}");
    }
    var path = "/api/v1/stats/views?article=/who";
    var ahead = server.send("POST", path, "", "Sec-Purpose", "prefetch;prerender");
    assertThat(new JsonObject(ahead.body()).getString("reason")).isEqualTo("prefetch");
    var dry = server.send("POST", path + "&dry=true", "", "User-Agent", google);
    assertThat(new JsonObject(dry.body()).getString("reason")).isEqualTo("bot");
    var why = "/api/v1/stats/views/explain?article=/who";
    passes(
        "the store is told",
        () ->
            assertThat(get(server, why, server.staffToken()).encode())
                .isEqualTo(
                    "{\"raw\":5,\"counted\":1,\"repeat\":0,\"bot\":3,\"prefetch\":1,\"limit\":0}"));
    viewAs(server, "stats", "/only-robots", "1.2.1.2", google);
    assertThat(article(server, "stats", "/only-robots").getValue("created")).isNull();
  }

  /** Another process knows already that it is midnight. */
  @Test
  void robotsBesideReadersWhoseDayIsOver_areToldTheTruthAndNoted() {
    for (int i = 0; i < 3; i++) {
      view(server, "stats", "/midnight", "1.3.1." + i);
    }
    var newest = ArticleRef.of("stats", 16, new ArticleKey("/midnight")).tag() + ":y";
    var google = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
    try (var store = TestStore.connect();
        var other = TestServer.unlimited()) {
      var before = store.text("GET", newest);
      store.call("SET", newest, "99999");
      var readers = new ArrayList<CompletableFuture<String>>();
      var robots = new ArrayList<CompletableFuture<String>>();
      for (int i = 0; i < 32; i++) {
        readers.add(viewAsync(other, "/midnight", "1.3.2." + i, TestServer.BROWSER));
        robots.add(viewAsync(other, "/midnight", "1.3.3." + i, google));
      }
      for (var robot : robots) {
        assertThat(robot.join())
            .isEqualTo(
                "{\"article\":\"/midnight\",\"views\":3,\"counted\":false,\"reason\":\"bot\"}");
      }
      // Before it is today again: they must have given up.
      readers.forEach(reader -> assertThat(reader.join()).contains("store-slow"));
      store.call("SET", newest, before);
      passes(
          "the store is told",
          () -> {
            var why = "/api/v1/stats/views/explain?article=/midnight";
            var seen = get(server, why, server.staffToken());
            assertThat(seen.getInteger("bot")).isEqualTo(32);
            assertThat(seen.getInteger("counted")).isEqualTo(3);
          });
    }
  }

  private static CompletableFuture<String> viewAsync(
      TestServer to, String article, String from, String agent) {
    var request =
        HttpRequest.newBuilder(URI.create(to.url() + "/api/v1/stats/views?article=" + article))
            .header("X-Forwarded-For", from)
            .header("User-Agent", agent)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return HTTP.sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::body);
  }

  @Test
  void explanationsAndSeries_areForStaff() {
    for (var path : new String[] {"explain?article=/a", "series?article=/a"}) {
      var where = "/api/v1/stats/views/" + path;
      assertThat(server.get(where).statusCode()).as(path).isEqualTo(401);
      var viewer = server.addStaff("stats", Role.VIEWER);
      assertThat(bearer(server, "GET", where, "", viewer).statusCode()).as(path).isEqualTo(200);
      var elsewhere = server.addStaff("tops", Role.OWNER);
      assertThat(bearer(server, "GET", where, "", elsewhere).statusCode()).as(path).isEqualTo(401);
    }
    var viewer = server.addStaff("stats", Role.VIEWER);
    var change = "/api/v1/stats/admin/article?article=/a";
    assertThat(bearer(server, "PATCH", change, "{\"baselineViews\":1}", viewer).statusCode())
        .isEqualTo(403);
  }

  @Test
  void staffWhoSayWhoTheyAre_areNotCounted() {
    var answer =
        bearer(server, "POST", "/api/v1/stats/views?article=/staff", "", server.staffToken());
    assertThat(answer.body())
        .isEqualTo("{\"article\":\"/staff\",\"views\":0,\"counted\":false,\"reason\":\"staff\"}");
    assertThat(article(server, "stats", "/staff").getValue("created")).isNull();
  }

  @Test
  void series_tellsHoursAndDays() {
    for (int i = 0; i < 5; i++) {
      view(server, "stats", "/series", "2.2.2." + i);
    }
    var owner = server.staffToken();
    passes(
        "the store is told",
        () -> {
          var hours = get(server, "/api/v1/stats/views/series?article=/series", owner);
          assertThat(views(hours)).isEqualTo(5);
        });
    var hours = get(server, "/api/v1/stats/views/series?article=/series", owner);
    assertThat(hours.getJsonArray("points")).hasSize(24);
    var last = hours.getJsonArray("points").getJsonObject(23);
    var now = Instant.now().truncatedTo(ChronoUnit.HOURS);
    assertThat(Instant.parse(last.getString("time"))).isIn(now, now.minusSeconds(3_600));
    var days = get(server, "/api/v1/stats/views/series?article=/series&step=day", owner);
    assertThat(days.getJsonArray("points")).hasSize(30);
    assertThat(views(days)).isEqualTo(5);
    var range = "&step=hour&from=2026-01-01T00:30:00Z&to=2026-01-01T03:00:00%2B01:00";
    var longAgo = get(server, "/api/v1/stats/views/series?article=/series" + range, owner);
    assertThat(longAgo.encode())
        .isEqualTo(
            "{\"points\":[{\"time\":\"2026-01-01T00:00:00.000Z\",\"views\":0},"
                + "{\"time\":\"2026-01-01T01:00:00.000Z\",\"views\":0}]}");
  }

  @ParameterizedTest
  @CsvSource({
    "step=week,step",
    "from=yesterday,from",
    "to=2026-13-01T00:00:00Z,to",
    "from=1969-01-01T00:00:00Z,from",
    "from=2020-01-01T00:00:00Z,from",
    "from=%2B999999999-01-01T00:00:00Z,from",
  })
  void aSeriesThatCannotBe_isRefused(String query, String parameter) {
    var answer =
        bearer(
            server,
            "GET",
            "/api/v1/stats/views/series?article=/series&" + query,
            "",
            server.staffToken());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(answer.body()).contains("\"parameter\":\"" + parameter + "\"");
  }

  @Test
  void theMostRead_comesFirst() {
    for (int article = 1; article <= 4; article++) {
      for (int visitor = 0; visitor < article; visitor++) {
        view(server, "tops", "/top-" + article, "3.3." + article + "." + visitor);
      }
    }
    for (int article = 1; article <= 4; article++) {
      awaitFolded("tops", "/top-" + article, article);
    }
    for (var window : new String[] {"hour", "day", "week", "month"}) {
      assertThat(top("tops", "limit=3&window=" + window))
          .containsExactly("/top-4=4", "/top-3=3", "/top-2=2");
    }
    var all =
        new JsonObject(server.get("/api/v1/tops/top?limit=1").body()).getJsonArray("articles");
    assertThat(all.getJsonObject(0).getString("url")).isEqualTo("https://news.example/top-4");
    assertThat(server.get("/api/v1/tops/top?by=clicks").statusCode()).isEqualTo(422);
  }

  @Test
  void howManyAreAskedFor_makesNoOtherQuestion() {
    for (int i = 0; i < 2; i++) {
      view(server, "heads", "/first", "3.5.1." + i);
    }
    view(server, "heads", "/second", "3.5.2.1");
    awaitFolded("heads", "/first", 2);
    awaitFolded("heads", "/second", 1);
    var before = scripts();
    var asked = new ArrayList<CompletableFuture<String>>();
    for (int limit = 1; limit <= 40; limit++) {
      asked.add(
          HTTP.sendAsync(
                  HttpRequest.newBuilder(
                          URI.create(
                              server.url() + "/api/v1/heads/top?window=month&limit=" + limit))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .thenApply(HttpResponse::body));
    }
    var answers = asked.stream().map(each -> top(each.join())).toList();
    // Each bucket once; the rest is what a server does all the time.
    assertThat(scripts() - before).isLessThan(16 * 8);
    for (int i = 0; i < 2; i++) {
      view(server, "heads", "/second", "3.5.3." + i);
    }
    awaitFolded("heads", "/second", 3);
    assertThat(answers.get(0)).containsExactly("/first=2");
    assertThat(answers.subList(1, 40))
        .allSatisfy(each -> assertThat(each).containsExactly("/first=2", "/second=1"));
    // What is kept is told to whoever wants another number of it, and to no other question.
    assertThat(top("heads", "window=month&limit=77")).containsExactly("/first=2", "/second=1");
    assertThat(top("heads", "window=week&limit=77")).containsExactly("/second=3", "/first=2");
  }

  /** How many calls of scripts the store has seen. */
  private static long scripts() {
    try (var store = TestStore.connect()) {
      return Pattern.compile("cmdstat_eval(?:sha)?:calls=(\\d+)")
          .matcher(store.text("INFO", "commandstats"))
          .results()
          .mapToLong(found -> Long.parseLong(found.group(1)))
          .sum();
    }
  }

  /** More articles than are looked at, so what is told must still be all that there was. */
  @Test
  void aCountThatIsTold_isWhole() {
    for (int i = 0; i < 2; i++) {
      view(server, "many", "/once-much-read", "3.6.1." + i);
    }
    awaitFolded("many", "/once-much-read", 2);
    var article = ArticleRef.of("many", 16, new ArticleKey("/once-much-read"));
    try (var store = TestStore.connect()) {
      var today = Hour.at(System.currentTimeMillis()).day();
      var day = article.tag() + ":tv:d";
      for (int i = 0; i < 1_000; i++) {
        store.call("ZADD", day + today, "5", ArticleRef.id(i));
      }
      store.call("ZADD", day + (today - 1), "1000", article.id());
    }
    assertThat(top("many", "window=month")).containsExactly("/once-much-read=1002");
  }

  @Test
  void theMostDiscussed_countsWhatIsVisible() {
    var ids = new ArrayList<String>();
    for (int i = 0; i < 3; i++) {
      ids.add(comment("talk", "/much"));
    }
    comment("talk", "/some");
    comment("talk", "/some");
    assertThat(top("talk", "by=comments&window=day&limit=5")).containsExactly("/much=3", "/some=2");
    for (int i = 0; i < 2; i++) {
      var path = "/api/v1/talk/comments/" + ids.get(i);
      assertThat(bearer(server, "DELETE", path, "", server.staffToken()).statusCode())
          .isEqualTo(204);
    }
    // Another question, so that no kept ranking is told.
    assertThat(top("talk", "by=comments&window=week&limit=6"))
        .containsExactly("/some=2", "/much=1");
  }

  @Test
  void aBaseline_isPartOfTheViewsAndShownApart() {
    view(server, "bases", "/moved", "4.4.4.1");
    var owner = server.staffToken();
    var path = "/api/v1/bases/admin/article?article=/moved";
    var changed = bearer(server, "PATCH", path, "{\"baselineViews\":1000,\"title\":\"T\"}", owner);
    assertThat(changed.body())
        .startsWith(
            "{\"article\":\"/moved\",\"title\":\"T\",\"url\":null,\"state\":\"open\","
                + "\"moderation\":\"post\",\"views\":1001,\"baselineViews\":1000,\"verdict\":");
    var after = view(server, "bases", "/moved", "4.4.4.2");
    assertThat(after.getLong("views")).isEqualTo(1_002);
    assertThat(article(server, "bases", "/moved").getLong("baselineViews")).isEqualTo(1_000);
    var counts = new JsonObject(server.get("/api/v1/bases/counts?article=/moved").body());
    assertThat(counts.getJsonObject("counts").getJsonObject("/moved").getLong("views"))
        .isEqualTo(1_002);
    awaitFolded("bases", "/moved", 2);
    assertThat(top("bases", "window=day")).containsExactly("/moved=2");
    bearer(server, "PATCH", path, "{\"baselineViews\":0}", owner);
    assertThat(article(server, "bases", "/moved").getLong("views")).isEqualTo(2);
    passes(
        "what processes remember is forgotten while visitors go on coming",
        () -> assertThat(view(server, "bases", "/moved", "4.4.4.1").getLong("views")).isEqualTo(2));
    for (var wrong : new String[] {"-1", "1.5", "\"1\"", "1000000000001"}) {
      var body = "{\"baselineViews\":" + wrong + "}";
      assertThat(bearer(server, "PATCH", path, body, owner).statusCode()).as(wrong).isEqualTo(422);
    }
    assertThat(bearer(server, "PATCH", path, "{\"url\":\"javascript:1\"}", owner).statusCode())
        .isEqualTo(422);
  }

  @Test
  void addressesThatTakeTurnsInOneNeighbourhood_areOneCrowd() {
    int counted = 0;
    for (int i = 0; i < Crowd.BURST + 100; i++) {
      var seen = viewAs(limited, "crowd", "/hot", "5.5.5." + i % 256, "agent " + i);
      counted += seen.getBoolean("counted") ? 1 : 0;
    }
    assertThat(counted).isBetween(Crowd.BURST, Crowd.BURST + 30);
    assertThat(viewAs(limited, "crowd", "/hot", "5.5.5.9", "one more").getString("reason"))
        .isEqualTo("limit");
    assertThat(view(limited, "crowd", "/hot&dry=true", "5.5.5.9").getString("reason"))
        .isEqualTo("limit");
    assertThat(view(limited, "crowd", "/hot", "5.5.6.9").getBoolean("counted")).isTrue();
    assertThat(view(limited, "crowd", "/hot", "2001:db8:5:5::1").getBoolean("counted")).isTrue();
    assertThat(view(limited, "crowd", "/calm", "5.5.5.9").getBoolean("counted")).isTrue();
    assertThat(article(limited, "crowd", "/hot").getLong("views")).isEqualTo(counted + 2L);
  }

  @Test
  void oneNetwork_bringsNoFloodOfArticlesIntoBeing() {
    int created = 0;
    for (int i = 0; i < 80; i++) {
      var seen = view(limited, "junk", "/junk-" + i, "6.6.6.6");
      created += seen.getBoolean("counted") ? 1 : 0;
      if (!seen.getBoolean("counted")) {
        assertThat(seen.getString("reason")).isEqualTo("limit");
        assertThat(article(limited, "junk", "/junk-" + i).getValue("created")).isNull();
      }
    }
    assertThat(created).isBetween(60, 63);
    assertThat(view(limited, "junk", "/junk-0", "6.6.6.7").getBoolean("counted")).isTrue();
    var draft = "{\"text\":\"Hi.\",\"author\":{\"name\":\"Ann\"}}";
    var comment =
        limited.send(
            "POST",
            "/api/v1/junk/comments?article=/junk-new",
            draft,
            "X-Forwarded-For",
            "6.6.6.6",
            "Content-Type",
            "application/json");
    assertThat(comment.statusCode()).as(comment.body()).isEqualTo(429);
  }

  @Test
  void anArticleComesIntoBeing_underTheSitesRuleOnly() {
    limited.setArticles("own", "origins");
    limited.setArticles("glob", "pattern", "/20*/news/*", "id-*");
    limited.setArticles("listed", "registered");
    assertMay("own", "/a", "https://news.example/b");
    assertMayNot("own", "https://other.example/a", "some-id");
    assertMay("glob", "/2026/news/x", "/2026/11/news/y", "id-7");
    assertMayNot("glob", "/2026/sports/x", "/news/x", "x-id-7");
    assertMayNot("listed", "/a");
    var register = "/api/v1/listed/admin/article?article=/a";
    assertThat(bearer(limited, "PATCH", register, "{}", limited.staffToken()).statusCode())
        .isEqualTo(200);
    assertMay("listed", "/a");
  }

  private static void assertMay(String site, String... articles) {
    for (var article : articles) {
      assertThat(view(limited, site, article, "7.7.7.7").getBoolean("counted"))
          .as(article)
          .isTrue();
    }
  }

  private static void assertMayNot(String site, String... articles) {
    var draft = "{\"text\":\"Hi.\",\"author\":{\"name\":\"Ann\"}}";
    for (var article : articles) {
      for (var path : new String[] {"views?", "views?dry=true&", "comments?"}) {
        var answer =
            limited.send(
                "POST",
                "/api/v1/" + site + '/' + path + "article=" + article,
                path.startsWith("comments") ? draft : "",
                "Content-Type",
                "application/json");
        assertThat(answer.statusCode()).as(article + answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains("article-not-allowed");
      }
      assertThat(article(limited, site, article).getValue("created")).isNull();
    }
  }

  /** Rankings follow the count within a second. */
  private static void awaitFolded(String site, String article, long views) {
    var path = "/api/v1/" + site + "/views/series?article=" + article;
    passes(
        "the store is told",
        () -> assertThat(views(get(server, path, server.staffToken()))).isEqualTo(views));
  }

  private static long views(JsonObject series) {
    return series.getJsonArray("points").stream()
        .mapToLong(point -> ((JsonObject) point).getLong("views"))
        .sum();
  }

  private static List<String> top(String site, String query) {
    return top(server.get("/api/v1/" + site + "/top?" + query).body());
  }

  private static List<String> top(String answer) {
    JsonArray articles = new JsonObject(answer).getJsonArray("articles");
    return articles.stream()
        .map(JsonObject.class::cast)
        .map(each -> each.getString("article") + "=" + each.getLong("count"))
        .toList();
  }

  private static String comment(String site, String article) {
    return server.desk(site).id(article, "Hello.");
  }

  private static JsonObject view(TestServer on, String site, String article, String from) {
    return viewAs(on, site, article, from, TestServer.BROWSER);
  }

  private static JsonObject viewAs(
      TestServer on, String site, String article, String from, String agent) {
    var path = "/api/v1/" + site + "/views?article=" + article;
    var answer = on.send("POST", path, "", "X-Forwarded-For", from, "User-Agent", agent);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static JsonObject article(TestServer on, String site, String article) {
    return new JsonObject(on.get("/api/v1/" + site + "/article?article=" + article).body());
  }

  private static JsonObject get(TestServer on, String path, String token) {
    var answer = bearer(on, "GET", path, "", token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static HttpResponse<String> bearer(
      TestServer on, String method, String path, String body, String token) {
    return on.send(
        method, path, body, "Authorization", "Bearer " + token, "Content-Type", "application/json");
  }
}
