package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Staff come and go. */
@OnStore
class TeamTest {
  private static final String PATH = "/api/v1/team/admin/staff";

  @AutoClose private static TestServer server;
  private static String owner;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    server.addSite("team");
    owner = server.addStaff("team", Caller.Role.OWNER);
  }

  private static HttpResponse<String> send(
      String method, String path, String body, String token, String key) {
    return server.send(
        method,
        path,
        body.replace('\'', '"'),
        "Content-Type",
        "application/json",
        "Authorization",
        "Bearer " + token,
        "Idempotency-Key",
        key);
  }

  private static JsonObject json(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return new JsonObject(answer.body());
  }

  private static JsonObject add(String name, String role) {
    var body = new JsonObject().put("name", name).put("role", role).encode();
    return json(201, send("POST", PATH, body, owner, "add-" + name.replace(" ", "")));
  }

  private static JsonObject undo(int status, JsonObject decided, String key) {
    var path = "/api/v1/team/admin/verdicts/" + decided.getString("verdict") + "/undo";
    return json(status, send("POST", path, "", owner, key));
  }

  private static int me(String token) {
    var header = "Bearer " + token;
    return server.get("/api/v1/team/admin/me", "Authorization", header).statusCode();
  }

  @Test
  void somebodyNew_worksUntilRevoked_andAgainWhenThatIsTakenBack() {
    var added = add("Jo Doe", "moderator");
    var token = added.getString("token");
    assertThat(me(token)).isEqualTo(200);
    var revoked = json(200, send("DELETE", PATH + '/' + added.getString("id"), "", owner, "r"));
    assertThat(me(token)).isEqualTo(401);
    var again = json(200, send("DELETE", PATH + '/' + added.getString("id"), "", owner, "r"));
    assertThat(again).isEqualTo(revoked);
    json(404, send("DELETE", PATH + '/' + added.getString("id"), "", owner, "r2"));
    var undone = undo(200, revoked, "u1");
    assertThat(me(token)).isEqualTo(200);
    assertThat(undo(200, revoked, "u1")).isEqualTo(undone);
    undo(409, revoked, "u2");
    undo(200, undone, "u3");
    assertThat(me(token)).isEqualTo(401);
  }

  @Test
  void anAdditionTakenBack_revokes() {
    var added = add("Al", "viewer");
    undo(200, added, "u-al");
    assertThat(me(added.getString("token"))).isEqualTo(401);
    undo(409, added, "u-al2");
  }

  @Test
  void aTokenIsToldOnce_andKeptNowhere() {
    var body = "{'name':'Bo','role':'viewer'}";
    var added = json(201, send("POST", PATH, body, owner, "once"));
    var again = json(201, send("POST", PATH, body, owner, "once"));
    assertThat(again.getString("id")).isEqualTo(added.getString("id"));
    assertThat(again.containsKey("token")).isFalse();
    var token = added.getString("token");
    var listed = json(200, send("GET", PATH, "", owner, "x"));
    assertThat(listed.encode())
        .contains(added.getString("id"))
        .doesNotContain(token)
        .doesNotContain(StaffStore.digest(token));
    assertThat(send("GET", "/api/v1/team/admin/audit", "", owner, "x").body())
        .contains("Bo, viewer")
        .doesNotContain(token)
        .doesNotContain(StaffStore.digest(token));
    try (Resp resp = TestStore.connect()) {
      assertThat(resp.call("HGETALL", "{team}:staff").toString()).doesNotContain(token);
      assertThat(resp.call("XRANGE", "{team}:j", "-", "+").toString()).doesNotContain(token);
    }
  }

  @Test
  void aModerator_takesNoRevocationBack() {
    var moderator = add("Mo", "moderator").getString("token");
    var added = add("Vi", "viewer");
    var revoked = json(200, send("DELETE", PATH + '/' + added.getString("id"), "", owner, "rv"));
    var path = "/api/v1/team/admin/verdicts/" + revoked.getString("verdict") + "/undo";
    json(403, send("POST", path, "", moderator, "m"));
    json(403, send("POST", PATH, "{'name':'Me','role':'owner'}", moderator, "m2"));
    json(403, send("GET", PATH, "", moderator, "m3"));
    json(403, send("DELETE", PATH + '/' + added.getString("id"), "", moderator, "m4"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name':'Jo'}",
        "{'name':'','role':'owner'}",
        "{'name':'  ','role':'owner'}",
        "{'name':'Jo\\r\\nSet-Cookie: a=b','role':'owner'}",
        "{'name':'Jo','role':'OWNER'}",
        "{'name':'Jo','role':'god'}",
        "{'name':7,'role':'owner'}"
      })
  void whatIsNotValid_isRefused(String body) {
    json(422, send("POST", PATH, body, owner, "bad"));
  }
}
