package dev.afterword.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Caller;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import dev.afterword.support.RawHttp.Reply;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every refusal that the contract names, by real HTTP: the right one, whole, and with no effect.
 */
@OnStore
class ProblemsTest {
  private static final String FOREIGN = "https://evil.example";
  private static final String NEWS = "https://news.example";
  private static final String HELLO = "{\"text\":\"Hello\",\"author\":{\"name\":\"Ada\"}}";
  private static final String[] JSON = {"Content-Type", "application/json"};

  /** What tells of the inside: classes, stacks, and the words of the JSON parser. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "Exception|java\\.|io\\.vertx|netty|jackson|dev\\.afterword|\\.lua|\\bat [a-z]+\\."
              + "|line: [0-9]|column: [Tt]oken \\(|Unexpected char|redis",
          Pattern.CASE_INSENSITIVE);

  private static final Set<String> KNOWN_TYPES = new HashSet<>();

  @AutoClose private static TestServer server;
  private static String own;
  private static String guest;
  private static String otherGuest;
  private static String otherStaff;
  private static String root;
  private static String elsewhere;
  private static String onReadOnly;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("news", NEWS, "https://www.news.example");
    server.addSite("other", "https://other.example");
    own = server.url();
    guest = posted("demo", "/a").getString("token");
    otherGuest = posted("other", "/a").getString("token");
    otherStaff = server.addStaff("other", Caller.Role.OWNER);
    root = posted("demo", "/a").getJsonObject("comment").getString("id");
    elsewhere = posted("demo", "/elsewhere").getJsonObject("comment").getString("id");
    onReadOnly = posted("demo", "/read-only").getJsonObject("comment").getString("id");
    posted("demo", "/closed");
    setState("/read-only", "read-only");
    setState("/closed", "closed");
  }

  private static JsonObject posted(String site, String article) {
    var reply = server.post("/api/v1/" + site + "/comments?article=" + article, HELLO);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(201);
    return new JsonObject(reply.body());
  }

  private static void setState(String article, String state) {
    try (var store = TestStore.connect()) {
      store.call("HSET", ArticleRef.of("demo", 16, new ArticleKey(article)).at("a"), "s", state);
    }
  }

  /** One wrong request, what it should be told, and more that has to be so. */
  private record Wrong(String name, Buffer request, int status, String code, List<String> expects) {
    @Override
    public String toString() {
      return status + " " + code + ": " + name;
    }

    /** An answer's header, which has to have this value. */
    Wrong header(String header, String value) {
      return and("header " + header + "=" + value);
    }

    /** A header that must not be there. */
    Wrong without(String header) {
      return and("without " + header);
    }

    /** Exactly these places are named: pointers or parameters. */
    Wrong at(String... places) {
      return and("at " + String.join(" ", places));
    }

    private Wrong and(String expect) {
      var more = new ArrayList<>(expects);
      more.add(expect);
      return new Wrong(name, request, status, code, more);
    }
  }

  private static Wrong wrong(String name, int status, String code, byte[] request) {
    return new Wrong(name, Buffer.buffer(request), status, code, List.of());
  }

  private static byte[] get(String target, String... headers) {
    return RawHttp.request("GET", target, new byte[0], headers);
  }

  private static byte[] send(String method, String target, String body, String... headers) {
    return RawHttp.request(method, target, body.getBytes(UTF_8), headers);
  }

  private static byte[] post(String target, String json, String... headers) {
    return send("POST", target, json, with(JSON, headers));
  }

  private static String[] with(String[] some, String... more) {
    return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
  }

  static Stream<Wrong> wrong() {
    return Stream.of(
            paths(),
            methods(),
            origins(),
            tokens(),
            bodies(),
            sizes(),
            values(),
            articles(),
            live(),
            changes(),
            severalAtOnce())
        .flatMap(List::stream);
  }

  private static List<Wrong> paths() {
    return List.of(
        wrong("unknown path", 404, "not-found", get("/nowhere")),
        wrong("unknown path of the API", 404, "not-found", get("/api/v1/demo/nowhere")),
        wrong("another version", 404, "not-found", get("/api/v2/demo/comments?article=/a")),
        wrong("the API itself", 404, "not-found", get("/api/v1/demo")),
        wrong("unknown site", 404, "site-unknown", get("/api/v1/nobody/comments?article=/a")),
        wrong("no site's name", 404, "site-unknown", get("/api/v1/N%20o/comments?article=/a")),
        wrong(
            "unknown path of an unknown site", 404, "site-unknown", get("/api/v1/nobody/nowhere")),
        wrong("unknown problem", 404, "not-found", get("/problems/never-heard-of")),
        wrong(
            "unknown comment",
            404,
            "comment-unknown",
            get("/api/v1/demo/comments/0123456789abcdefghij")),
        wrong("no comment's id", 404, "comment-unknown", get("/api/v1/demo/comments/x")),
        wrong(
            "another site's comment",
            404,
            "comment-unknown",
            get("/api/v1/other/comments/" + root)),
        wrong(
            "replies of no comment",
            404,
            "comment-unknown",
            get("/api/v1/demo/comments/x/replies")),
        wrong("a path that is none", 400, "request-malformed", get("/api/v1/%zz/comments")),
        wrong(
                "a listed page may read that the path is unknown",
                404,
                "not-found",
                get("/api/v1/demo/nowhere", "Origin", own))
            .header("Access-Control-Allow-Origin", own)
            .header("Vary", "Origin, Accept-Encoding"));
  }

