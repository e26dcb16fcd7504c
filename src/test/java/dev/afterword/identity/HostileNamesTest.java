package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Names that are no names, in every place where somebody says what they are called: they are
 * refused, or kept as one line in which nothing turns the text around.
 */
@OnStore
@Timeout(120)
class HostileNamesTest {
  private static final Pattern HARMFUL =
      Pattern.compile("[\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]");
  private static final SiteKey KEY = SiteKey.ec();

  @AutoClose private static TestServer server;
  private static String bearer;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("hostile", "https://hostile.example");
    var key = server.file("key", KEY.pem()).toString();
    server.command(0, "site", "set", "hostile", "--sso-key", key);
    bearer = "Bearer " + server.staffToken();
  }

  static Stream<String> names() {
    return Stream.of(
        "\u202Egpj.exe",
        "Ada \u202Eecila\u202C Bell",
        "\u2066Ada\u2069 \u2067Bell\u2069",
        "\u2068\u2068\u2068Ada",
        "\u200FAda\u200E",
        "\u061CAda",
        "\u200B",
        "\u200B\u200C\u200D\u2060\uFEFF",
        "A\u200Bd\u200Ca\u2060",
        "\uFEFFAda",
        "\u00AD\u00AD",
        "\u3164\u115F\u1160\uFFA0",
        "\u2800\u2800",
        "a" + "\u0301".repeat(59),
        "\u0489".repeat(60),
        "Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334\u0319\u0324\u031E\u0349\u035A",
        "\u1D173\u1D17A",
        "Ada\uDB40\uDC41\uDB40\uDC42",
        "Ada\uFE0F\uFE0E",
        "\uFFF9Ada\uFFFAx\uFFFB",
        "Ada\uFFFE\uFFFF",
        "Ada\u0000",
        "\u0000",
        "Ada\nBell\r\n\tand\u2028others\u2029\u0085",
        "\u001B[31mAda\u0007\u0008",
        "\uD83D\uDC69\u200D\uD83D\uDC69\u200D\uD83D\uDC67\u200D\uD83D\uDC66",
        "\uD83D\uDE42".repeat(60),
        "\uD83D\uDE42".repeat(61),
        "x".repeat(61),
        "x".repeat(10_000),
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "]]><!--",
        "&lt;b&gt;&#8238;&zwj;",
        "{{7*7}}${7*7}<%= 7*7 %>",
        "@Ada @everyone",
        "[x](javascript:alert(1))",
        "   ",
        ".",
        "\uFDFD\uFDFA");
  }

  @ParameterizedTest
  @MethodSource("names")
  void aHostileName_isRefusedOrHarmless(String name) {
    everywhere(name);
  }

  private static void everywhere(String name) {
    commented(name);
    var named = new JsonObject().put("name", name);
    harmless(server.post("/api/v1/hostile/guests", named.encode()), "author", "#/name");
    var staff = named.copy().put("role", "viewer").encode();
    var path = "/api/v1/hostile/admin/staff";
    harmless(server.post(path, staff, "Authorization", bearer), "", "#/name");
    var claims =
        new JsonObject()
            .put("sub", Integer.toString(name.hashCode()))
            .put("name", name)
            .put("aud", "hostile")
            .put("exp", Instant.now().getEpochSecond() + 600);
    var answer =
        server.get("/api/v1/hostile/me?article=/a", "Authorization", "Bearer " + KEY.sign(claims));
    // A token whose name is none is no token.
    if (answer.statusCode() != 401) {
      harmless(answer, "author", "");
    }
  }

  /** As a guest who comments; then as everybody reads it. */
  private static void commented(String name) {
    var author = new JsonObject().put("name", name);
    var draft = new JsonObject().put("text", "Hello").put("author", author).encode();
    var answer = server.post("/api/v1/hostile/comments?article=/a", draft);
    if (!harmless(answer, "comment", "#/author/name")) {
      return;
    }
    var comment = new JsonObject(answer.body()).getJsonObject("comment");
    var shown = comment.getJsonObject("author").getString("name");
    var one = server.get("/api/v1/hostile/comments/" + comment.getString("id"));
    assertThat(new JsonObject(one.body()).getJsonObject("author").getString("name"))
        .isEqualTo(shown);
    var feed = server.get("/api/v1/hostile/feed.atom?article=/a").body();
    assertThat(feed.replaceAll("[\n\t]", " ")).doesNotContainPattern(HARMFUL);
    assertThat(feed).doesNotContain("<script", "<img", "]]>");
  }

  /** Answers whether it was taken. */
  private static boolean harmless(HttpResponse<String> answer, String at, String pointer) {
    var json = new JsonObject(answer.body());
    if (answer.statusCode() == 422) {
      assertThat(json.getJsonArray("errors").getJsonObject(0).getString("pointer"))
          .isEqualTo(pointer);
      assertThat(answer.body()).doesNotContainPattern(HARMFUL);
      return false;
    }
    assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    var owner = at.isEmpty() ? json : json.getJsonObject(at);
    var name = (at.equals("comment") ? owner.getJsonObject("author") : owner).getString("name");
    assertThat(name).isNotBlank().doesNotContainPattern(HARMFUL);
    assertThat(name.codePointCount(0, name.length())).isLessThanOrEqualTo(60);
    return true;
  }

  @Test
  void ofAFewOfThem_weKnowWhatBecomes() {
    for (var pair :
        List.of(
            List.of("\u202Egpj.exe\u202C", "gpj.exe"),
            List.of("Ada\nBell", "Ada Bell"),
            List.of("<b>Ada</b>", "<b>Ada</b>"))) {
      var named = new JsonObject().put("name", pair.get(0));
      var guest = new JsonObject(server.post("/api/v1/hostile/guests", named.encode()).body());
      assertThat(guest.getJsonObject("author").getString("name")).isEqualTo(pair.get(1));
    }
  }
}
