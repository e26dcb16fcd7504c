package dev.afterword.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.http.Contract;
import dev.afterword.http.WrittenExamples;
import dev.afterword.support.EventsClient;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.LogLines;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A word that is easily found in every place that is secret, and then a search for those words in
 * everything that is public: every operation of the contract that is not for staff, the pages, live
 * streams and replays, refusals, metrics and the log.
 */
@OnStore
@Timeout(120)
class CanaryTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String SITE = "aviary";
  private static final String ADDRESS = "198.51.100.77";
  private static final String SIXTH = "2001:db8:77:78:79:80:81:82";
  private static final String MAIL = "Canary.Mail@quiet.example";

  /** What must not be found, by what it is. */
  private final Map<String, String> canaries = new LinkedHashMap<>();

  private final StringBuilder seen = new StringBuilder();
  private TestServer server;
  private String moderator;

  @Test
  void noSecret_isInAnythingPublic() throws Exception {
    var secret = canary("AFTERWORD_SECRET", "canary-4Jm2xQ8vK1zR7wT5yB9nD3pL6sF0uGhC");
    try (var log = new LogLines();
        var started = TestServer.start(Map.of("AFTERWORD_SECRET", secret))) {
      server = started;
      fill();
      var position = position("/held");
      try (var socket = LiveClient.open(server.url(), SITE, "article=/held");
          var events = EventsClient.open(server.url(), SITE, "article=/held")) {
        socket.await("hello");
        events.await("hello");
        hide();
        var last = post("/held", "the last", "Nobody", true);
        decide("approve", "fine", last);
        assertThat(socket.await("comment.created").encode()).contains("the last");
        assertThat(events.await("comment.created").encode()).contains("the last");
        seen.append(socket.messages()).append(events.messages());
      }
      replay("/held", position, "the last");
      replay("/gone", position("/gone").replaceFirst(":.*", ":0"), "comment.removed");
      readEverything();
      operate();
      log.all().forEach(each -> seen.append(each).append('\n'));
    }
    assertThat(seen).contains("the last", "visible to all", "# HELP", "token-invalid");
    digestsOf("the address", ADDRESS, InetAddress.getByName(ADDRESS).getAddress());
    digestsOf("the other address", SIXTH, InetAddress.getByName(SIXTH).getAddress());
    digestsOf("the e-mail address", MAIL.toLowerCase(Locale.ROOT), MAIL.getBytes(UTF_8));
    canary("the address's network", "198.51.100");
    canary("the other address's network", "2001:db8:77:78");
    var text = seen.toString().toLowerCase(Locale.ROOT);
    assertThat(canaries).hasSizeGreaterThan(30);
    var found = new TreeMap<String, String>();
    canaries.forEach(
        (what, canary) -> {
          int at = text.indexOf(canary.toLowerCase(Locale.ROOT));
          if (at >= 0) {
            found.put(what, text.substring(Math.max(0, at - 200), at + canary.length()));
          }
        });
    assertThat(found).isEmpty();
  }

  private String canary(String what, String value) {
    canaries.put(what, value);
    return value;
  }

  private void digestsOf(String what, String text, byte[] raw) throws GeneralSecurityException {
    canary(what, text);
    for (var algorithm : List.of("SHA-256", "SHA-1", "MD5")) {
      for (var bytes : List.of(text.getBytes(UTF_8), raw)) {
        var digest = MessageDigest.getInstance(algorithm).digest(bytes);
        var kind = what + ' ' + algorithm + ' ' + bytes.length;
        canary(kind + " in hex", HexFormat.of().formatHex(digest).substring(0, 20));
        canary(kind, Base64.getUrlEncoder().encodeToString(digest).substring(0, 16));
        canary(kind + " in base64", Base64.getEncoder().encodeToString(digest).substring(0, 16));
      }
    }
  }

  /** A site with keys, staff, a session, word lists, guests and a ban. */
  private void fill() {
    server.addSite(SITE, "https://aviary.example");
    // As settings are kept: no server has asked for them yet, and so none has older ones.
    try (var store = TestStore.connect()) {
      var name = '{' + SITE + "}:settings";
      var settings = new JsonObject(store.text("HGET", name, "j"));
      settings.put("heldWords", new JsonArray().add(canary("a held word", "canaryheldword")));
      settings.put("refusedWords", new JsonArray().add(canary("a refused word", "canarybadword")));
      store.call("HSET", name, "j", settings.encode());
      store.call("HINCRBY", name, "v", "1");
    }
    var key = canary("the site's key", "canary-site-key-0123456789-abcdefghij-klm");
    server.command(0, "site", "set", SITE, "--sso-key", server.file("key", key).toString());
    seen.append(server.command(0, "site", "list")).append(server.command(0, "check-config"));
    canary("the owner's token", server.staffToken());
    moderator = canary("a moderator's token", server.addStaff(SITE, Caller.Role.OWNER));
    var cookie =
        server
            .post(path("admin/session"), new JsonObject().put("token", moderator).encode())
            .headers()
            .firstValue("Set-Cookie")
            .orElseThrow();
    canary("a session", cookie.replaceFirst(";.*", "").replaceFirst(".*=", ""));
    staff("PATCH", "admin/article?article=/held", new JsonObject().put("moderation", "pre"));
    post("/a", "visible to all", "Somebody", false);
  }

  /** What is hidden in each way, and why. */
  private void hide() {
    hidden("pending", "/held");
    for (var verdict : List.of("reject", "spam", "delete")) {
      decide(verdict, canary("a reason to " + verdict, "canary-why-" + verdict), hid(verdict));
    }
    var note = canary("a report's note", "canary-note-of-a-reader");
    var shown = post("/gone", canary("a text taken away", "canarytextgone"), "Passing", false);
    var report = new JsonObject().put("reason", "abuse").put("note", note).encode();
    var guest = token(server.post(path("guests"), "{}", "X-Forwarded-For", SIXTH));
    var reported =
        server.post(
            path("comments/" + shown + "/reports"), report, "Authorization", "Bearer " + guest);
    assertThat(reported.statusCode()).as(reported.body()).isEqualTo(202);
    canary("a guest's token", guest);
    decide("delete", canary("a reason", "canary-why-gone"), shown);
    hidden("a held word's", "/b", " canaryheldword");
    var rejected =
        server.post(path("comments?article=/b"), draft("canarybadword", "Ada").encode()).body();
    assertThat(rejected).contains("comment-refused");
    seen.append(rejected);
    var ban = new JsonObject().put("reason", canary("a ban's reason", "canary-banned"));
    var banned = posted("/a", "banned soon", "Somebody else").getJsonObject("author");
    staff("PUT", "admin/bans/" + banned.getString("id"), ban.put("network", true));
  }

  private String hid(String verdict) {
    return hidden(verdict, "/held");
  }

  private String hidden(String what, String article, String... words) {
    var word = what.replaceAll("[^a-z]", "");
    var text = canary("the text of " + what, "canarytext" + word) + String.join("", words);
    return post(article, text, canary("the name of " + what, "Canaryname" + word), true);
  }

  private static JsonObject draft(String text, String name) {
    var author = new JsonObject().put("name", name).put("email", MAIL);
    return new JsonObject().put("text", text).put("author", author);
  }

  private JsonObject posted(String article, String text, String name) {
    int number = canaries.size();
    var answer =
        server.post(
            path("comments?article=" + article),
            draft(text + ' ' + number, name).encode(),
            "X-Forwarded-For",
            number % 2 == 0 ? ADDRESS : SIXTH,
            "Idempotency-Key",
            canary("key " + number, "canary-idempotency-key-" + number));
    assertThat(answer.statusCode()).as(answer.body()).isIn(201, 202);
    canary("the token of a guest " + number, token(answer));
    return new JsonObject(answer.body()).getJsonObject("comment");
  }

  private String post(String article, String text, String name, boolean held) {
    var comment = posted(article, text, name);
    assertThat(comment.getString("state")).isEqualTo(held ? "pending" : "visible");
    return comment.getString("id");
  }

  private static String token(HttpResponse<String> answer) {
    return new JsonObject(answer.body()).getString("token");
  }

  private void decide(String verdict, String reason, String id) {
    var call = new JsonObject().put("ids", new JsonArray().add(id)).put("verdict", verdict);
    staff("POST", "admin/verdicts", call.put("reason", reason));
  }

  private void staff(String method, String rest, JsonObject body) {
    var answer =
        server.send(
            method,
            path(rest),
            body.encode(),
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + moderator,
            "Idempotency-Key",
            canary("key " + canaries.size(), "canary-idempotency-key-" + canaries.size()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private static String path(String rest) {
    return "/api/v1/" + SITE + '/' + rest;
  }

  private String position(String article) {
    var list = server.get(path("comments?article=" + article)).body();
    return new JsonObject(list).getString("position");
  }

  private void replay(String article, String since, String until) {
    var query = "article=" + article + "&since=" + since;
    try (var socket = LiveClient.open(server.url(), SITE, query);
        var events = EventsClient.open(server.url(), SITE, query)) {
      Eventually.holds("all", () -> socket.messages().toString().contains(until));
      Eventually.holds("all", () -> events.messages().toString().contains(until));
      seen.append(socket.messages()).append(events.messages());
    }
  }

  /** As a stranger, as a guest, with tokens that are wrong, and with wrong parameters. */
  private void readEverything() {
    var contract = Contract.load(VERTX).await();
    var examples = new WrittenExamples(contract);
    var guest = token(server.post(path("guests"), "{}"));
    for (var operation : contract.operations()) {
      boolean get = contract.endpoint(operation).method().name().equals("GET");
      if (get && !operation.equals("live")) {
        for (var article : List.of("/a", "/held", "/gone", "/b")) {
          var target = examples.target(operation, SITE, article.substring(1));
          target = target.replaceFirst("article=[^&]*", "article=" + article);
          note(server.get(target));
          note(server.get(target, "Authorization", "Bearer " + guest));
          note(server.get(target, "Authorization", "Bearer " + moderator + 'x'));
        }
      }
    }
    for (var sort : List.of("newest", "oldest", "best", "discussed")) {
      note(server.get(path("comments?article=/held&text=true&sort=" + sort)));
      note(server.get(path("comments?article=/gone&text=true&sort=" + sort)));
    }
    for (var page : List.of("/", "/docs", "/admin", "/thread/" + SITE + "?article=/held")) {
      note(server.get(page));
    }
    note(server.get(path("feed.atom")));
    note(server.get(path("feed.atom?article=/gone")));
    note(server.get(path("comments?article=/a"), "Cookie", "afterword-" + SITE + "=x"));
  }

  private void note(HttpResponse<String> answer) {
    seen.append(answer.headers().map()).append(answer.body()).append('\n');
  }

  private void operate() throws IOException, InterruptedException {
    for (var page : List.of("/metrics", "/health/live", "/health/ready")) {
      var request = HttpRequest.newBuilder(URI.create(server.operationsUrl() + page)).build();
      note(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()));
    }
  }
}
