package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.Ports;
import dev.afterword.support.RawHttp;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Logged in to the admin page, and what others make of the cookie. */
@OnStore
class SessionTest {
  private static final AtomicInteger NETWORKS = new AtomicInteger();

  @AutoClose private static TestServer server;
  private static String token;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    server.addSite("one", "https://one.example");
    server.addSite("two");
    token = server.addStaff("one", Caller.Role.OWNER);
  }

  private static HttpResponse<String> login(String site, String token, String... headers) {
    return server.post(
        "/api/v1/" + site + "/admin/session",
        new JsonObject().put("token", token).encode(),
        headers);
  }

  private static String cookie(String site, String token) {
    var answer = login(site, token, "X-Forwarded-For", "100.80.0." + NETWORKS.incrementAndGet());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    return answer.headers().firstValue("Set-Cookie").orElseThrow().replaceFirst(";.*", "");
  }

  private static HttpResponse<String> me(String site, String cookie, String... headers) {
    return server.get("/api/v1/" + site + "/admin/me", with(cookie, headers));
  }

  private static HttpResponse<String> change(String cookie, String... headers) {
    return put(cookie, "application/json", headers);
  }

  private static HttpResponse<String> put(String cookie, String type, String... headers) {
    var all = new ArrayList<>(List.of(with(cookie, headers)));
    all.addAll(List.of("Content-Type", type));
    return server.send(
        "PUT", "/api/v1/one/admin/settings", "{\"mostLinks\":7}", all.toArray(String[]::new));
  }

  private static String[] with(String cookie, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Cookie", cookie));
    return all.toArray(String[]::new);
  }

  private static void refused(int status, String code, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
  }

  @Test
  void theCookie_isForThisServerAlone_andKeptAsADigest() {
    var answer = login("one", token, "Origin", server.url());
    assertThat(answer.statusCode()).isEqualTo(204);
    var set = answer.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(set)
        .matches(
            "afterword-one=[A-Za-z0-9_-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
    assertThat(me("one", set.replaceFirst(";.*", "")).statusCode()).isEqualTo(200);
    var value = set.substring(set.indexOf('=') + 1, set.indexOf(';'));
    try (Resp resp = TestStore.connect()) {
      var keys = resp.list("KEYS", "{one}:session:*").stream().map(Object::toString).toList();
      assertThat(keys).isNotEmpty().noneMatch(key -> key.contains(value));
      for (var key : keys) {
        assertThat(resp.text("GET", key)).isNotEqualTo(token).doesNotContain(value);
        assertThat(resp.number("PTTL", key)).isBetween(1L, 12L * 3_600_000);
      }
    }
  }

  @Test
  void overHttps_theBrowserGuardsItsName() {
    int port = Ports.free();
    var settings =
        Map.of(
            "AFTERWORD_PUBLIC_URL",
            "https://talk.example",
            "AFTERWORD_PORT",
            Integer.toString(port));
    try (var secure = TestServer.start(settings)) {
      assertThat(secure.url()).isEqualTo("https://talk.example");
      var begun = overHttps(port, "POST", "session", "Origin", "https://talk.example");
      var set = begun.header("Set-Cookie");
      assertThat(set)
          .matches(
              "__Host-afterword-one=[A-Za-z0-9_-]{43}; Path=/; Max-Age=43200; HttpOnly;"
                  + " SameSite=Strict; Secure");
      var cookie = set.replaceFirst(";.*", "");
      assertThat(overHttps(port, "GET", "me", "Cookie", cookie).status()).isEqualTo(200);
      var plain = cookie.replace("__Host-", "");
      assertThat(overHttps(port, "GET", "me", "Cookie", plain).status()).isEqualTo(401);
      var listener = "http://127.0.0.1:" + port;
      assertThat(overHttps(port, "POST", "session", "Origin", listener).status()).isEqualTo(403);
    }
  }

  /**
   * A browser's Origin has small letters and no usual port, whatever the setting is written like.
   */
  @Test
  void aPublicAddressInAnySpelling_isTheOriginThatBrowsersSend() {
    int port = Ports.free();
    var settings =
        Map.of(
            "AFTERWORD_PUBLIC_URL",
            "https://Comments.Example:443/Talk/",
            "AFTERWORD_PORT",
            Integer.toString(port));
    try (var secure = TestServer.start(settings)) {
      assertThat(secure.url()).isEqualTo("https://comments.example/Talk");
      var login = overHttps(port, "POST", "session", "Origin", "https://comments.example");
      assertThat(login.status()).as(login.body()).isLessThan(300);
      var other = overHttps(port, "POST", "session", "Origin", "https://comments.example:444");
      assertThat(other.status()).isEqualTo(403);
    }
  }

  /** As a proxy that ends TLS would ask. */
  private static RawHttp.Reply overHttps(
      int port, String method, String path, String name, String value) {
    var body = method.equals("GET") ? "" : new JsonObject().put("token", token).encode();
    return RawHttp.send(
        "http://127.0.0.1:" + port,
        RawHttp.request(
            method,
            "/api/v1/one/admin/" + path,
            body.getBytes(StandardCharsets.UTF_8),
            name,
            value,
            "Content-Type",
            "application/json"));
  }

  @Test
  void whatChangesSomething_hasToComeFromAPageOfThisServer() {
    var cookie = cookie("one", token);
    var own = server.url();
    var foreign =
        List.of(
            "https://evil.example",
            "https://one.example",
            "null",
            "",
            own + ".evil.example",
            own + "/",
            own.replace("http:", "https:"),
            own.replace("http", "HTTP"),
            own.replace("127.0.0.1", "127.0.0.1."),
            own.replace("127.0.0.1", "127X0.0.1"),
            own.replace("127.0.0.1", "localhost"),
            own.replaceFirst("[0-9]+$", "1"));
    for (var origin : foreign) {
      refused(403, "origin-not-allowed", change(cookie, "Origin", origin));
      refused(403, "origin-not-allowed", put(cookie, "text/plain", "Origin", origin));
    }
    refused(403, "origin-not-allowed", change(cookie));
    refused(403, "origin-not-allowed", change(cookie, "Origin", own, "Origin", own));
    var undo = "/api/v1/one/admin/verdicts/1-0/undo";
    refused(403, "origin-not-allowed", server.send("POST", undo, "", "Cookie", cookie));
    refused(404, "verdict-unknown", server.send("POST", undo, "", with(cookie, "Origin", own)));
    refused(415, "media-type-unsupported", put(cookie, "text/plain", "Origin", own));
    assertThat(change(cookie, "Origin", own).statusCode()).isEqualTo(200);
  }

  @Test
  void reading_needsNoOrigin_andNoPageOfOthersMayReadIt() {
    var cookie = cookie("one", token);
    assertThat(me("one", cookie).statusCode()).isEqualTo(200);
    var listed = me("one", cookie, "Origin", "https://one.example");
    assertThat(listed.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
  }

  @Test
  void whereReadersAsk_theCookieChangesNothing() {
    var cookie = cookie("one", token);
    var path = "/api/v1/one/comments?article=/a";
    var draft = "{\"text\":\"Hi\",\"author\":{\"name\":\"Ada\"}}";
    var posted = server.post(path, draft, with(cookie, "Origin", server.url()));
    assertThat(posted.statusCode()).as(posted.body()).isEqualTo(201);
    var comment = new JsonObject(posted.body()).getJsonObject("comment");
    assertThat(comment.getJsonObject("author").getString("kind")).isEqualTo("guest");
    var one = "/api/v1/one/comments/" + comment.getString("id");
    refused(
        401,
        "token-required",
        server.send("DELETE", one, "", with(cookie, "Origin", server.url())));
    assertThat(server.get(path, "Cookie", cookie).body()).isEqualTo(server.get(path).body());
  }

  @Test
  void aSession_isOfItsSiteAlone() {
    var one = cookie("one", token);
    var owner = cookie("two", server.staffToken());
    refused(401, "token-required", me("two", one));
    refused(401, "token-required", me("two", one.replace("-one=", "-two=")));
    refused(401, "token-required", me("one", owner.replace("-two=", "-one=")));
    assertThat(me("one", one + "; " + owner).statusCode()).isEqualTo(200);
    assertThat(me("two", one + "; " + owner).statusCode()).isEqualTo(200);
    refused(401, "token-invalid", login("two", token));
  }

  @Test
  void whatIsNoSession_isNobodys() {
    var good = cookie("one", token);
    for (var cookie :
        List.of(
            "afterword-one=",
            "afterword-one=" + "A".repeat(43),
            "afterword-one=" + token,
            "AFTERWORD-ONE=" + good.substring(good.indexOf('=') + 1),
            "__Host-" + good,
            good + "; " + good,
            good + "x")) {
      refused(401, "token-required", me("one", cookie));
    }
    assertThat(me("one", "other=1; " + good + "; more=2").statusCode()).isEqualTo(200);
  }

  @Test
  void aSession_endsWithItsTime_withItsToken_andOnLoggingOut() {
    var added = server.addStaff("two", Caller.Role.OWNER);
    var cookie = cookie("two", added);
    assertThat(me("two", cookie).statusCode()).isEqualTo(200);
    try (Resp resp = TestStore.connect()) {
      resp.list("KEYS", "{two}:session:*").forEach(key -> resp.call("DEL", key.toString()));
    }
    refused(401, "token-required", me("two", cookie));

    var second = cookie("two", added);
    try (Resp resp = TestStore.connect()) {
      resp.call("HDEL", "{two}:staff", StaffStore.digest(added));
    }
    refused(401, "token-required", me("two", second));

    var third = cookie("one", token);
    var path = "/api/v1/one/admin/session";
    refused(403, "origin-not-allowed", server.send("DELETE", path, "", "Cookie", third));
    refused(
        403,
        "origin-not-allowed",
        server.send("DELETE", path, "", with(third, "Origin", "https://one.example")));
    assertThat(me("one", third).statusCode()).isEqualTo(200);
    var out = server.send("DELETE", path, "", with(third, "Origin", server.url()));
    assertThat(out.statusCode()).isEqualTo(204);
    assertThat(out.headers().firstValue("Set-Cookie").orElseThrow())
        .startsWith("afterword-one=; Path=/; Max-Age=0;");
    refused(401, "token-required", me("one", third));
  }

  @Test
  void aToken_winsOverTheCookie() {
    var cookie = cookie("one", token);
    var viewer = "Bearer " + server.addStaff("one", Caller.Role.VIEWER);
    refused(403, "role-too-low", change(cookie, "Authorization", viewer, "Origin", server.url()));
    refused(401, "token-invalid", me("one", cookie, "Authorization", "Bearer aw_wrong"));
  }

  @Test
  void logins_areRefusedToForeignPages() {
    for (var origin : List.of("https://evil.example", "https://one.example", "null")) {
      var answer = login("one", token, "Origin", origin);
      refused(403, "origin-not-allowed", answer);
      assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }
  }

  @Test
  void failedLogins_areSlowedDown_acrossRestartsToo() {
    String[] network = {"X-Forwarded-For", "100.90.0.1"};
    for (int i = 0; i < 15; i++) {
      assertThat(login("one", token, network).statusCode()).isEqualTo(204);
    }
    for (int i = 0; i < 10; i++) {
      var guess = StaffStore.newToken();
      var answer = login("one", guess, network);
      refused(401, "token-invalid", answer);
      assertThat(answer.body()).doesNotContain(guess);
    }
    refused(429, "rate-limited", login("one", StaffStore.newToken(), network));
    var refused = login("one", token, network);
    refused(429, "rate-limited", refused);
    assertThat(refused.headers().firstValue("RateLimit-Policy")).contains("\"logins\";q=10;w=600");
    assertThat(login("one", token, "X-Forwarded-For", "100.90.1.1").statusCode()).isEqualTo(204);
    try (var next = TestServer.start(Map.of())) {
      var body = new JsonObject().put("token", token).encode();
      refused(429, "rate-limited", next.post("/api/v1/one/admin/session", body, network));
    }
  }

  @Test
  void whoMayNot_isToldBeforeTheBodyIsLookedAt() {
    var path = "/api/v1/one/admin/settings";
    refused(401, "token-required", server.send("PUT", path, "{", "Content-Type", "text/plain"));
    var viewer = "Bearer " + server.addStaff("one", Caller.Role.VIEWER);
    refused(403, "role-too-low", server.send("PUT", path, "{", "Authorization", viewer));
  }
}
