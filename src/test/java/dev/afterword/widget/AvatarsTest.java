package dev.afterword.widget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import java.util.HashSet;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnStore
@Timeout(60)
class AvatarsTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  @Test
  void anAvatar_mayBeShownAnywhereAndKeptForEver() {
    var answer = server.get("/avatars/gAbC_-9.svg");
    assertThat(answer.statusCode()).isEqualTo(200);
    var headers = answer.headers();
    assertThat(headers.firstValue("Content-Type")).contains("image/svg+xml");
    assertThat(headers.firstValue("Cache-Control")).contains("public, max-age=31536000, immutable");
    assertThat(headers.firstValue("Access-Control-Allow-Origin")).contains("*");
    assertThat(headers.firstValue("Cross-Origin-Resource-Policy")).contains("cross-origin");
    assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'");
    assertThat(server.get("/avatars/gAbC_-9.svg").body()).isEqualTo(answer.body());
  }

  /** The widget draws the same: whoever changes one of them finds this. */
  @Test
  void anAvatar_staysAsItIs() {
    assertThat(Identicon.of("g7Kp2").toString())
        .isEqualTo(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"32\" height=\"32\" viewBox=\""
                + "0 0 32 32\"><g fill=\"#5d8039\"><circle cx=\"16\" cy=\"16\" r=\"16\" fill-opac"
                + "ity=\".16\"/><path d=\"M10 6h4v4h-4zM14 6h4v4h-4zM18 6h4v4h-4zM10 10h4v4h-4zM1"
                + "8 10h4v4h-4zM6 14h4v4h-4zM14 14h4v4h-4zM22 14h4v4h-4zM6 18h4v4h-4zM10 18h4v4h-"
                + "4zM14 18h4v4h-4zM18 18h4v4h-4zM22 18h4v4h-4zM6 22h4v4h-4zM14 22h4v4h-4zM22 22h"
                + "4v4h-4z\"/></g></svg>\n");
  }

  @Test
  void avatars_areTenThousandsOfPatternsInTwelveHues() {
    var pictures = new HashSet<String>();
    var hues = new HashSet<String>();
    for (int i = 0; i < 2_000; i++) {
      var svg = Identicon.of("g" + i).toString();
      pictures.add(svg);
      hues.add(svg.replaceAll("(?s).*<g fill=\"#([0-9a-f]{6})\".*", "$1"));
      assertThat(svg).matches("(?s)<svg .*<path d=\"(M\\d+ \\d+h4v4h-4z){5,25}\"/></g></svg>\n");
    }
    assertThat(pictures).hasSizeGreaterThan(1_950);
    assertThat(hues).hasSize(12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/avatars/",
        "/avatars/.svg",
        "/avatars/g1",
        "/avatars/g1.png",
        "/avatars/g%3Cx.svg",
        "/avatars/g1.svg.svg",
        "/avatars/g%0A.svg",
        "/avatars/a/b.svg",
        "/avatars/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.svg",
      })
  void whatIsNoId_isNotFound(String path) {
    assertThat(server.get(path).statusCode()).isEqualTo(404);
  }
}
