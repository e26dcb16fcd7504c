package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.http.Contract;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.OnStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each kind of caller may do with a comment in each state that it, or its article, can be in.
 * All that is expected stands in {@code states.txt}: an operation on comments that has no rows
 * there fails the test, and so does a verdict.
 */
@OnStore
@Timeout(300)
class StatesTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final JsonObject TEXT = new JsonObject().put("text", "changed");

  /** The kinds of callers, in the order of the columns. */
  private static final List<String> CALLERS;

  /** What is answered, by operation and state. */
  private static final Map<String, List<String>> TABLE = new LinkedHashMap<>();

  static {
    var lines = lines();
    CALLERS = lines.get(0);
    lines
        .subList(1, lines.size())
        .forEach(line -> TABLE.put(line.get(0) + ' ' + line.get(1), line.subList(2, line.size())));
  }

  private static Contract contract;
  private static TestServer server;
  private static Desk desk;

  /** Tokens by kind of caller; the author's is that of each comment. */
  private static final Map<String, String> TOKENS = new LinkedHashMap<>();

  private static int articles;

  @BeforeAll
  static void start() {
    contract = Contract.load(VERTX).await();
    server = TestServer.unlimited();
    server.addSite("ours");
    server.addSite("theirs");
    desk = server.desk("ours", Role.OWNER);
    var banned = guest();
    TOKENS.put("guest", guest().getString("token"));
    TOKENS.put("banned", banned.getString("token"));
    desk.done("PUT", "admin/bans/" + id(banned), new JsonObject());
    for (var role : Role.values()) {
      TOKENS.put(role.word(), server.addStaff("ours", role));
    }
    TOKENS.put("other-owner", server.addStaff("theirs", Role.OWNER));
    TOKENS.put("chief", server.staffToken());
  }

  @AfterAll
  static void stop() {
    server.close();
    VERTX.close().await();
  }

  private static List<List<String>> lines() {
    try (var in = StatesTest.class.getResourceAsStream("states.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .map(line -> List.of(line.trim().split(" +")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonObject guest() {
    return new JsonObject(server.post("/api/v1/ours/guests", "{\"name\":\"Gus\"}").body());
  }

  private static String id(JsonObject guest) {
    return guest.getJsonObject("author").getString("id");
  }

  static Stream<String> rows() {
    return TABLE.keySet().stream();
  }

  @Test
  void everyOperationOnAComment_hasRows() {
    var wanted = new TreeSet<>(List.of("reply"));
    contract.operations().stream()
        .filter(each -> contract.endpoint(each).path().contains("/comments/{id}"))
        .forEach(wanted::add);
    Stream.of(Verdict.values()).forEach(each -> wanted.add(each.word()));
    var rows = new TreeSet<String>();
    for (var operation : wanted) {
      for (var state : State.values()) {
        rows.add(operation + ' ' + state.name().toLowerCase(Locale.ROOT));
      }
    }
    assertThat(new TreeSet<>(TABLE.keySet())).isEqualTo(rows);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aRow_isAsTheTableSays(String row) {
    var words = row.split(" ", 2);
    var state = State.valueOf(words[1].toUpperCase(Locale.ROOT));
    var answers = new ArrayList<String>();
    for (var caller : CALLERS) {
      answers.add(answer(words[0], state.make(), caller));
    }
    assertThat(answers).as(CALLERS.toString()).isEqualTo(TABLE.get(row));
  }

  /** A comment as it was posted. */
  private record Made(String id, String token, String article) {}

  /** What a comment can be, or its article. */
  private enum State {
    VISIBLE,
    PENDING,
    REJECTED,
    SPAM,
    /** By its author. */
    WITHDRAWN,
    /** By a moderator. */
    DELETED,
    READ_ONLY,
    CLOSED;

    Made make() {
      var article = "/" + articles++;
      if (this == PENDING) {
        article(article, "moderation", "pre");
      }
      var posted = desk.post(article, "as it was");
      var id = posted.getJsonObject("comment").getString("id");
      var token = posted.getString("token");
      switch (this) {
        case REJECTED -> desk.decide("reject", id);
        case SPAM -> desk.decide("spam", id);
        case DELETED -> desk.decide("delete", id);
        case WITHDRAWN ->
            server.send("DELETE", desk.path("comments/" + id), "", "Authorization", bearer(token));
        case READ_ONLY -> article(article, "state", "read-only");
        case CLOSED -> article(article, "state", "closed");
        case VISIBLE, PENDING -> {}
      }
      return new Made(id, token, article);
    }

    private static void article(String article, String name, String value) {
      var change = new JsonObject().put(name, value);
      desk.done("PATCH", "admin/article?article=" + article, change);
    }
  }

  private static String bearer(String token) {
    return "Bearer " + token;
  }

  /** The status; of a verdict that is answered with 200, {@code ok} or {@code no}. */
  private static String answer(String operation, Made made, String caller) {
    var headers = new ArrayList<String>();
    var token = caller.equals("author") ? made.token : TOKENS.get(caller);
    if (token != null) {
      headers.addAll(List.of("Authorization", bearer(token)));
    }
    var body = body(operation, made, caller);
    if (body != null) {
      headers.addAll(List.of("Content-Type", "application/json"));
    }
    var endpoint = contract.endpoint(idOf(operation));
    var path = endpoint.path().replace("{site}", "ours").replace("{id}", made.id);
    var answer =
        server.send(
            endpoint.method().name(),
            path + (operation.equals("reply") ? "?article=" + made.article : ""),
            body == null ? "" : body.encode(),
            headers.toArray(String[]::new));
    if (endpoint.path().endsWith("/verdicts") && answer.statusCode() == 200) {
      var result = new JsonObject(answer.body()).getJsonArray("results").getJsonObject(0);
      return result.getBoolean("ok") ? "ok" : "no";
    }
    return String.valueOf(answer.statusCode());
  }

  private static String idOf(String operation) {
    return operation.equals("reply")
        ? "postComment"
        : Verdict.of(operation).isPresent() ? "decide" : operation;
  }

  private static JsonObject body(String operation, Made made, String caller) {
    return switch (operation) {
      case "reply" ->
          caller.equals("anonymous")
              ? TEXT.copy().put("parent", made.id).put("author", new JsonObject().put("name", "An"))
              : TEXT.copy().put("parent", made.id);
      case "editComment" -> TEXT;
      case "vote" -> new JsonObject().put("value", 1);
      case "reportComment" -> new JsonObject().put("reason", "spam");
      default ->
          Verdict.of(operation).isEmpty()
              ? null
              : new JsonObject().put("ids", new JsonArray().add(made.id)).put("verdict", operation);
    };
  }
}
