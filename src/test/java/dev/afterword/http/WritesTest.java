package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a page of somebody else can have a browser send: every operation of the contract that
 * changes something, from every origin that is not quite ours, and in every form that a browser
 * sends without asking first. All with the token of the owner of all sites, so that nothing but the
 * origin or the form can be the reason.
 */
@OnStore
class WritesTest {
  private static final String LISTED = "https://writes.example";
  private static final Vertx VERTX = Vertx.vertx();

  private static Contract contract;
  private static TestServer server;
  private static WrittenExamples examples;

  @BeforeAll
  static void start() {
    contract = Contract.load(VERTX).await();
    examples = new WrittenExamples(contract);
    server = TestServer.unlimited();
    server.addSite("writes", LISTED);
  }

  @AfterAll
  static void stop() {
    server.close();
    VERTX.close().await();
  }

  static Stream<String> writes() {
    return examples.writes().stream();
  }

  static Stream<String> writesOfJson() {
    return writes().filter(each -> examples.body(each) != null);
  }

  static Stream<String> writesOfJsonAlone() {
    return writesOfJson().filter(each -> !examples.takesText(each));
  }

  @Test
  void theContract_hasWritesOfBothKinds() {
    assertThat(writes()).contains("deleteComment", "react").hasSizeGreaterThan(15);
    assertThat(writesOfJson()).contains("postComment", "ban").doesNotContain("react");
  }

  @ParameterizedTest
  @MethodSource("writes")
  void fromAForeignOrigin_nothingIsChanged(String operation) {
    var own = server.url();
    var foreign =
        List.of(
            "null",
            "",
            "NULL",
            "*",
            "https://evil.example",
            "https://writes.example.evil.example",
            "https://evilwrites.example",
            "https://www.writes.example",
            "https://writes.example:444",
            "https://writes.example.",
            "https://writes.example/",
            "https://writes.example@evil.example",
            "https://evil.example#https://writes.example",
            "https://writes.example, https://evil.example",
            "https://evil.example https://writes.example",
            "https://writеs.example",
            "https://xn--writs-6of.example",
            "http://writes.example",
            "file://",
            "chrome-extension://writes.example",
            own + ".evil.example",
            own + "0",
            own.replace("127.0.0.1", "127.1"),
            own.replace("127.0.0.1", "2130706433"),
            own.replace("http:", "https:"));
    var before = everything();
    for (var origin : foreign) {
      refused(operation, 403, "origin-not-allowed", sent(operation, "Origin", origin));
    }
    refused(
        operation, 403, "origin-not-allowed", sent(operation, "Origin", LISTED, "Origin", "null"));
    assertThat(everything()).as("nothing changed in the store").isEqualTo(before);
    // It may be refused for another reason: staff may not erase themselves.
    var ours = sent(operation, "Origin", own);
    assertThat(ours.status()).isLessThan(500);
    assertThat(ours.body()).doesNotContain("origin-not-allowed");
  }

  @ParameterizedTest
  @MethodSource("writesOfJsonAlone")
  void asAFormOrAsText_nothingIsTaken(String operation) {
    var before = everything();
    for (var type :
        List.of(
            "text/plain",
            "text/plain;charset=UTF-8",
            "text/plain; application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=application/json",
            "text/json",
            "application/jsonp",
            "application/json-patch+json",
            "application/xml",
            "*/*",
            "",
            "json")) {
      refused(operation, 415, "media-type-unsupported", sent(operation, "Content-Type", type));
    }
    refused(operation, 415, "media-type-unsupported", sent(operation));
    assertThat(everything()).as("nothing changed in the store").isEqualTo(before);
    for (var type : List.of("application/json", "Application/JSON; charset=utf-8")) {
      assertThat(sent(operation, "Content-Type", type).status())
          .as(type)
          .isNotEqualTo(415)
          .isLessThan(500);
    }
  }

  /** The documented exception, so that a page pays no preflight for its view. */
  @Test
  void aView_isTheOnlyOneThatMayComeAsText() {
    assertThat(writesOfJson().filter(examples::takesText)).containsExactly("recordView");
    assertThat(sent("recordView", "Content-Type", "text/plain;charset=UTF-8").status())
        .isEqualTo(200);
    refused(
        "recordView",
        403,
        "origin-not-allowed",
        sent("recordView", "Content-Type", "text/plain", "Origin", "null"));
  }

  /** The other one: a page without JavaScript can send nothing else. */
  @Test
  void thePagesForm_isTheOnlyOneThatMayComeAsAForm() {
    assertThat(writes().filter(examples::takesForm)).containsExactly("postFromPage");
    for (var type : List.of("application/json", "text/plain", "multipart/form-data; boundary=x")) {
      refused("postFromPage", 415, "media-type-unsupported", form("Content-Type", type));
    }
    var own = "application/x-www-form-urlencoded";
    refused("postFromPage", 403, "origin-not-allowed", form("Content-Type", own, "Origin", "null"));
    assertThat(form("Content-Type", own, "Origin", LISTED).status()).isEqualTo(303);
  }

  private static RawHttp.Reply form(String... headers) {
    return RawHttp.send(
        server.url(),
        RawHttp.request(
            "POST",
            examples.target("postFromPage", "writes", "1-0"),
            "text=Hello&name=Ada".getBytes(StandardCharsets.UTF_8),
            headers));
  }

  /** Sends the contract's example as it is, with these headers beside the token. */
  private static RawHttp.Reply sent(String operation, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Authorization", "Bearer " + server.staffToken()));
    all.addAll(List.of("User-Agent", TestServer.BROWSER));
    JsonObject body = examples.body(operation);
    HttpMethod method = contract.endpoint(operation).method();
    return RawHttp.send(
        server.url(),
        RawHttp.request(
            method.name(),
            examples.target(operation, "writes", "1-0"),
            (body == null ? "" : body.encode()).getBytes(StandardCharsets.UTF_8),
            all.toArray(String[]::new)));
  }

  private static void refused(String what, int status, String code, RawHttp.Reply reply) {
    assertThat(reply.status()).as(what + ' ' + reply.body()).isEqualTo(status);
    assertThat(new JsonObject(reply.body()).getString("code")).isEqualTo(code);
    if (status == 403) {
      assertThat(reply.header("Access-Control-Allow-Origin")).isNull();
    }
  }

  /** Every key of the store with what it holds. */
  private static Map<String, String> everything() {
    try (Resp store = TestStore.connect()) {
      var all = new TreeMap<String, String>();
      for (var key : store.list("KEYS", "*")) {
        store.send("DUMP", (String) key);
        all.put((String) key, (String) store.read());
      }
      return all;
    }
  }
}
