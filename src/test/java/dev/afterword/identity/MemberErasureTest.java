package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A member who is erased: the token is the site's, so only what was kept goes. */
@OnStore
class MemberErasureTest {
  @Test
  void aMembersNames_areFreeAgain_andNothingTheyWroteStays() {
    try (var server = TestServer.unlimited()) {
      server.addSite("club");
      var key = SiteKey.ec();
      server.command(
          0, "site", "set", "club", "--sso-key", server.file("key", key.pem()).toString());
      var claims =
          new JsonObject()
              .put("sub", "7")
              .put("name", "Umbriel")
              .put("aud", "club")
              .put("exp", Instant.now().getEpochSecond() + 600);
      var token = "Bearer " + key.sign(claims);
      var text = "{\"text\":\"cinnabar\"}";
      var posted = server.post("/api/v1/club/comments?article=/a", text, "Authorization", token);
      assertThat(posted.statusCode()).as(posted.body()).isEqualTo(201);
      assertThat(asUmbriel(server).statusCode()).as("the name is the member's").isEqualTo(422);

      var copy = server.get("/api/v1/club/me/data", "Authorization", token).body();
      assertThat(copy).contains("cinnabar", "\"kind\":\"member\"", "Umbriel");
      var erased = server.send("DELETE", "/api/v1/club/me/data", "", "Authorization", token);
      assertThat(erased.statusCode()).isEqualTo(204);
      assertThat(server.get("/api/v1/club/comments?article=/a").body()).doesNotContain("cinnabar");
      assertThat(asUmbriel(server).statusCode()).as("nobody's now").isEqualTo(201);
      assertThat(server.get("/api/v1/club/me/data", "Authorization", token).body())
          .doesNotContain("cinnabar");
    }
  }

  private static HttpResponse<String> asUmbriel(TestServer server) {
    var draft = "{\"text\":\"hello\",\"author\":{\"name\":\"Umbriel\"}}";
    return server.post("/api/v1/club/comments?article=/b", draft);
  }
}
