package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Autobahn;
import dev.afterword.support.NeedsAutobahn;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The strict socket under the cases of the Autobahn suite, but for those of compression. */
@NeedsAutobahn
@Timeout(660)
class AutobahnTest {
  private static final List<String> CASES =
      List.of("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*");

  /** How many these are. */
  private static final int NUMBER = 301;

  /** The largest message of the suite has 16 MiB. */
  private static final int LARGEST = 20 * 1024 * 1024;

  private static final Vertx VERTX = Vertx.vertx();
  private static int port;

  @BeforeAll
  static void serveEchoes() throws Exception {
    var options =
        Listeners.options(List.of())
            .setMaxWebSocketFrameSize(LARGEST)
            .setMaxWebSocketMessageSize(LARGEST);
    port =
        VERTX
            .createHttpServer(options)
            .requestHandler(AutobahnTest::echo)
            .listen(0, "127.0.0.1")
            .await(10, TimeUnit.SECONDS)
            .actualPort();
  }

  private static void echo(HttpServerRequest request) {
    request
        .toWebSocket()
        .onSuccess(
            webSocket -> {
              StrictFrames.on(request.connection(), LARGEST);
              webSocket.textMessageHandler(webSocket::writeTextMessage);
              webSocket.binaryMessageHandler(webSocket::writeBinaryMessage);
            });
  }

  @AfterAll
  static void stop() throws Exception {
    VERTX.close().await(10, TimeUnit.SECONDS);
  }

  @Test
  void noCaseFails() throws Exception {
    // Some of them while working on it: -Dafterword.autobahn.cases=6.*,7.9.*
    var cases = System.getProperty("afterword.autobahn.cases");
    var results =
        Autobahn.run(
            "ws://127.0.0.1:" + port,
            cases == null ? CASES : List.of(cases.split(",")),
            Duration.ofMinutes(10));
    var counts =
        results.values().stream()
            .collect(
                Collectors.groupingBy(
                    result -> result.behavior() + ", closing " + result.closing(),
                    TreeMap::new,
                    Collectors.counting()));
    System.out.println("Autobahn: " + results.size() + " cases: " + counts);
    assertThat(results).hasSize(cases == null ? NUMBER : results.size()).isNotEmpty();
    assertThat(results)
        .allSatisfy(
            (name, result) -> {
              assertThat(result.behavior()).as(name).isIn("OK", "INFORMATIONAL");
              assertThat(result.closing()).as(name).isIn("OK", "INFORMATIONAL");
            });
  }
}