  /** Of comments that are there, and of articles. */
  private static List<Wrong> changes() {
    var comment = "/api/v1/demo/comments/" + root;
    var asGuest = "Bearer " + guest;
    var edit = "{\"text\":\"Other words.\"}";
    var cases = new ArrayList<Wrong>();
    for (var method : List.of("PATCH", "PUT", "DELETE")) {
      var target = method.equals("PUT") ? comment + "/vote" : comment;
      var body = method.equals("PUT") ? "{\"value\":1}" : method.equals("PATCH") ? edit : "";
      var json = body.isEmpty() ? new String[0] : JSON;
      cases.add(
          wrong(method + " by nobody", 401, "token-required", send(method, target, body, json))
              .header("WWW-Authenticate", "Bearer"));
      cases.add(
          wrong(
              method + " from a page elsewhere",
              403,
              "origin-not-allowed",
              send(method, target, body, with(json, "Origin", "https://evil.example"))));
      cases.add(
          wrong(
              method + " of no comment",
              404,
              "comment-unknown",
              send(
                  method,
                  target.replace(root, "0123456789abcdefghij"),
                  body,
                  with(json, "Authorization", asGuest))));
      cases.add(
          wrong(
              method + " of another site's comment",
              404,
              "comment-unknown",
              send(
                  method,
                  target.replace("/demo/", "/other/"),
                  body,
                  with(json, "Authorization", "Bearer " + otherGuest))));
    }
    for (var method : List.of("PATCH", "DELETE")) {
      cases.add(
          wrong(
              method + " of another's comment",
              404,
              "comment-unknown",
              send(
                  method,
                  "/api/v1/demo/comments/" + elsewhere,
                  method.equals("PATCH") ? edit : "",
                  with(JSON, "Authorization", asGuest))));
    }
    for (var value : List.of("2", "-2", "0.5", "\"1\"", "true", "[]")) {
      cases.add(
          wrong(
                  "a vote of " + value,
                  422,
                  "invalid-values",
                  send(
                      "PUT",
                      comment + "/vote",
                      "{\"value\":" + value + "}",
                      with(JSON, "Authorization", asGuest)))
              .at("#/value"));
    }
    cases.add(
        wrong(
            "a vote on a read-only article",
            409,
            "article-read-only",
            send(
                "PUT",
                "/api/v1/demo/comments/" + onReadOnly + "/vote",
                "{\"value\":1}",
                with(JSON, "Authorization", asGuest))));
    for (var state : List.of("read-only", "closed")) {
      cases.add(
          wrong(
              "a reaction to an article that is " + state,
              409,
              "article-" + state,
              send(
                  "PUT",
                  "/api/v1/demo/reactions/like?article=/" + state,
                  "",
                  "Authorization",
                  asGuest)));
    }
    cases.add(
        wrong(
            "no reaction of the site's",
            404,
            "reaction-unknown",
            send("DELETE", "/api/v1/demo/reactions/hug?article=/a", "", "Authorization", asGuest)));
    cases.add(
        wrong(
                "a reaction to nothing",
                422,
                "invalid-values",
                send("PUT", "/api/v1/demo/reactions/like", "", "Authorization", asGuest))
            .at("article"));
    cases.add(wrong("me as nobody", 401, "token-required", get("/api/v1/demo/me?article=/a")));
    cases.add(
        wrong(
            "revisions for a guest",
            403,
            "role-too-low",
            get("/api/v1/demo/admin/comments/" + root + "/revisions", "Authorization", asGuest)));
    cases.add(
        wrong(
                "more recent comments than there may be",
                422,
                "invalid-values",
                get("/api/v1/demo/recent?limit=101"))
            .at("limit"));
    cases.add(
        wrong(
                "replies by size of their branches",
                422,
                "invalid-values",
                get("/api/v1/demo/comments/" + root + "/replies?sort=discussed"))
            .at("sort"));
    return cases;
  }

  private static List<Wrong> methods() {
    var comments = "/api/v1/demo/comments?article=/a";
    return List.of(
        wrong("DELETE of a list", 405, "method-not-allowed", send("DELETE", comments, ""))
            .header("Allow", "GET, HEAD, POST, OPTIONS"),
        wrong("PATCH of a list", 405, "method-not-allowed", send("PATCH", comments, HELLO, JSON))
            .header("Allow", "GET, HEAD, POST, OPTIONS"),
        wrong("GET of a view", 405, "method-not-allowed", get("/api/v1/demo/views?article=/a"))
            .header("Allow", "POST, OPTIONS"),
        wrong(
                "POST of an article",
                405,
                "method-not-allowed",
                post("/api/v1/demo/article?article=/a", "{}"))
            .header("Allow", "GET, HEAD, OPTIONS"),
        wrong("POST of a page", 405, "method-not-allowed", post("/openapi.yaml", "{}"))
            .header("Allow", "GET, HEAD, OPTIONS"),
        wrong("a method nobody knows", 405, "method-not-allowed", send("BREW", comments, ""))
            .header("Allow", "GET, HEAD, POST, OPTIONS"));
  }

