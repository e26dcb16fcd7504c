package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an Idempotency-Key promises, through the front door. */
@OnStore
class IdempotencyTest {
  private static final String LONG = "0123456789abcdefghijkl";
  private static final String SHORT = LONG.substring(1);
  private static final String HELLO = "{\"text\":\"Hello\",\"author\":{\"name\":\"Ada\"}}";

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @Test
  void theSameAgain_isTheSameComment_markedAsReplayed() {
    var first = post("/same", HELLO, LONG);
    var again = post("/same", HELLO, LONG);
    assertThat(first.headers().firstValue("Idempotency-Replayed")).isEmpty();
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(again.headers().firstValue("Idempotency-Replayed")).contains("true");
    assertThat(again.headers().firstValue("Location"))
        .isEqualTo(first.headers().firstValue("Location"));
    assertThat(comment(again)).isEqualTo(comment(first));
    assertThat(total("/same")).isEqualTo(1);
  }

  @Test
  void aReplay_isTheCommentAsItIsNow() {
    var first = comment(post("/now", HELLO, LONG));
    var parent = first.getString("id");
    reply("/now", parent);
    var again = comment(post("/now", HELLO, LONG));
    assertThat(again.getString("id")).isEqualTo(parent);
    assertThat(again.getInteger("descendants")).isEqualTo(1);
    assertThat(again.getJsonObject("replies").getInteger("total")).isEqualTo(1);
  }

  @Test
  void aQuotedKey_andItsBareContent_areOne() {
    var first = comment(post("/quoted", HELLO, "\"" + LONG + "\""));
    assertThat(comment(post("/quoted", HELLO, LONG))).isEqualTo(first);
    var odd = comment(post("/quoted", HELLO, "\"a\\\"b\\\\c\""));
    assertThat(comment(post("/quoted", HELLO, "a\"b\\c"))).isEqualTo(odd);
    assertThat(total("/quoted")).isEqualTo(2);
  }

  @Test
  void anotherBodyOrAuthor_isRefused() {
    post("/reused", HELLO, LONG);
    for (var other :
        new String[] {
          "{\"text\":\"Hallo\",\"author\":{\"name\":\"Ada\"}}",
          "{\"text\":\"Hello\",\"author\":{\"name\":\"Eve\"}}",
          "{\"text\":\"Hello\",\"author\":{\"name\":\"Ada\",\"email\":\"a@b.c\"}}"
        }) {
      var answer = post("/reused", other, LONG);
      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(new JsonObject(answer.body()).getString("code"))
          .isEqualTo("idempotency-key-reused");
    }
    assertThat(total("/reused")).isEqualTo(1);
  }

  @Test
  void aKey_standsForOneArticle() {
    assertThat(post("/one", HELLO, LONG).statusCode()).isEqualTo(201);
    var other = post("/two", HELLO, LONG);
    assertThat(other.statusCode()).isEqualTo(201);
    assertThat(other.headers().firstValue("Idempotency-Replayed")).isEmpty();
  }

  @Test
  void theToken_isRepeatedForKeysThatNobodyGuesses() {
    var first = new JsonObject(post("/token", HELLO, LONG).body());
    var again = new JsonObject(post("/token", HELLO, LONG).body());
    assertThat(first.getString("token")).startsWith("gt_");
    assertThat(again.getString("token")).isEqualTo(first.getString("token"));
    assertThat(new JsonObject(post("/token", HELLO, SHORT).body()).getString("token")).isNotNull();
    assertThat(new JsonObject(post("/token", HELLO, SHORT).body()).containsKey("token")).isFalse();
  }

  /** A key of one letter is soon used by somebody else, and forgotten after a day. */
  @Test
  void aShortKey_whenForgotten_makesNobodyAnotherPerson() {
    var ada = comment(post("/guess", HELLO, "1")).getJsonObject("author");
    try (var store = TestStore.connect()) {
      store.list("KEYS", "*:i:*").forEach(record -> store.call("DEL", (String) record));
    }
    var eve = "{\"text\":\"It is me\",\"author\":{\"name\":\"Eve\"}}";
    assertThat(comment(post("/guess", eve, "1")).getJsonObject("author").getString("id"))
        .isNotEqualTo(ada.getString("id"));
  }

  @Test
  void beside_aToken_theAuthorIsIgnored() {
    var first = new JsonObject(post("/me", HELLO, LONG).body());
    var token = "Bearer " + first.getString("token");
    for (var body :
        new String[] {
          "{\"text\":\"Again\",\"author\":{\"name\":\"Somebody\"}}",
          "{\"text\":\"Again\",\"author\":7}",
          "{\"text\":\"Again\"}"
        }) {
      var answer = server.post("/api/v1/demo/comments?article=/me", body, "Authorization", token);
      assertThat(answer.statusCode()).isEqualTo(201);
      assertThat(new JsonObject(answer.body()).containsKey("token")).isFalse();
      assertThat(comment(answer).getJsonObject("author"))
          .isEqualTo(first.getJsonObject("comment").getJsonObject("author"));
    }
  }

  private static void reply(String article, String parent) {
    var body = new JsonObject(HELLO).put("text", "Yes").put("parent", parent).encode();
    assertThat(server.post("/api/v1/demo/comments?article=" + article, body).statusCode())
        .isEqualTo(201);
  }

  private static HttpResponse<String> post(String article, String body, String key) {
    return server.post("/api/v1/demo/comments?article=" + article, body, "Idempotency-Key", key);
  }

  private static JsonObject comment(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return new JsonObject(answer.body()).getJsonObject("comment");
  }

  private static int total(String article) {
    return new JsonObject(server.get("/api/v1/demo/comments?article=" + article).body())
        .getInteger("total");
  }
}
