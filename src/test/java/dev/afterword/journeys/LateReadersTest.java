package dev.afterword.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who comes later hears the numbers as they are, not as they were when the first one came. */
@OnStore
class LateReadersTest {
  @Test
  void hello_tellsTheViewsOfNow_onEveryEventLoop() {
    try (var server = TestServer.unlimited()) {
      List<LiveClient> readers = new ArrayList<>();
      readers.add(LiveClient.open(server.url(), "demo", "article=/late"));
      for (int views = 1; views <= 6; views++) {
        view(server, "203.0.113." + views);
        int now = views;
        for (var reader : readers) {
          Eventually.passes(
              "all know of view " + views, () -> assertThat(lastViews(reader)).isEqualTo(now));
        }
        readers.add(LiveClient.open(server.url(), "demo", "article=/late"));
        var late = readers.get(readers.size() - 1);
        Eventually.holds("hello", () -> !late.messages().isEmpty());
        assertThat(late.messages().get(0).getInteger("views")).isEqualTo(now);
      }
      readers.forEach(LiveClient::close);
    }
  }

  private static int lastViews(LiveClient reader) {
    return reader.messages().stream()
        .filter(message -> message.containsKey("views"))
        .mapToInt(message -> message.getInteger("views"))
        .reduce(-1, (before, last) -> last);
  }

  private static void view(TestServer server, String from) {
    assertThat(
            server
                .send(
                    "POST",
                    "/api/v1/demo/views?article=/late",
                    "",
                    "X-Forwarded-For",
                    from,
                    "User-Agent",
                    "Mozilla/5.0")
                .statusCode())
        .isEqualTo(200);
  }
}
