package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Pages at an address that comes to lie below an origin of the site only later: what was written
 * there stays under the key that it had, where staff find it and bring it to the new one.
 */
@OnStore
class OriginsChangeTest {
  private static final String SITE = "origins";
  private static final String NEW = "https://www.news.example";

  @AutoClose private static TestServer server;
  private static Desk desk;
  private static String unseen;
  private static String viewed;
  private static String stays;
  private static String moves;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite(SITE, "https://news.example");
    desk = server.desk(SITE, Role.MODERATOR);
    unseen = desk.id(NEW + "/unseen", "first");
    viewed = desk.id(NEW + "/viewed", "first");
    moves = desk.id(NEW + "/both", "first");
    stays = desk.id("/both", "second");
    server.send("POST", desk.path("views?article=/viewed"), "");
    server.setOrigins(SITE, "https://news.example", NEW);
    Eventually.holds(
        "every loop knows the origins", () -> IntStream.range(0, 8).allMatch(each -> isPath()));
  }

  /** Asked over connections of their own, which are dealt out to the loops in turn. */
  private static boolean isPath() {
    var path = desk.path("article?article=" + NEW + "/none");
    var reply = RawHttp.send(server.url(), RawHttp.request("GET", path, new byte[0]));
    return new JsonObject(reply.body()).getString("article").equals("/none");
  }

  private static List<String> found(String article) {
    return desk.queue("state=all&article=" + article);
  }

  private static JsonObject changed(String article, JsonObject change) {
    return desk.done("PATCH", "admin/article?article=" + article, change);
  }

  private static void assertRead(String path, String... ids) {
    for (var address : List.of(path, NEW + path, "https://news.example" + path)) {
      assertThat(desk.listed(address)).as(address).containsExactly(ids);
      assertThat(found(address)).as(address).containsExactlyInAnyOrder(ids);
    }
  }

  @Test
  void anArticleOfTheAddressAsItWas_isFoundChangedAndMovedByStaff() {
    var old = NEW + "/unseen";
    assertThat(desk.listed(old)).isEmpty();
    assertThat(found(old)).containsExactly(unseen);

    var named = changed(old, new JsonObject().put("title", "As it was"));
    assertThat(named.getString("article")).isEqualTo(old);
    var nameless = desk.undo(named);
    assertThat(nameless.getString("article")).isEqualTo(old);
    assertThat(nameless.getString("title")).isNull();
    assertThat(found(old)).as("the new key was not seen by that").containsExactly(unseen);

    var moved = desk.move(old, "/unseen");
    assertThat(moved.getString("article")).isEqualTo("/unseen");
    assertRead("/unseen", unseen);

    assertThat(desk.undo(moved).getString("article")).isEqualTo(old);
    assertThat(found(old)).containsExactly(unseen);
    assertThat(desk.listed("/unseen")).isEmpty();

    desk.move(old, old);
    assertRead("/unseen", unseen);
    var last = changed(old, new JsonObject().put("title", "As it is"));
    assertThat(last.getString("article")).isEqualTo("/unseen");
  }

  @Test
  void whereTheNewKeyWasSeenMeanwhile_theTwoBecomeOne() {
    var old = NEW + "/viewed";
    assertThat(found(old)).as("the key means another article by now").isEmpty();
    var moved = desk.move(old, "/viewed");
    assertRead("/viewed", viewed);
    assertThat(desk.undo(moved).getString("article")).isEqualTo(old);
    assertThat(desk.listed("/viewed")).isEmpty();
    desk.move(old, "/viewed");
    assertRead("/viewed", viewed);
  }

  @Test
  void whereTheNewKeyWasCommentedOnMeanwhile_theThreadsBecomeOne() {
    desk.join(NEW + "/both", "/both");
    assertRead("/both", Desk.at(moves, stays), stays);
  }
}
