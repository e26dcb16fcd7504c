package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sites that come into being through the front door. */
@OnStore
class NewSitesTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
  }

  private static HttpResponse<String> add(String body, String token, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Authorization", "Bearer " + token));
    return server.post("/api/v1/sites", body.replace('\'', '"'), all.toArray(String[]::new));
  }

  private static JsonArray list(String token) {
    var answer = server.get("/api/v1/sites", "Authorization", "Bearer " + token);
    return json(200, answer).getJsonArray("sites");
  }

  private static JsonObject json(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  private static void refused(int status, String code, HttpResponse<String> answer) {
    assertThat(json(status, answer).getString("code")).isEqualTo(code);
  }

  @Test
  void aNewSite_worksAndIsListed() {
    var owner = server.staffToken();
    // Asked for before, so that its absence is remembered.
    assertThat(server.get("/api/v1/fresh/counts?article=/a").statusCode()).isEqualTo(404);
    var answer = add("{'name':'fresh','origins':['https://Fresh.example/']}", owner);
    var settings = json(201, answer);
    assertThat(settings.getJsonArray("origins")).isEqualTo(JsonArray.of("https://fresh.example"));
    var location = answer.headers().firstValue("Location").orElseThrow();
    Eventually.passes(
        "the site is there",
        () ->
            assertThat(server.get(location, "Authorization", "Bearer " + owner).statusCode())
                .isEqualTo(200));
    var draft = "{\"text\":\"Hi\",\"author\":{\"name\":\"Ada\"}}";
    Eventually.passes(
        "its readers comment",
        () ->
            json(
                201,
                server.post(
                    "/api/v1/fresh/comments?article=/a",
                    draft,
                    "Origin",
                    "https://fresh.example")));
    assertThat(list(owner)).contains(new JsonObject().put("site", "fresh").put("role", "owner"));
    refused(409, "site-exists", add("{'name':'fresh'}", owner));
    var undo = "/api/v1/fresh/admin/verdicts/" + settings.getString("verdict") + "/undo";
    refused(409, "never-undone", server.send("POST", undo, "", "Authorization", "Bearer " + owner));
  }

  @Test
  void aRetry_isTheSameSite() {
    var first = json(201, add("{'name':'twice'}", server.staffToken(), "Idempotency-Key", "k"));
    var again = json(201, add("{'name':'twice'}", server.staffToken(), "Idempotency-Key", "k"));
    assertThat(again).isEqualTo(first);
  }

  @Test
  void aSiteThatWasRemoved_comesBackWithItsSettings() {
    server.command(0, "site", "add", "gone", "--origin", "https://gone.example");
    var path = "/api/v1/gone/admin/settings";
    var owner = "Bearer " + server.staffToken();
    var pre = "{\"moderation\":\"pre\"}";
    var type = "application/json";
    json(200, server.send("PUT", path, pre, "Content-Type", type, "Authorization", owner));
    server.command(0, "site", "remove", "gone");
    var settings = json(201, add("{'name':'gone'}", server.staffToken()));
    assertThat(settings.getLong("version")).isEqualTo(3);
    assertThat(settings.getString("moderation")).isEqualTo("pre");
    assertThat(settings.getJsonArray("origins")).containsExactly("https://gone.example");

    server.command(0, "site", "remove", "gone");
    server.command(0, "site", "add", "gone", "--origin", "https://new.example");
    Eventually.passes(
        "known again",
        () -> {
          var now = json(200, server.get(path, "Authorization", owner));
          assertThat(now.getString("moderation")).isEqualTo("pre");
          assertThat(now.getJsonArray("origins")).containsExactly("https://new.example");
        });
  }

  @Test
  void whatWasDecidedOfTheDemo_standsAfterAStart() {
    var origin = "https://mine.example";
    server.command(0, "site", "set", "demo", "--sso-key", "none", "--origin", origin);
    try (var next = TestServer.start(Map.of())) {
      var owner = "Bearer " + next.staffToken();
      var settings = json(200, next.get("/api/v1/demo/admin/settings", "Authorization", owner));
      assertThat(settings.getJsonArray("origins")).containsExactly(origin);
      assertThat(next.get("/signed-in/token").statusCode()).isEqualTo(404);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'name':'sites'}",
        "{'name':'afterword'}",
        "{'name':'No'}",
        "{'name':'a/b'}",
        "{'name':'a}b'}",
        "{'name':'-a'}",
        "{'name':'a\\r\\nb'}",
        "{'name':'ok','origins':['nonsense']}"
      })
  void whatIsNoSite_isRefused(String body) {
    refused(422, "invalid-values", add(body, server.staffToken()));
  }

  @Test
  void staffOfSomeSites_seeThoseAlone() {
    server.addSite("mine");
    server.addSite("other");
    var owner = server.addStaff("mine", Caller.Role.OWNER);
    assertThat(list(owner))
        .isEqualTo(JsonArray.of(new JsonObject().put("site", "mine").put("role", "owner")));
    refused(403, "role-too-low", add("{'name':'more'}", owner));
    refused(401, "token-invalid", add("{'name':'more'}", StaffStore.newToken()));
    refused(401, "token-invalid", add("{'name':'more'}", "gt_x.y"));
    refused(401, "token-required", server.get("/api/v1/sites"));
  }

  @Test
  void foreignPages_mayNotAdd() {
    var origins = List.of("https://evil.example", "null", server.url() + ".evil.example");
    for (var origin : origins) {
      refused(
          403, "origin-not-allowed", add("{'name':'evil'}", server.staffToken(), "Origin", origin));
    }
    assertThat(add("{'name':'good'}", server.staffToken(), "Origin", server.url()).statusCode())
        .isEqualTo(201);
  }
}
