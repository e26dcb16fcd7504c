package dev.afterword.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Counting an opened page, through the front door. */
@OnStore
class ViewRoutesTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("news", "https://news.example");
  }

  @Test
  void aVisitor_countsOnceAWindow() {
    assertThat(view("/a", "1.1.1.1", "x").encode())
        .isEqualTo("{\"article\":\"/a\",\"views\":1,\"counted\":true,\"reason\":null}");
    assertThat(view("/a", "1.1.1.1", "x").encode())
        .isEqualTo("{\"article\":\"/a\",\"views\":1,\"counted\":false,\"reason\":\"repeat\"}");
    assertThat(view("/a", "1.1.1.2", "x").getInteger("views")).isEqualTo(2);
    assertThat(view("/a", "1.1.1.1", "y").getInteger("views")).isEqualTo(3);
    assertThat(view("/b", "1.1.1.1", "x").getInteger("views")).isEqualTo(1);
  }

  @Test
  void aDryRun_saysWhatWouldHappen_andChangesNothing() {
    for (int i = 0; i < 2; i++) {
      var dry = view("/dry&dry=true", "1.1.1.1", "x");
      assertThat(dry.getBoolean("counted")).isTrue();
      assertThat(dry.getInteger("views")).isZero();
    }
    assertThat(article("/dry").getValue("created")).isNull();
    assertThat(view("/dry&dry=false", "1.1.1.1", "x").getInteger("views")).isEqualTo(1);
    assertThat(view("/dry&dry=true", "1.1.1.1", "x").getString("reason")).isEqualTo("repeat");
    assertThat(view("/dry&dry=true", "1.1.1.2", "x").getBoolean("counted")).isTrue();
    assertThat(article("/dry").getInteger("views")).isEqualTo(1);
  }

  @Test
  void theFirstView_namesTheArticle() {
    post(
        "/named",
        "{\"title\":\" <b>Rain</b> \",\"url\":\"https://news.example/named?utm_source=x\"}");
    post("/named", "{\"title\":\"Later\",\"url\":\"https://news.example/later\"}");
    assertThat(article("/named").getString("title")).isEqualTo("<b>Rain</b>");
    assertThat(article("/named").getString("url")).startsWith("https://news.example/named");
  }

  /** A page may say where it lies only when that is this article, or on this site. */
  @Test
  void anAddressThatIsNotTheSites_isNotKept() {
    int i = 0;
    for (var url :
        new String[] {
          "https://evil.example/",
          "javascript:alert(1)",
          "http://",
          "https://[::",
          "http://a b",
          "%zz",
          "https://news.example.evil.example/",
          "https://" + "\u00e9".repeat(2_500),
          "/elsewhere",
          ""
        }) {
      var article = "/url-" + i++;
      post(article, new JsonObject().put("url", url).encode());
      assertThat(article(article).getValue("url")).as(url).isNull();
    }
  }

  private static JsonObject view(String article, String from, String agent) {
    var answer =
        server.send(
            "POST",
            "/api/v1/demo/views?article=" + article,
            "",
            "X-Forwarded-For",
            from,
            "User-Agent",
            agent);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static void post(String article, String body) {
    var agent = "x" + body.hashCode();
    var answer =
        server.send("POST", "/api/v1/news/views?article=" + article, body, "User-Agent", agent);
    assertThat(answer.statusCode()).as(body + answer.body()).isEqualTo(200);
  }

  private static JsonObject article(String article) {
    var site = article.startsWith("/dry") ? "demo" : "news";
    return new JsonObject(server.get("/api/v1/" + site + "/article?article=" + article).body());
  }
}
