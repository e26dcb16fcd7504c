package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who lies about where a request comes from. Ten comments pass at once from one network; somebody
 * who writes something else into {@code X-Forwarded-For} each time gets no eleventh.
 */
@OnStore
@Timeout(120)
class ForwardedTest {
  private static final AtomicInteger KINDS = new AtomicInteger();

  /** Behind proxies in 127.0.0.0/8, as this test is one. */
  private static TestServer server;

  /** Behind none that this test could be. */
  private static TestServer alone;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of("AFTERWORD_TRUSTED_PROXIES", "127.0.0.0/8"));
    alone = TestServer.start(Map.of("AFTERWORD_TRUSTED_PROXIES", "192.0.2.0/24"));
  }

  @AfterAll
  static void stop() {
    server.close();
    alone.close();
  }

  /** By kind: what the last proxy adds, REAL, and what is a lie, with a # that changes. */
  static Stream<Arguments> forged() {
    return Stream.of(
        arguments("further left", "9.9.9.#, REAL"),
        arguments("in a header of its own", "9.9.9.#|REAL"),
        arguments("in a header of its own, with proxies", "9.9.9.#|REAL|127.0.0.2"),
        arguments("with odd spaces", "9.9.9.#\t ,\t  REAL  "),
        arguments("with empty places", ",9.9.9.#,, ,REAL"),
        arguments("with a port", "9.9.9.#:4711, REAL"),
        arguments("in brackets", "[2001:db8:9:#::1]:443, REAL"),
        arguments("as IPv6", "2001:db8:9:#::1, REAL"),
        arguments("the same as IPv6", "::9.9.9.#, ::ffff:REAL"),
        arguments("unknown", "unknown, 9.9.9.#, unknown, REAL"),
        arguments("obfuscated", "_hidden#, REAL"),
        arguments("as a number", "0x0909090#, REAL"),
        arguments("garbage", "\";'#\\${jndi:x}%00, REAL"),
        arguments("very long", "9.9.9.#, ".repeat(1_200) + "REAL"),
        arguments("private", "10.0.0.#, 192.168.0.#, REAL"),
        arguments("a trusted proxy's", "127.0.0.#, REAL"),
        arguments("a chain longer than the proxies", "9.9.9.#, REAL, 127.0.0.3, 127.0.0.2"),
        arguments("unknown before a proxy", "9.9.9.#, unknown, PROXY"),
        arguments("nothing before a proxy", "9.9.9.#, , PROXY"),
        arguments("a port of every connection", "9.9.9.9, REAL:500#"),
        arguments("a port of every connection, with proxies", "REAL:500#, 127.0.0.3:#"),
        arguments("without a port before a proxy", "9.9.9.#:, PROXY"),
        arguments("with two ports before a proxy", "9.9.9.#:80:80, PROXY"),
        arguments("with no port before a proxy", "9.9.9.#:http, PROXY"),
        arguments("a port that is none before a proxy", "9.9.9.9:9999#, PROXY"),
        arguments("IPv4 in brackets before a proxy", "[9.9.9.#]:80, PROXY"),
        arguments("an open bracket before a proxy", "[2001:db8:9:#::1:443, PROXY"),
        arguments("garbage before a proxy", "9.9.9.#, %31#, PROXY"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forged")
  void whateverIsForged_theNetworkThatReallyAsksIsHeld(String kind, String forged) {
    int number = KINDS.incrementAndGet();
    var real = "203.0.113." + number;
    var proxy = "127.7.7." + number;
    var value = forged.replace("REAL", real).replace("PROXY", proxy);
    for (int i = 1; i <= 10; i++) {
      passes(comment(server, forwarded(value.replace("#", Integer.toString(i)))));
    }
    refused(comment(server, forwarded(value.replace("#", "11"))));
    refused(comment(server, "X-Forwarded-For", forged.contains("PROXY") ? proxy : real));
    passes(comment(server, "X-Forwarded-For", "198.51.100." + number));
  }

  @Test
  void otherHeaders_sayNothing() {
    for (int i = 1; i <= 11; i++) {
      var lie = "9.9.8." + i;
      var answer =
          comment(
              server,
              "X-Forwarded-For",
              "203.0.113.200",
              "Forwarded",
              "for=" + lie,
              "X-Real-IP",
              lie,
              "X-Client-IP",
              lie,
              "True-Client-IP",
              lie,
              "CF-Connecting-IP",
              lie,
              "X-Forwarded-For-Original",
              lie);
      if (i <= 10) {
        passes(answer);
      } else {
        refused(answer);
      }
    }
  }

  @Test
  void whoIsNoTrustedProxy_isNotBelieved() {
    for (int i = 1; i <= 10; i++) {
      passes(comment(alone, "X-Forwarded-For", "9.9.7." + i));
    }
    refused(comment(alone, "X-Forwarded-For", "9.9.7.11"));
    refused(comment(alone, "X-Forwarded-For", "192.0.2.1, 9.9.7.12, 192.0.2.2"));
    refused(comment(alone));
  }

  @Test
  void theHalfOfAnIpv6Address_isOneNetwork_andItsNeighbourAnother() {
    for (int i = 1; i <= 10; i++) {
      passes(comment(server, "X-Forwarded-For", "2001:db8:1:2:" + i + "::" + i));
    }
    refused(comment(server, "X-Forwarded-For", "2001:DB8:1:2:ffff:ffff:ffff:ffff"));
    refused(comment(server, "X-Forwarded-For", "[2001:db8:1:2::1]"));
    passes(comment(server, "X-Forwarded-For", "2001:db8:1:3::1"));
    passes(comment(server, "X-Forwarded-For", "2001:db8:0:2::1"));
  }

  private static String[] forwarded(String values) {
    return Stream.of(values.split("\\|"))
        .flatMap(each -> Stream.of("X-Forwarded-For", each))
        .toArray(String[]::new);
  }

  private static RawHttp.Reply comment(TestServer to, String... headers) {
    var draft = "{\"text\":\"Hello\",\"author\":{\"name\":\"Ada\"}}";
    var all =
        Stream.concat(Stream.of("Content-Type", "application/json"), Stream.of(headers))
            .toArray(String[]::new);
    return RawHttp.send(
        to.url(),
        RawHttp.request(
            "POST",
            "/api/v1/demo/comments?article=/" + KINDS.get(),
            draft.getBytes(StandardCharsets.UTF_8),
            all));
  }

  private static void passes(RawHttp.Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
  }

  private static void refused(RawHttp.Reply reply) {
    assertThat(reply.status()).as(reply.body()).isEqualTo(429);
    assertThat(new JsonObject(reply.body()).getString("code")).isEqualTo("rate-limited");
    assertThat(reply.header("RateLimit")).startsWith("\"comments\";");
  }
}
