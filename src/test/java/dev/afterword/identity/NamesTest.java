package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody takes the name of somebody who is known here. */
@OnStore
@Timeout(60)
class NamesTest {
  private static final SiteKey KEY = SiteKey.ec();

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("names", "https://names.example");
    server.addSite("others", "https://others.example");
    server.addStaff("names", Caller.Role.MODERATOR);
    var key = server.file("key", KEY.pem()).toString();
    server.command(0, "site", "set", "names", "--sso-key", key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Staff of names",
        "STAFF OF NAMES",
        "StaffOfNames",
        "Ѕtаff of nаmes",
        "Staff\u200B of names",
        "\u202EStaff of names",
        "Stáff of names",
        "ＳＴＡＦＦ of names",
      })
  void aGuest_mayNotLookLikeStaff(String name) {
    assertTaken(comment("names", name), "#/author/name");
    var path = "/api/v1/names/guests";
    assertTaken(server.post(path, new JsonObject().put("name", name).encode()), "#/name");
    assertThat(comment("others", name).statusCode()).isEqualTo(201);
  }

  @Test
  void aGuest_mayNotLookLikeAMemberWhoHasWritten() {
    assertThat(comment("names", "Paul Member").statusCode()).isEqualTo(201);
    var token = member("42", "Paul Member");
    var answer =
        server.post(
            "/api/v1/names/comments?article=/a",
            "{\"text\":\"Hello\"}",
            "Authorization",
            "Bearer " + token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertTaken(comment("names", "Paul Member"), "#/author/name");
    assertTaken(comment("names", "PauI Mеmber"), "#/author/name");
    assertThat(comment("names", "Paula Member").statusCode()).isEqualTo(201);
  }

  @Test
  void aGuestWithoutAName_isStillWelcome() {
    assertThat(server.post("/api/v1/names/guests", "").statusCode()).isEqualTo(201);
  }

  private static String member(String sub, String name) {
    var claims =
        new JsonObject()
            .put("sub", sub)
            .put("name", name)
            .put("aud", "names")
            .put("exp", Instant.now().getEpochSecond() + 600);
    return KEY.sign(claims);
  }

  private static void assertTaken(HttpResponse<String> answer, String pointer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    JsonArray errors = new JsonObject(answer.body()).getJsonArray("errors");
    assertThat(errors.getJsonObject(0).getString("pointer")).isEqualTo(pointer);
    assertThat(errors.getJsonObject(0).getString("detail"))
        .isEqualTo("That name belongs to somebody else here.");
  }

  private static HttpResponse<String> comment(String site, String name) {
    var body =
        new JsonObject().put("text", "Hello").put("author", new JsonObject().put("name", name));
    return server.post("/api/v1/" + site + "/comments?article=/a", body.encode());
  }
}
