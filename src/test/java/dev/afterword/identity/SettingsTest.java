package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a site's owner decides, from the first change to taking it back. */
@OnStore
class SettingsTest {
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void anEmptyList_isStillAListAfterAnotherChange() {
    server.addSite("bare");
    server.setArticles("bare", "origins");
    assertThat(server.get("/api/v1/bare/comments?article=/a").statusCode()).isEqualTo(200);
  }
}
