package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a site's owner decides, from the first change to taking it back. */
@OnStore
class SettingsTest {
  private static final AtomicInteger SITES = new AtomicInteger();

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
  }

  private static String site() {
    var name = "s" + SITES.incrementAndGet();
    server.addSite(name, "https://" + name + ".example");
    return name;
  }

  private static HttpResponse<String> change(String site, String body, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    if (!all.contains("Authorization")) {
      all.addAll(List.of("Authorization", "Bearer " + server.staffToken()));
    }
    all.addAll(List.of("Content-Type", "application/json"));
    var path = "/api/v1/" + site + "/admin/settings";
    return server.send("PUT", path, body.replace('\'', '"'), all.toArray(String[]::new));
  }

  private static JsonObject changed(String site, String body, String... headers) {
    return json(200, change(site, body, headers));
  }

  private static JsonObject settings(String site) {
    return json(
        200,
        server.get(
            "/api/v1/" + site + "/admin/settings",
            "Authorization",
            "Bearer " + server.staffToken()));
  }

  private static HttpResponse<String> undo(String site, String verdict, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Authorization", "Bearer " + server.staffToken()));
    var path = "/api/v1/" + site + "/admin/verdicts/" + verdict + "/undo";
    return server.send("POST", path, "", all.toArray(String[]::new));
  }

  private static JsonObject json(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  private static void refused(int status, String code, HttpResponse<String> answer) {
    assertThat(json(status, answer).getString("code")).isEqualTo(code);
  }

  @Test
  void anEmptyList_isStillAListAfterAnotherChange() {
    server.addSite("bare");
    server.setArticles("bare", "origins");
    assertThat(server.get("/api/v1/bare/comments?article=/a").statusCode()).isEqualTo(200);
  }

  @Test
  void aSiteThatWasBrokenByAnEmptyList_works() {
    var site = site();
    try (Resp resp = TestStore.connect()) {
      resp.call(
          "HSET",
          "{" + site + "}:settings",
          "j",
          "{\"origins\":{},\"viewWindowMs\":1800000,\"editWindowMs\":900000}");
    }
    assertThat(settings(site).getJsonArray("origins")).isEmpty();
    assertThat(changed(site, "{'mostLinks':2}").getInteger("mostLinks")).isEqualTo(2);
  }

  @Test
  void allSettings_comeBackAsTheyWereGiven() {
    var site = site();
    var body =
        new JsonObject()
            .put("origins", JsonArray.of("https://news.example", "http://localhost:3000"))
            .put("moderation", "pre")
            .put("guests", "off")
            .put("heldNewcomers", 2)
            .put("mostLinks", 0)
            .put("reportThreshold", 3)
            .put("tellReasons", true)
            .put("heldWords", JsonArray.of("casino", "🎰 spin"))
            .put("refusedWords", JsonArray.of("a\"b\\c"))
            .put("closeAfterDays", 30)
            .put("reactions", JsonArray.of("up", "down"))
            .put("viewWindowSeconds", 60)
            .put("editWindowSeconds", 0)
            .put(
                "articles",
                new JsonObject().put("kind", "pattern").put("patterns", JsonArray.of("/20*")));
    var answer = changed(site, body.encode());
    for (var name : body.fieldNames()) {
      assertThat(answer.getValue(name)).as(name).isEqualTo(body.getValue(name));
    }
    answer.remove("verdict");
    assertThat(settings(site)).isEqualTo(answer);
    var emptied =
        changed(
            site,
            "{'origins':[],'heldWords':[],'refusedWords':[],'reactions':[],'articles':{'kind':'any'}}");
    for (var name : List.of("origins", "heldWords", "refusedWords", "reactions")) {
      assertThat(emptied.getJsonArray(name)).as(name).isEmpty();
    }
    assertThat(emptied.getString("moderation")).isEqualTo("pre");
    assertThat(emptied.getLong("version")).isEqualTo(answer.getLong("version") + 1);
  }

  @Test
  void origins_areKeptAsBrowsersSendThem() {
    var given =
        "{'origins':['HTTPS://News.Example:443/','http://news.example:80','https://news.example']}";
    assertThat(changed(site(), given).getJsonArray("origins"))
        .isEqualTo(JsonArray.of("https://news.example", "http://news.example"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'origins':['*']}|#/origins/0",
        "{'origins':['null']}|#/origins/0",
        "{'origins':['https://*.example']}|#/origins/0",
        "{'origins':['https://ok.example','https://news.example/path']}|#/origins/1",
        "{'origins':['https://a@news.example']}|#/origins/0",
        "{'origins':['https://news.example\\r\\nX: y']}|#/origins/0",
        "{'origins':['javascript:alert(1)']}|#/origins/0",
        "{'origins':['https://news.example:99999']}|#/origins/0",
        "{'origins':'https://news.example'}|#/origins",
        "{'origins':{}}|#/origins",
        "{'moderation':'none'}|#/moderation",
        "{'guests':true}|#/guests",
        "{'heldNewcomers':-1}|#/heldNewcomers",
        "{'heldNewcomers':1.5}|#/heldNewcomers",
        "{'mostLinks':'5'}|#/mostLinks",
        "{'tellReasons':'yes'}|#/tellReasons",
        "{'heldWords':['ok','  ']}|#/heldWords/1",
        "{'heldWords':['a\\nb']}|#/heldWords/0",
        "{'refusedWords':[7]}|#/refusedWords/0",
        "{'closeAfterDays':36501}|#/closeAfterDays",
        "{'reactions':['Like']}|#/reactions/0",
        "{'reactions':['like','like']}|#/reactions/1",
        "{'reactions':['../a']}|#/reactions/0",
        "{'viewWindowSeconds':0}|#/viewWindowSeconds",
        "{'editWindowSeconds':1e18}|#/editWindowSeconds",
        "{'articles':'any'}|#/articles",
        "{'articles':{}}|#/articles/kind",
        "{'articles':{'kind':'pattern'}}|#/articles/patterns",
        "{'articles':{'kind':'any','patterns':['/a']}}|#/articles/patterns",
        "{'articles':{'kind':'pattern','patterns':['/a\\n/b']}}|#/articles/patterns/0",
        "{'limits':[]}|#/limits",
        "{'limits':{'comments':{'burst':0,'perHour':600}}}|#/limits/comments/burst",
        "{'limits':{'comments':{'burst':10,'perHour':0}}}|#/limits/comments/perHour",
        "{'limits':{'comments':{'burst':10001,'perHour':600}}}|#/limits/comments/burst",
        "{'limits':{'comments':{'burst':10,'perHour':360001}}}|#/limits/comments/perHour",
        "{'limits':{'comments':{'burst':1.5,'perHour':600}}}|#/limits/comments/burst",
        "{'limits':{'comments':{'burst':'9','perHour':600}}}|#/limits/comments/burst",
        "{'limits':{'guests':{'burst':10}}}|#/limits/guests/perHour",
        "{'limits':{'guests':{'burst':10,'perHour':null}}}|#/limits/guests/perHour",
        "{'limits':{'guests':7}}|#/limits/guests",
        "{'limits':{'logins':{'burst':10,'perHour':60}}}|#/limits/logins",
        "{'limits':{'all/~':{'burst':10,'perHour':60}}}|#/limits/all~1~0",
        "{'limit:comments':{'burst':10,'perHour':60}}|#/limit:comments",
        "{'ssoKeys':'x'}|#/ssoKeys",
        "{'viewWindowMs':1}|#/viewWindowMs",
        "{'patterns':'x'}|#/patterns",
        "{'a/b~':1}|#/a~1b~0",
        "{'version':'x'}|#/version",
      })
  void whatIsNotValid_isNamed(String body, String pointer) {
    var answer = json(422, change("demo", body));
    assertThat(answer.getString("code")).isEqualTo("invalid-values");
    assertThat(answer.getJsonArray("errors").getJsonObject(0).getString("pointer"))
        .isEqualTo(pointer);
  }

  @Test
  void limits_areChangedOneByOne_andTakenBackAlike() {
    var site = site();
    var usual = settings(site).getJsonObject("limits");
    assertThat(usual.getJsonObject("comments")).isEqualTo(rate(10, 600));
    assertThat(usual).hasSize(9);
    var first = changed(site, "{'limits':{'comments':{'burst':3,'perHour':60},'guests':null}}");
    assertThat(first.getJsonObject("limits")).isEqualTo(usual.copy().put("comments", rate(3, 60)));
    var second = changed(site, "{'limits':{'site-articles':{'burst':1,'perHour':360000}}}");
    assertThat(second.getJsonObject("limits"))
        .isEqualTo(
            usual.copy().put("comments", rate(3, 60)).put("site-articles", rate(1, 360_000)));
    assertThat(json(200, undo(site, first.getString("verdict"))).getJsonObject("limits"))
        .isEqualTo(usual.copy().put("site-articles", rate(1, 360_000)));
    refused(409, "changed-since", undo(site, first.getString("verdict")));
  }

  private static JsonObject rate(int burst, int perHour) {
    return new JsonObject().put("burst", burst).put("perHour", perHour);
  }

  @Test
  void whoHasReadOlderSettings_isToldSo() {
    var site = site();
    long version = settings(site).getLong("version");
    changed(site, "{'mostLinks':1,'version':" + version + "}");
    refused(409, "settings-changed", change(site, "{'mostLinks':2,'version':" + version + "}"));
    assertThat(settings(site).getInteger("mostLinks")).isEqualTo(1);
  }

  @Test
  void aRetry_isAnsweredAndChangesNothing() {
    var site = site();
    var body = "{'mostLinks':1,'version':" + settings(site).getLong("version") + "}";
    var first = changed(site, body, "Idempotency-Key", "k1");
    changed(site, "{'mostLinks':9}");
    var again = changed(site, body, "Idempotency-Key", "k1");
    assertThat(again.getString("verdict")).isEqualTo(first.getString("verdict"));
    assertThat(again.getInteger("mostLinks")).isEqualTo(9);
    refused(
        422, "idempotency-key-reused", change(site, "{'mostLinks':3}", "Idempotency-Key", "k1"));
  }

  @Test
  void aChange_isTakenBack_andTheTakingBackToo() {
    var site = site();
    var verdict = changed(site, "{'heldWords':['a'],'moderation':'pre'}").getString("verdict");
    var undone = json(200, undo(site, verdict, "Idempotency-Key", "u"));
    assertThat(undone.getJsonArray("heldWords")).isEmpty();
    assertThat(undone.getString("moderation")).isEqualTo("post");
    var again = json(200, undo(site, verdict, "Idempotency-Key", "u"));
    assertThat(again.getString("verdict")).isEqualTo(undone.getString("verdict"));
    refused(409, "changed-since", undo(site, verdict));
    var redone = json(200, undo(site, undone.getString("verdict")));
    assertThat(redone.getJsonArray("heldWords")).isEqualTo(JsonArray.of("a"));
    assertThat(redone.getString("moderation")).isEqualTo("pre");
    var entries =
        json(
                200,
                server.get(
                    "/api/v1/" + site + "/admin/audit",
                    "Authorization",
                    "Bearer " + server.staffToken()))
            .getJsonArray("entries");
    assertThat(entries).hasSize(3);
    assertThat(entries.getJsonObject(2).getJsonArray("targets"))
        .isEqualTo(JsonArray.of("heldWords", "moderation"));
  }

  @Test
  void takingBack_leavesWhatOthersChanged() {
    var site = site();
    var verdict = changed(site, "{'mostLinks':1}").getString("verdict");
    changed(site, "{'closeAfterDays':7}");
    assertThat(json(200, undo(site, verdict)).getInteger("closeAfterDays")).isEqualTo(7);
    var other = changed(site, "{'mostLinks':2}").getString("verdict");
    changed(site, "{'mostLinks':3}");
    refused(409, "changed-since", undo(site, other));
  }

  @Test
  void changesAtOnce_allHold() {
    var site = site();
    var names = List.of("heldNewcomers", "mostLinks", "reportThreshold", "closeAfterDays");
    IntStream.range(0, 40)
        .parallel()
        .forEach(i -> changed(site, "{'" + names.get(i % 4) + "':" + (i / 4 + 7) + "}"));
    var now = settings(site);
    assertThat(now.getLong("version")).isEqualTo(41);
    names.forEach(name -> assertThat(now.getInteger(name)).isBetween(7, 16));
  }

  @Test
  void moderators_mayNeitherChangeNorTakeBack() {
    var site = site();
    var verdict = changed(site, "{'mostLinks':1}").getString("verdict");
    var moderator = "Bearer " + server.addStaff(site, Caller.Role.MODERATOR);
    refused(403, "role-too-low", change(site, "{'mostLinks':2}", "Authorization", moderator));
    var path = "/api/v1/" + site + "/admin/verdicts/" + verdict + "/undo";
    refused(403, "role-too-low", server.send("POST", path, "", "Authorization", moderator));
    assertThat(settings(site).getInteger("mostLinks")).isEqualTo(1);
  }

  @Test
  void aChange_holdsEverywhereWithinASecond() {
    var site = site();
    var origin = "https://" + site + ".example";
    var path = "/api/v1/" + site + "/comments?article=/a";
    assertThat(allowed(path, origin)).isTrue();
    changed(site, "{'origins':['https://other.example']}");
    long changed = System.nanoTime();
    Eventually.passes(
        "no loop lets the old origin read",
        () -> assertThat(IntStream.range(0, 20).anyMatch(i -> allowed(path, origin))).isFalse());
    assertThat(System.nanoTime() - changed).isLessThan(1_500_000_000L);
    assertThat(allowed(path, "https://other.example")).isTrue();
    for (var lookAlike :
        List.of(
            "https://other.example.evil.example",
            "https://otherXexample",
            "https://Other.example",
            "https://other.example.",
            "https://other.example:8443",
            "http://other.example",
            "null")) {
      assertThat(allowed(path, lookAlike)).as(lookAlike).isFalse();
    }
  }

  private static boolean allowed(String path, String origin) {
    var allowed = server.get(path, "Origin", origin).headers();
    return allowed.firstValue("Access-Control-Allow-Origin").isPresent();
  }

  @Test
  void keys_areNeverShown() {
    var site = site();
    var secret = "d2Vpw7EgcGhyYXNlIG9mIHRoZSB0ZXN0cw==";
    var file = server.file("key", secret).toString();
    server.command(0, "site", "set", site, "--sso-key", file);
    var shown = settings(site);
    assertThat(shown.getJsonObject("sso").getJsonArray("keys"))
        .isEqualTo(JsonArray.of(new JsonObject().put("kind", "HS256").putNull("id")));
    assertThat(shown.encode()).doesNotContain(secret).doesNotContain("\"k\"");
    assertThat(changed(site, "{'mostLinks':1}").encode()).doesNotContain("\"k\"");
  }
}