  private static List<Wrong> origins() {
    var comments = "/api/v1/demo/comments?article=/a";
    var cases = new ArrayList<Wrong>();
    for (var origin :
        List.of(
            FOREIGN, "null", own + ".evil.example", own + "/", "https" + own.substring(4), NEWS)) {
      cases.add(
          wrong(
                  "a comment from " + origin,
                  403,
                  "origin-not-allowed",
                  post(comments, HELLO, "Origin", origin))
              .without("Access-Control-Allow-Origin"));
    }
    for (var path : List.of("views?article=/fresh", "counts", "preview", "guests")) {
      cases.add(
          wrong(
                  "POST " + path,
                  403,
                  "origin-not-allowed",
                  post("/api/v1/demo/" + path, "{}", "Origin", FOREIGN))
              .without("Access-Control-Allow-Origin")
              .header("Cross-Origin-Resource-Policy", "same-origin"));
    }
    cases.add(
        wrong(
                "a foreign page's reading",
                422,
                "invalid-values",
                get(comments + "&limit=0", "Origin", FOREIGN))
            .without("Access-Control-Allow-Origin")
            .header("Vary", "Origin, Accept-Encoding"));
    cases.add(
        wrong("null reads", 422, "invalid-values", get(comments + "&limit=0", "Origin", "null"))
            .without("Access-Control-Allow-Origin"));
    cases.add(
        wrong(
                "a listed page's error",
                422,
                "invalid-values",
                get("/api/v1/news/comments?article=/a&limit=0", "Origin", NEWS))
            .header("Access-Control-Allow-Origin", NEWS)
            .header("Vary", "Origin, Accept-Encoding"));
    cases.add(
        wrong(
                "a listed page's 405",
                405,
                "method-not-allowed",
                send("PUT", comments, "", "Origin", own))
            .header("Access-Control-Allow-Origin", own));
    cases.add(
        wrong(
                "a listed page's bad token",
                401,
                "token-invalid",
                get(comments, "Origin", own, "Authorization", "Bearer x"))
            .header("Access-Control-Allow-Origin", own));
    cases.add(
        wrong(
                "a listed page's large body",
                413,
                "body-too-large",
                post(comments, "{\"text\":\"" + "x".repeat(70_000) + "\"}", "Origin", own))
            .header("Access-Control-Allow-Origin", own));
    cases.add(
        wrong(
                "the server's own page on another site",
                422,
                "invalid-values",
                get("/api/v1/news/comments?article=/a&limit=0", "Origin", own))
            .header("Access-Control-Allow-Origin", own));
    return cases;
  }

  private static List<Wrong> tokens() {
    var cases = new ArrayList<Wrong>();
    var broken = guest.substring(0, guest.length() - 1) + (guest.endsWith("A") ? "B" : "A");
    for (var token :
        List.of(
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            "Bearer nonsense",
            "Bearer gt_x",
            "Bearer gt_.",
            "Bearer aw_x",
            "Bearer a.b.c",
            "Bearer gt_g0000000000000000.x",
            "Bearer " + broken,
            "Bearer " + otherGuest,
            "Bearer " + otherStaff,
            guest,
            "Bearer " + guest + " x",
            "Bearer \u00e9")) {
      for (var request :
          List.of(
              get("/api/v1/demo/comments?article=/a", "Authorization", token),
              get("/api/v1/demo/admin/me", "Authorization", token),
              post("/api/v1/demo/comments?article=/a", HELLO, "Authorization", token),
              post("/api/v1/demo/views?article=/fresh", "{}", "Authorization", token))) {
        cases.add(
            wrong(
                    token + " at " + new String(request, ISO_8859_1).split(" HTTP", 2)[0],
                    401,
                    "token-invalid",
                    request)
                .header("WWW-Authenticate", "Bearer error=\"invalid_token\""));
      }
    }
    cases.add(
        wrong("nobody as staff", 401, "token-required", get("/api/v1/demo/admin/me"))
            .header("WWW-Authenticate", "Bearer"));
    cases.add(
        wrong(
            "a reader as staff",
            403,
            "role-too-low",
            get("/api/v1/demo/admin/me", "Authorization", "Bearer " + guest)));
    return cases;
  }

