package dev.afterword.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import dev.afterword.Logging;
import dev.afterword.TestServer;
import dev.afterword.support.LogLines;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Line ends and other control characters in everything that a client may fill in: they begin no
 * header and no line of the log, are not kept, and trip nobody up. The operations, their parameters
 * and their bodies are those of the contract.
 */
@OnStore
@Timeout(120)
class ControlsTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final String LINES = "Ada\r\nX-Injected: yes\r\n\r\n<b>";
  private static final String CONTROLS = "Ada" + controls(0, 0x20) + "x";
  private static final String MORE = "Ada" + controls(0x7F, 0xA0) + "\u2028\u2029x";

  private static final Set<String> AS_SENT = Set.of("text", "pointer");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\u2028\u2029&&[^\n\t]]");

  private static WrittenExamples examples;
  private static Contract contract;
  private static TestServer server;
  private static LogLines log;
  private static String comment;
  private static String guest;

  /** What is rejected meanwhile, by somebody who is banned. */
  private static JsonObject other;

  @BeforeAll
  static void start() {
    contract = Contract.load(VERTX).await();
    examples = new WrittenExamples(contract);
    log = new LogLines();
    server = TestServer.unlimited();
    server.addSite("controls", "https://controls.example");
    var draft = "{\"text\":\"Hello\",\"author\":{\"name\":\"Ada\"}}";
    var path = "/api/v1/controls/comments?article=/a";
    var posted = new JsonObject(server.post(path, draft).body());
    comment = posted.getJsonObject("comment").getString("id");
    guest = posted.getString("token");
    other = new JsonObject(server.post(path, draft).body()).getJsonObject("comment");
  }

  @AfterAll
  static void stop() {
    server.close();
    VERTX.close().await();
    log.close();
  }

  private static String controls(int from, int to) {
    return IntStream.range(from, to)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  static Stream<String> all() {
    return examples.all().stream();
  }

  static Stream<String> writesOfJson() {
    return examples.writes().stream().filter(each -> examples.body(each) != null);
  }

  @ParameterizedTest
  @MethodSource("writesOfJson")
  void inEveryTextOfABody_theyAreRefusedOrTakenOut(String operation) {
    var callers =
        List.of(List.<String>of(), bearer(guest), bearer(server.staffToken())).stream()
            .skip(contract.staffRole(operation) == null ? 0 : 2)
            .toList();
    int taken = 0;
    for (var text : List.of(LINES, CONTROLS, MORE)) {
      for (var body : examples.with(operation, text)) {
        for (var caller : callers) {
          var headers = new ArrayList<>(caller);
          headers.addAll(List.of("Content-Type", "application/json"));
          var json = real(body);
          var reply = send(operation, target(operation), json, headers);
          check(operation + ' ' + json, reply);
          taken += reply.status() < 300 ? 1 : 0;
        }
      }
    }
    // Of a token, of settings and of keys, every text has to be as it should.
    if (!Set.of("beginSession", "changeSettings", "moveArticle").contains(operation)) {
      assertThat(taken).isPositive();
    }
    assertLogIsClean();
    for (var reading : examples.all()) {
      if (contract.endpoint(reading).method().name().equals("GET")) {
        var reply = send(reading, target(reading), "", bearer(server.staffToken()));
        check(reading + " after " + operation, reply);
      }
    }
  }

  @Test
  void inEveryFieldOfTheForm_theyAreRefusedOrTakenOut() {
    var fields = List.of("text", "name", "parent", "key", "trap", "back", "other");
    for (var text : List.of(LINES, CONTROLS, MORE)) {
      for (var field : fields) {
        var form = new TreeMap<>(Map.of("text", "Hello", "name", "Ada"));
        form.put(field, text);
        var body = new ArrayList<String>();
        form.forEach((name, value) -> body.add(name + '=' + TestServer.encoded(value)));
        var reply =
            send(
                "postFromPage",
                target("postFromPage"),
                String.join("&", body),
                "Content-Type",
                "application/x-www-form-urlencoded");
        check("postFromPage " + body, reply);
        assertThat(reply.status()).isIn(303, 422);
      }
    }
    check("threadPage", send("threadPage", target("threadPage"), ""));
    assertLogIsClean();
  }

  @ParameterizedTest
  @MethodSource("all")
  void inEveryParameterAndSegment_theyAreAnswered(String operation) {
    for (var evil :
        List.of("%0d%0aX-Injected:%20yes%0d%0a%0d%0a", "x%00%1b%7f%C2%85%E2%80%A8", "%0A", "%FF")) {
      var good = examples.target(operation, "controls", comment);
      var targets = new ArrayList<String>();
      for (var name : examples.queryNames(operation)) {
        var rest = good.replaceFirst("([?&])" + name + "=[^&]*", "$1");
        targets.add(rest + (rest.contains("?") ? "&" : "?") + name + '=' + evil);
      }
      var path = contract.endpoint(operation).path();
      for (var each : path.split("/", -1)) {
        if (each.startsWith("{")) {
          var target =
              path.replace(each, evil).replace("{site}", "controls").replace("{name}", "x");
          targets.add(target.replaceAll("\\{[a-z]+}", comment));
        }
      }
      var example = examples.body(operation);
      var body = example == null ? "" : example.encode();
      for (var target : targets) {
        if (!operation.equals("deleteComment") || !target.contains(comment)) {
          var headers = new ArrayList<>(bearer(server.staffToken()));
          headers.addAll(List.of("Content-Type", "application/json"));
          check(operation + ' ' + target, send(operation, target, body, headers));
        }
      }
    }
    assertLogIsClean();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Idempotency-Key",
        "Authorization",
        "Origin",
        "If-None-Match",
        "X-Forwarded-For",
        "X-Request-Id",
        "User-Agent",
        "Cookie",
        "Accept",
        "Accept-Encoding",
        "Last-Event-ID",
        "Sec-WebSocket-Protocol",
        "Sec-Purpose",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
      })
  void inAHeader_theyAreAnswered(String name) {
    var draft = "{\"text\":\"Hello\",\"author\":{\"name\":\"Ada\"}}";
    for (var value :
        List.of(
            "a\rX-Injected: yes",
            "a\nX-Injected: yes",
            "a\r\n X-Injected: yes",
            "a%0d%0aX-Injected: yes",
            "a\u0000b",
            "a\u0001\u001b[2J\u0008b",
            "a\u007f\u0085b",
            "Bearer gt_a\r",
            "\"a\u0001b\"")) {
      check(name, send("listComments", "/api/v1/controls/comments?article=/a", "", name, value));
      check(
          name,
          send(
              "postComment",
              "/api/v1/controls/comments?article=/h",
              draft,
              name,
              value,
              "Content-Type",
              "application/json"));
      check(name, send("audit", "/api/v1/controls/admin/audit", "", name, value));
    }
    assertLogIsClean();
  }

  /** With what production writes its log with. */
  @Test
  void aLineOfTheLog_staysOne() {
    var context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    new Logging().configure(context);
    var logger = context.getLogger(Logger.ROOT_LOGGER_NAME);
    var appender = (ConsoleAppender<ILoggingEvent>) logger.getAppender("stderr");
    for (var text : List.of(LINES, CONTROLS, MORE)) {
      var failure = new IllegalStateException(text);
      var event = new LoggingEvent("x", logger, Level.ERROR, text, failure, new Object[0]);
      var line = new String(appender.getEncoder().encode(event), UTF_8);
      assertThat(line).endsWith("\n");
      assertThat(line.substring(0, line.length() - 1)).doesNotContainPattern("[\\x00-\\x1F]");
    }
    context.stop();
  }

  /** With a comment that is there, which the verdict can change. */
  private static String real(JsonObject body) {
    return body.encode()
        .replace("a1b2c3", other.getString("id"))
        .replace("approve", "reject")
        .replace("pending", "visible")
        .replace("3Vf0Qm1xT2aK9dLw", comment);
  }

  private static String target(String operation) {
    var author = other.getJsonObject("author").getString("id");
    return examples.target(operation, "controls", comment, author);
  }

  private static void assertLogIsClean() {
    assertThat(log.errors()).isEmpty();
    assertThat(log.all()).noneMatch(line -> line.contains("X-Injected"));
  }

  private static List<String> bearer(String token) {
    return List.of("Authorization", "Bearer " + token);
  }

  private static RawHttp.Reply send(
      String operation, String target, String body, List<String> headers) {
    return send(operation, target, body, headers.toArray(String[]::new));
  }

  private static RawHttp.Reply send(
      String operation, String target, String body, String... headers) {
    var method = contract.endpoint(operation).method().name();
    return RawHttp.send(
        server.url(), RawHttp.request(method, target, body.getBytes(UTF_8), headers));
  }

  private static void check(String what, RawHttp.Reply reply) {
    assertThat(reply.status()).as(what + ' ' + reply.body()).isLessThan(500);
    assertThat(reply.headers())
        .as(what)
        .noneMatch(each -> each.toLowerCase(Locale.ROOT).startsWith("x-injected"))
        .noneMatch(each -> CONTROL.matcher(each).find());
    var type = reply.header("Content-Type");
    if (type != null && type.contains("ndjson")) {
      reply.body().lines().forEach(line -> assertClean(what, "", new JsonObject(line).getMap()));
    } else if (type != null && type.contains("json") && !reply.body().isEmpty()) {
      assertClean(what, "", new JsonObject(reply.body()).getMap());
    } else {
      assertThat(reply.body()).as(what).doesNotContainPattern(CONTROL);
    }
  }

  /**
   * That nothing in there holds a control character: but for the source text of a comment, which is
   * kept as its author typed it, and a pointer to what the sender has called something.
   */
  private static void assertClean(String what, String name, Object value) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> assertClean(what, key.toString(), inner));
    } else if (value instanceof JsonObject object) {
      assertClean(what, name, object.getMap());
    } else if (value instanceof JsonArray array) {
      array.forEach(inner -> assertClean(what, name, inner));
    } else if (value instanceof List<?> list) {
      list.forEach(inner -> assertClean(what, name, inner));
    } else if (value instanceof String text && !AS_SENT.contains(name)) {
      var line = name.equals("html") ? text : text.replaceAll("[\n\t]", "\u0001");
      assertThat(line).as(what + ", " + name).doesNotContainPattern(CONTROL);
    }
  }
}
