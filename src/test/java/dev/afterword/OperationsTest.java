package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What monitors and load balancers ask. */
@OnStore
class OperationsTest {
  @Test
  void isAskedByHeadToo() {
    try (var server = TestServer.unlimited()) {
      for (var path : new String[] {"/health/live", "/health/ready", "/metrics"}) {
        var got = ask(server, "GET", path);
        assertThat(got.status()).as(path).isEqualTo(200);
        assertThat(got.body()).as(path).isNotEmpty();
        var asked = ask(server, "HEAD", path);
        assertThat(asked.status()).as(path).isEqualTo(200);
        assertThat(asked.body()).as(path).isEmpty();
        assertThat(asked.header("content-type")).isEqualTo(got.header("content-type"));
      }
    }
  }

  private static RawHttp.Reply ask(TestServer server, String method, String path) {
    var request = method + ' ' + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    return RawHttp.send(server.operationsUrl(), request.getBytes(StandardCharsets.US_ASCII));
  }
}