  private static List<Wrong> bodies() {
    var comments = "/api/v1/demo/comments?article=/a";
    var cases = new ArrayList<Wrong>();
    for (var type :
        List.of(
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "text/json",
            "multipart/form-data; boundary=x",
            "application/json-patch+json",
            ";")) {
      cases.add(
          wrong(
              "as " + type,
              415,
              "media-type-unsupported",
              send("POST", comments, HELLO, "Content-Type", type)));
    }
    cases.add(wrong("as nothing", 415, "media-type-unsupported", send("POST", comments, HELLO)));
    var deep = "{\"text\":\"x\",\"a\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";
    for (var body :
        List.of(
            "",
            " ",
            "{",
            "{\"text\":\"x\"",
            "{\"text\":\"x\"} x",
            "{\"text\":\"x\"}{}",
            "[]",
            "[" + HELLO + "]",
            "\"x\"",
            "7",
            "null",
            "true",
            "{'text':'x'}",
            "{text:\"x\"}",
            "{\"text\":\"x\",}",
            "{\"text\":\"x\",\"text\":\"y\"}",
            "{\"text\":\"a\u0001b\"}",
            "{\"text\":\"\\x\"}",
            "{\"text\":NaN}",
            "{\"text\":\"x\",\"author\":{\"name\":\"a\",\"name\":\"b\"}}",
            "/* */" + HELLO,
            "\ufeff" + HELLO,
            "{\"text\":\"x\",\"n\":" + "1".repeat(5_000) + "}",
            deep)) {
      var name = body.length() > 60 ? body.substring(0, 60) + "…" : body;
      cases.add(wrong("the body " + name, 400, "json-malformed", post(comments, body)));
    }
    for (var bytes :
        List.of(
            "{\"text\":\"\u00ff\"}",
            "{\"text\":\"\u00c0\u00af\"}",
            "{\"text\":\"\u00ed\u00a0\u0080\"}",
            "{\"text\":\"\u00e2\u0082\"}")) {
      cases.add(
          wrong(
              "not UTF-8",
              400,
              "json-malformed",
              RawHttp.request("POST", comments, bytes.getBytes(ISO_8859_1), JSON)));
    }
    cases.add(
        wrong(
            "a view's body",
            400,
            "json-malformed",
            post("/api/v1/demo/views?article=/fresh", "{")));
    cases.add(
        wrong(
            "a view's list",
            400,
            "json-malformed",
            post("/api/v1/demo/views?article=/fresh", "[]")));
    return cases;
  }

  private static List<Wrong> sizes() {
    var comments = "/api/v1/demo/comments?article=/a";
    var large = "{\"text\":\"" + "x".repeat(65_600) + "\"}";
    var cases = new ArrayList<Wrong>();
    cases.add(wrong("65,611 bytes", 413, "body-too-large", post(comments, large)));
    cases.add(
        wrong(
            "a megabyte",
            413,
            "body-too-large",
            post(comments, "{\"text\":\"" + "x".repeat(1_000_000) + "\"}")));
    cases.add(
        wrong(
            "announced only",
            413,
            "body-too-large",
            RawHttp.request(
                "POST", comments, new byte[0], with(JSON, "Content-Length", "99999999999"))));
    cases.add(
        wrong(
            "a continue that is not given",
            413,
            "body-too-large",
            RawHttp.request(
                "POST",
                comments,
                new byte[0],
                with(JSON, "Content-Length", "70000", "Expect", "100-continue"))));
    cases.add(wrong("in chunks", 413, "body-too-large", chunked(comments, large)));
    cases.add(
        wrong(
            "a view in chunks",
            413,
            "body-too-large",
            chunked("/api/v1/demo/views?article=/fresh", large)));
    cases.add(
        wrong(
            "strange expectations",
            417,
            "expectation-failed",
            post(comments, HELLO, "Expect", "a-miracle")));
    cases.add(
        wrong(
            "a long line",
            414,
            "uri-too-long",
            get("/api/v1/demo/comments?article=/" + "a".repeat(16 * 1024))));
    cases.add(wrong("a very long line", 414, "uri-too-long", get("/" + "a".repeat(200_000))));
    cases.add(
        wrong(
            "a large header",
            431,
            "headers-too-large",
            get("/", "X-Large", "a".repeat(16 * 1024 + 1))));
    cases.add(
        wrong(
            "many headers",
            431,
            "headers-too-large",
            get(
                "/",
                IntStream.range(0, 2_000)
                    .mapToObj(i -> i % 2 == 0 ? "X-" + i : "0123456789abcdef")
                    .toArray(String[]::new))));
    cases.add(
        wrong(
            "not HTTP",
            400,
            "request-malformed",
            "GET / HTTP/1.1\r\nBad Header: x\r\n\r\n".getBytes(UTF_8)));
    cases.add(
        wrong(
            "a length that is none",
            400,
            "request-malformed",
            RawHttp.request("POST", comments, new byte[0], with(JSON, "Content-Length", "-1"))));
    return cases;
  }

