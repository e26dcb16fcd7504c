package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What moderators find by a text: comments by theirs or their authors' names, and articles. */
@OnStore
@Timeout(60)
class QueueSearchTest {
  @AutoClose private static TestServer server;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("searched", "https://searched.example");
    desk = server.desk("searched", Role.MODERATOR);
  }

  private static List<String> found(String text) {
    return desk.queue("state=all&q=" + TestServer.encoded(text));
  }

  @Test
  void aText_isFoundInCommentsAndNames_andPunctuationOnlyWhereItStands() {
    var loud = Reader.named(desk, "Zo\u00eb Quartz").post("/a", "Really?!!! Yes");
    var plain = Reader.named(desk, "Puck").post("/a", "Plain words");
    assertThat(found("yes")).containsExactly(loud);
    assertThat(found("PLAIN")).containsExactly(plain);
    assertThat(found("ZO\u00cb quartz")).containsExactly(loud);
    assertThat(found("puck!")).as("by a name, as it is compared").containsExactly(plain);
    assertThat(found("!!!")).containsExactly(loud);
    assertThat(found("?")).containsExactly(loud);
    for (var nowhere : new String[] {"...", "-", "'", "'s", "\u2026"}) {
      assertThat(found(nowhere)).as(nowhere).isEmpty();
    }
  }

  @Test
  void articles_areListedByTheirLatestComments() {
    server.addSite("shelf", "https://shelf.example");
    var owner = server.desk("shelf", Role.OWNER);
    var expected = new ArrayList<String>();
    for (int i = 0; i < 9; i++) {
      owner.id("/page/" + i, "hello");
      expected.add(0, "/page/" + i);
    }
    var named = new JsonObject().put("title", "On Rain");
    owner.done("PATCH", "admin/article?article=/page/4", named);
    var found = new ArrayList<String>();
    String after = "";
    while (after != null) {
      var page = owner.get("admin/articles?limit=4" + after);
      page.getJsonArray("articles")
          .forEach(each -> found.add(((JsonObject) each).getString("article")));
      after = page.getString("next") == null ? null : "&after=" + page.getString("next");
    }
    assertThat(found).isEqualTo(expected);
    for (var text : List.of("rain", "AGE/4")) {
      var articles = owner.get("admin/articles?q=" + text).getJsonArray("articles");
      assertThat(articles).hasSize(1);
      assertThat(articles.getJsonObject(0).getString("title")).isEqualTo("On Rain");
      assertThat(articles.getJsonObject(0).getInteger("comments")).isEqualTo(1);
    }
  }
}
