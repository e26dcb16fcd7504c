package dev.afterword.widget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@OnStore
class AdminPageTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @Test
  void thePolicy_letsInNothingButOurOwn() {
    var page = server.get("/admin");
    assertThat(page.headers().allValues("Content-Security-Policy"))
        .containsExactly(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
                + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
    assertThat(page.headers().firstValue("Referrer-Policy"))
        .contains("strict-origin-when-cross-origin");
    assertThat(page.body()).doesNotContain("style=", "<style", "onclick", "://");
    assertThat(page.body()).doesNotContainPattern("<script[^>]*>[^<]");
  }

  @ParameterizedTest
  @CsvSource({
    "/admin,text/html; charset=utf-8",
    "/admin.js,text/javascript; charset=utf-8",
    "/admin.css,text/css; charset=utf-8",
    "/admin.svg,image/svg+xml"
  })
  void aPart_isAskedForAnew_andSentWhenItChanged(String path, String type) {
    var first = server.get(path);
    assertThat(first.statusCode()).isEqualTo(200);
    assertThat(first.headers().firstValue("Content-Type")).contains(type);
    assertThat(first.headers().firstValue("Cache-Control")).contains("no-cache");
    var etag = first.headers().firstValue("ETag").orElseThrow();
    assertThat(server.get(path, "If-None-Match", etag).statusCode()).isEqualTo(304);
  }

  /** What it loads lies beside it. */
  @ParameterizedTest
  @CsvSource({
    "/admin/?site=news,../admin?site=news",
    "/docs/,../docs",
    "/problems/not-found/,../not-found",
    "/about/counting/,../counting"
  })
  void aSlashAtTheEnd_isTakenAway(String path, String location) {
    var answer = server.get(path);
    assertThat(answer.statusCode()).isEqualTo(308);
    assertThat(answer.headers().firstValue("Location")).contains(location);
  }

  @Test
  void theDemo_isTheSite_whereThereIsOne() {
    assertThat(server.get("/admin").body()).contains("data-site=\"demo\"");
    try (var other = TestServer.start(Map.of("AFTERWORD_DEMO", "false"))) {
      assertThat(other.get("/admin").body()).contains("data-site=\"\"");
    }
  }
}