  private static byte[] chunked(String target, String body) {
    var out = new ByteArrayOutputStream();
    out.writeBytes(
        RawHttp.request("POST", target, new byte[0], with(JSON, "Transfer-Encoding", "chunked")));
    for (int i = 0; i < body.length(); i += 1_000) {
      var chunk = body.substring(i, Math.min(body.length(), i + 1_000));
      out.writeBytes(
          (Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n").getBytes(UTF_8));
    }
    out.writeBytes("0\r\n\r\n".getBytes(UTF_8));
    return out.toByteArray();
  }

  private static List<Wrong> values() {
    var cases = new ArrayList<Wrong>();
    for (var query :
        List.of(
            "limit=0",
            "limit=101",
            "limit=x",
            "limit=",
            "limit=-1",
            "limit=1.5",
            "limit=5&limit=5",
            "limit=99999999999999999999",
            "replies=-1",
            "replies=101",
            "depth=101",
            "depth=x",
            "sort=upwards",
            "sort=",
            "sort=newest&sort=oldest",
            "text=yes",
            "text=",
            "after=",
            "after=!",
            "after=abc",
            "after=n",
            "after=nzz",
            "after=o5",
            "after=n5&after=n5",
            "after=n" + "1".repeat(300))) {
      var name = query.substring(0, query.indexOf('='));
      cases.add(invalid("comments?article=/a&" + query).at(name));
    }
    for (var query : List.of("limit=0", "after=n5", "sort=best2", "text=2")) {
      var name = query.substring(0, query.indexOf('='));
      cases.add(invalid("comments/" + root + "/replies?" + query).at(name));
    }
    cases.add(invalid("comments?article=/a&limit=0&sort=x&after=!").at("sort", "after", "limit"));
    var unnamed =
        List.of(
            "",
            "article=",
            "article=/a&article=/b",
            "article=" + "a".repeat(513),
            "article=/" + "a".repeat(5_000),
            "article=%00",
            "article=a%0Ab",
            "article=http%3A%2F%2F");
    for (var query : unnamed) {
      cases.add(invalid("comments?" + query).at("article"));
      cases.add(invalid("article?" + query).at("article"));
      cases.add(invalid("POST", "comments?" + query, HELLO).at("article"));
      cases.add(invalid("POST", "views?" + query, "{}").at("article"));
      if (!query.contains("&")) {
        cases.add(invalid("counts?" + query).at("article"));
      }
    }
    cases.add(invalid("counts?" + "article=a&".repeat(101)).at("article"));
    cases.add(invalid("POST", "views?article=/fresh&dry=perhaps", "{}").at("dry"));
    cases.add(invalid("POST", "views?article=/fresh&dry=true&dry=true", "{}").at("dry"));
    cases.add(invalid("POST", "views?article=/fresh", "{\"title\":7}").at("#/title"));
    cases.add(
        invalid("POST", "views?article=/fresh", "{\"title\":\"" + "x".repeat(201) + "\"}")
            .at("#/title"));
    cases.add(invalid("POST", "views?article=/fresh", "{\"url\":[]}").at("#/url"));
    cases.add(invalid("POST", "counts", "{}").at("#/articles"));
    cases.add(invalid("POST", "counts", "{\"articles\":[]}").at("#/articles"));
    cases.add(invalid("POST", "counts", "{\"articles\":\"a\"}").at("#/articles"));
    cases.add(invalid("POST", "counts", "{\"articles\":[\"a\",7]}").at("#/articles/1"));
    cases.add(invalid("POST", "counts", "{\"articles\":[\"a\",null]}").at("#/articles/1"));
    cases.add(invalid("POST", "counts", "{\"articles\":[\"a\",\"b\\nc\"]}").at("#/articles/1"));
    cases.add(
        invalid("POST", "counts", "{\"articles\":[" + "\"a\",".repeat(100) + "\"a\"]}")
            .at("#/articles"));
    cases.addAll(drafts());
    for (var body :
        List.of(
            "{}",
            "{\"text\":\"\"}",
            "{\"text\":7}",
            "{\"text\":null}",
            "{\"text\":\"" + "x".repeat(10_001) + "\"}")) {
      cases.add(invalid("POST", "preview", body).at("#/text"));
    }
    for (var body :
        List.of("{\"name\":7}", "{\"name\":\"" + "x".repeat(61) + "\"}", "{\"name\":\"\"}")) {
      cases.add(invalid("POST", "guests", body).at("#/name"));
    }
    for (var key :
        List.of(
            "",
            "\"\"",
            "a b",
            "\"a b\"",
            "x".repeat(65),
            "\"" + "x".repeat(65) + "\"",
            "caf\u00e9",
            "a\tb")) {
      cases.add(
          wrong(
                  "the key " + key,
                  422,
                  "invalid-values",
                  post("/api/v1/demo/comments?article=/a", HELLO, "Idempotency-Key", key))
              .at("Idempotency-Key"));
    }
    cases.add(
        wrong(
                "two keys",
                422,
                "invalid-values",
                post(
                    "/api/v1/demo/comments?article=/a",
                    HELLO,
                    "Idempotency-Key",
                    "a",
                    "Idempotency-Key",
                    "a"))
            .at("Idempotency-Key"));
    return cases;
  }

  private static List<Wrong> drafts() {
    var cases = new ArrayList<Wrong>();
    var by = ",\"author\":{\"name\":\"Ada\"}}";
    for (var text :
        List.of(
            "",
            "null",
            "7",
            "[]",
            "{}",
            "\"\"",
            "\" \"",
            "\"\\n\\t\"",
            "\"\\u0001\"",
            "\"\\u202e\\u2066\"",
            "\"\\ud83d\"",
            "\"" + "x".repeat(10_001) + "\"")) {
      var body = text.isEmpty() ? "{" + by.substring(1) : "{\"text\":" + text + by;
      cases.add(draft(body, "#/text"));
    }
    for (var name :
        List.of("null", "7", "\"\"", "\"  \"", "\"\\ud83d\"", "\"" + "x".repeat(61) + "\"", "{}")) {
      cases.add(draft("{\"text\":\"x\",\"author\":{\"name\":" + name + "}}", "#/author/name"));
    }
    cases.add(draft("{\"text\":\"x\"}", "#/author/name"));
    cases.add(draft("{\"text\":\"x\",\"author\":null}", "#/author/name"));
    cases.add(draft("{\"text\":\"x\",\"author\":{}}", "#/author/name"));
    cases.add(draft("{\"text\":\"x\",\"author\":7}", "#/author"));
    cases.add(draft("{\"text\":\"x\",\"author\":\"Ada\"}", "#/author"));
    for (var email : List.of("7", "\"x\"", "\"a b@c\"", "\"" + "x".repeat(250) + "@y.zz\"")) {
      cases.add(
          draft(
              "{\"text\":\"x\",\"author\":{\"name\":\"Ada\",\"email\":" + email + "}}",
              "#/author/email"));
    }
    for (var parent : List.of("7", "\"\"", "\"a b\"", "\"" + "x".repeat(41) + "\"")) {
      cases.add(draft("{\"text\":\"x\",\"parent\":" + parent + by, "#/parent"));
    }
    cases.add(
        draft(
            "{\"text\":\"\",\"parent\":7,\"author\":{\"name\":\"\"}}",
            "#/text #/parent #/author/name"));
    for (var parent :
        List.of("x", "0123456789abcdefghij", root.toUpperCase(Locale.ROOT), elsewhere)) {
      cases.add(
          wrong(
              "the parent " + parent,
              422,
              "parent-unknown",
              post(
                  "/api/v1/demo/comments?article=/a",
                  "{\"text\":\"x\",\"parent\":\"" + parent + "\"" + by)));
    }
    return cases;
  }

  private static Wrong draft(String body, String places) {
    return invalid("POST", "comments?article=/a", body).at(places.split(" ", -1));
  }

  private static Wrong invalid(String path) {
    return invalid("GET", path, "");
  }

  private static Wrong invalid(String method, String path, String body) {
    var name = path + " " + body;
    var target = "/api/v1/demo/" + path;
    return wrong(
        name.length() > 100 ? name.substring(0, 100) + "…" : name,
        422,
        "invalid-values",
        body.isEmpty() ? get(target) : send(method, target, body, JSON));
  }

  private static List<Wrong> articles() {
    return List.of(
        wrong(
            "a comment",
            409,
            "article-read-only",
            post("/api/v1/demo/comments?article=/read-only", HELLO)),
        wrong(
            "a comment",
            409,
            "article-closed",
            post("/api/v1/demo/comments?article=/closed", HELLO)),
        wrong(
            "a guest's comment",
            409,
            "article-closed",
            post(
                "/api/v1/demo/comments?article=/closed",
                HELLO,
                "Authorization",
                "Bearer " + guest)));
  }

  private static List<Wrong> live() {
    var socket =
        new String[] {
          "Upgrade",
          "websocket",
          "Connection",
          "Upgrade",
          "Sec-WebSocket-Version",
          "13",
          "Sec-WebSocket-Key",
          "x3JJHMbDL1EzLkh9GBhXDw=="
        };
    return List.of(
        wrong("no upgrade", 426, "upgrade-required", get("/api/v1/demo/live?article=/a"))
            .header("Upgrade", "websocket"),
        wrong(
                "another upgrade",
                426,
                "upgrade-required",
                get("/api/v1/demo/live?article=/a", "Upgrade", "h2c"))
            .header("Upgrade", "websocket"),
        wrong(
            "an upgrade without a key",
            400,
            "request-malformed",
            get("/api/v1/demo/live?article=/a", "Upgrade", "websocket")),
        wrong("the server as a whole", 400, "request-malformed", send("OPTIONS", "*", "")),
        wrong("a tunnel", 400, "request-malformed", send("CONNECT", "news.example:443", "")),
        wrong(
            "an upgrade with a body",
            400,
            "request-malformed",
            send("GET", "/api/v1/demo/live?article=/a", "x", socket)),
        wrong(
            "staff's upgrade with a body",
            401,
            "token-required",
            send("GET", "/api/v1/demo/admin/live", "x", socket)),
        wrong(
            "an unknown site",
            404,
            "site-unknown",
            get("/api/v1/nobody/live?article=/a", with(socket, "Connection", "close"))),
        wrong(
            "a foreign page",
            403,
            "origin-not-allowed",
            get(
                "/api/v1/demo/live?article=/a",
                with(socket, "Origin", FOREIGN, "Connection", "close"))),
        wrong(
            "a page without an origin of its own",
            403,
            "origin-not-allowed",
            get(
                "/api/v1/demo/live?article=/a",
                with(socket, "Origin", "null", "Connection", "close"))),
        wrong(
            "a bad token",
            401,
            "token-invalid",
            get(
                "/api/v1/demo/live?article=/a",
                with(socket, "Authorization", "Bearer x", "Connection", "close"))),
        wrong(
            "staff's socket without a token",
            401,
            "token-required",
            get("/api/v1/demo/admin/live", with(socket, "Connection", "close"))),
        wrong(
            "staff's socket with a token of nobody among the sub-protocols",
            401,
            "token-invalid",
            get(
                "/api/v1/demo/admin/live",
                with(
                    socket,
                    "Sec-WebSocket-Protocol",
                    "afterword.v1, afterword.bearer.aw_nobody",
                    "Connection",
                    "close"))));
  }

  /** The first in the contract's order is told; of values all. */
  private static List<Wrong> severalAtOnce() {
    var bad =
        new String[] {"Origin", FOREIGN, "Authorization", "Bearer x", "Content-Type", "text/plain"};
    var large = "{\"text\":\"" + "x".repeat(70_000) + "\"}";
    return List.of(
        wrong("all wrong", 404, "not-found", send("PUT", "/api/v1/demo/nowhere", "{", bad)),
        wrong(
            "all wrong but the path",
            404,
            "site-unknown",
            send("PUT", "/api/v1/nobody/comments", "{", bad)),
        wrong(
            "all wrong but the site",
            405,
            "method-not-allowed",
            send("PUT", "/api/v1/demo/comments", "{", bad)),
        wrong(
            "all wrong but the method",
            403,
            "origin-not-allowed",
            send("POST", "/api/v1/demo/comments", "{", bad)),
        wrong(
            "all wrong but the origin",
            401,
            "token-invalid",
            send(
                "POST",
                "/api/v1/demo/comments",
                "{",
                "Authorization",
                "Bearer x",
                "Content-Type",
                "text/plain")),
        wrong(
            "all wrong but the token",
            415,
            "media-type-unsupported",
            send("POST", "/api/v1/demo/comments", "{", "Content-Type", "text/plain")),
        wrong(
            "large and without a type",
            415,
            "media-type-unsupported",
            send("POST", "/api/v1/demo/comments", large)),
        wrong("all wrong but the type", 400, "json-malformed", post("/api/v1/demo/comments", "{")),
        wrong(
            "large and without an article",
            413,
            "body-too-large",
            post("/api/v1/demo/comments", large)),
        wrong("only values", 422, "invalid-values", post("/api/v1/demo/comments", "{}"))
            .at("article", "#/text"),
        wrong(
                "a view's values",
                422,
                "invalid-values",
                post("/api/v1/demo/views?dry=x", "{\"title\":7}"))
            .at("article", "dry", "#/title"),
        wrong(
                "wrong values on a closed article",
                422,
                "invalid-values",
                post("/api/v1/demo/comments?article=/closed", "{\"text\":\"\"}"))
            .at("#/text"),
        wrong(
            "a foreign page with a bad token",
            403,
            "origin-not-allowed",
            get(
                "/api/v1/demo/live?article=/a",
                "Upgrade",
                "websocket",
                "Origin",
                FOREIGN,
                "Authorization",
                "Bearer x")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void wrong(Wrong wrong) {
    var before = everything();
    var reply = RawHttp.send(server.url(), wrong.request.getBytes());
    assertProblem(reply, wrong.status, wrong.code);
    for (var expect : wrong.expects) {
      check(reply, expect);
    }
    assertThat(everything()).as("nothing changed in the store").isEqualTo(before);
  }

  private static void check(Reply reply, String expect) {
    var rest = expect.substring(expect.indexOf(' ') + 1);
    if (expect.startsWith("header ")) {
      int cut = rest.indexOf('=');
      assertThat(reply.header(rest.substring(0, cut)))
          .as(expect)
          .isEqualTo(rest.substring(cut + 1));
    } else if (expect.startsWith("without ")) {
      assertThat(reply.header(rest)).as(expect).isNull();
    } else {
      var places =
          new JsonObject(reply.body())
              .getJsonArray("errors", new JsonArray()).stream()
                  .map(JsonObject.class::cast)
                  .peek(error -> assertThat(error.getString("detail")).isNotBlank())
                  .map(error -> error.getString("pointer", error.getString("parameter")))
                  .toList();
      assertThat(places).as(reply.body()).containsExactlyInAnyOrder(rest.split(" ", -1));
    }
  }

  /** A whole problem document, as RFC 9457 and the contract have it. */
  private static void assertProblem(Reply reply, int status, String code) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    var json = new JsonObject(reply.body());
    assertThat(json.getString("code")).as(reply.body()).isEqualTo(code);
    assertThat(reply.header("Content-Type")).isEqualTo("application/problem+json");
    assertThat(json.getInteger("status")).isEqualTo(status);
    assertThat(json.getString("title")).isNotBlank();
    assertThat(json.getString("detail")).isNotBlank();
    assertThat(json.getString("instance")).isEqualTo(reply.header("X-Request-Id")).isNotBlank();
    assertThat(reply.body()).doesNotContainPattern(INSIDE);
    assertThat(json.getString("type")).isEqualTo(own + "/problems/" + code);
    assertThat(reply.header("Cache-Control")).isEqualTo("no-store");
    assertSecurityHeaders(reply);
    if (KNOWN_TYPES.add(json.getString("type"))) {
      var page = RawHttp.send(own, get(URI.create(json.getString("type")).getPath()));
      assertThat(page.status()).isEqualTo(200);
      assertThat(page.header("Content-Type")).startsWith("text/html");
      assertThat(page.header("Access-Control-Allow-Origin")).isEqualTo("*");
      assertThat(page.body()).contains(json.getString("title"));
      assertSecurityHeaders(page);
    }
  }

  private static void assertSecurityHeaders(Reply reply) {
    assertThat(reply.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(reply.header("Referrer-Policy")).isEqualTo("strict-origin-when-cross-origin");
    assertThat(reply.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(reply.header("Content-Security-Policy")).contains("frame-ancestors 'none'");
    assertThat(reply.header("Cross-Origin-Resource-Policy")).isIn("same-origin", "cross-origin");
    assertThat(reply.header("X-Request-Id")).isNotBlank();
    assertThat(reply.header("Access-Control-Allow-Credentials")).isNull();
    assertThat(reply.header("Server")).isNull();
  }

  /** Every key of the store with what it holds. */
  private static Map<String, String> everything() {
    try (Resp store = TestStore.connect()) {
      var keys = store.list("KEYS", "*");
      keys.forEach(key -> store.send("DUMP", (String) key));
      var all = new TreeMap<String, String>();
      keys.forEach(key -> all.put((String) key, (String) store.read()));
      return all;
    }
  }

  @Test
  void head_isGetWithoutItsBody() {
    for (var path :
        List.of(
            "/api/v1/demo/comments?article=/a",
            "/api/v1/demo/comments/" + root,
            "/api/v1/demo/counts?article=/a",
            "/api/v1/demo/article?article=/a",
            "/openapi.yaml",
            "/docs",
            "/about/counting",
            "/problems/not-found",
            "/embed.js",
            "/",
            "/nowhere",
            "/api/v1/demo/comments?article=/a&limit=0")) {
      var get = RawHttp.send(own, get(path, "Origin", own));
      var head = RawHttp.send(own, send("HEAD", path, "", "Origin", own));
      assertThat(head.body()).as(path).isEmpty();
      assertThat(head.status()).as(path).isEqualTo(get.status());
      for (var name :
          List.of("ETag", "Content-Type", "Cache-Control", "Vary", "Access-Control-Allow-Origin")) {
        assertThat(head.header(name)).as(path + " " + name).isEqualTo(get.header(name));
      }
      if (get.status() == 200) {
        assertThat(head.header("Content-Length")).as(path).isEqualTo(get.header("Content-Length"));
      }
    }
  }

  @Test
  void preflight_ofAListedPage_isAllowed() {
    var reply =
        RawHttp.send(
            own,
            send(
                "OPTIONS",
                "/api/v1/news/comments?article=/a",
                "",
                "Origin",
                NEWS,
                "Access-Control-Request-Method",
                "POST",
                "Access-Control-Request-Headers",
                "content-type"));
    assertThat(reply.status()).isEqualTo(204);
    assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(NEWS);
    assertThat(reply.header("Access-Control-Allow-Methods"))
        .isEqualTo("GET, HEAD, POST, PUT, PATCH, DELETE");
    assertThat(reply.header("Access-Control-Allow-Headers"))
        .isEqualTo("Authorization, Content-Type, Idempotency-Key, If-None-Match");
    assertThat(reply.header("Access-Control-Max-Age")).isEqualTo("7200");
    assertThat(reply.header("Vary")).isEqualTo("Origin, Accept-Encoding");
    assertSecurityHeaders(reply);
  }

  @Test
  void preflight_ofAForeignPage_isAnsweredWithoutLeave() {
    for (var origin : List.of(FOREIGN, "null")) {
      var reply =
          RawHttp.send(
              own,
              send(
                  "OPTIONS",
                  "/api/v1/news/comments?article=/a",
                  "",
                  "Origin",
                  origin,
                  "Access-Control-Request-Method",
                  "POST"));
      assertThat(reply.status()).isEqualTo(204);
      assertThat(reply.headers()).noneMatch(text -> text.startsWith("access-control-"));
    }
  }

  @Test
  void aListedPage_mayReadEveryAnswer_304Included() {
    var path = "/api/v1/news/comments?article=/a";
    var first = RawHttp.send(own, get(path, "Origin", NEWS));
    assertThat(first.status()).isEqualTo(200);
    var again = RawHttp.send(own, get(path, "Origin", NEWS, "If-None-Match", first.header("ETag")));
    assertThat(again.status()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
    for (var reply : List.of(first, again)) {
      assertThat(reply.header("Access-Control-Allow-Origin")).isEqualTo(NEWS);
      assertThat(reply.header("Access-Control-Expose-Headers"))
          .isEqualTo(
              "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Replayed, X-Request-Id");
      assertThat(reply.header("Vary")).isEqualTo("Origin, Accept-Encoding");
      assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("cross-origin");
      assertThat(reply.header("ETag")).isEqualTo(first.header("ETag"));
      assertThat(reply.header("Cache-Control")).isEqualTo("public, no-cache");
      assertSecurityHeaders(reply);
    }
  }

  @Test
  void aForeignPage_getsNoLeaveToRead() {
    for (var origin : List.of(FOREIGN, "null")) {
      var reply = RawHttp.send(own, get("/api/v1/news/comments?article=/a", "Origin", origin));
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.headers()).noneMatch(text -> text.startsWith("access-control-"));
      assertThat(reply.header("Vary")).isEqualTo("Origin, Accept-Encoding");
      assertThat(reply.header("Cross-Origin-Resource-Policy")).isEqualTo("same-origin");
    }
  }

  @Test
  void everyProblem_hasAPage() {
    for (var type : ProblemType.values()) {
      var page = RawHttp.send(own, get("/problems/" + type.code()));
      assertThat(page.status()).as(type.code()).isEqualTo(200);
      assertThat(page.body()).contains(type.title(), type.code());
    }
  }

  @Test
  void aBodyThatIsJustNotTooLarge_isTaken() {
    var head = "{\"text\":\"x\",\"author\":{\"name\":\"Ada\"},\"more\":\"";
    var body = head + "y".repeat(64 * 1024 - head.length() - 2) + "\"}";
    assertThat(RawHttp.send(own, post("/api/v1/demo/comments?article=/full", body)).status())
        .isEqualTo(201);
    assertThat(RawHttp.send(own, chunked("/api/v1/demo/comments?article=/full", body)).status())
        .isEqualTo(201);
  }
}
