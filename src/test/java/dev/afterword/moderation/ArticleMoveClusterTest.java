package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.LiveClient;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.RedisCluster;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** On a Redis Cluster an alias mostly stands on another node than its article. */
@NeedsCluster
@Timeout(120)
class ArticleMoveClusterTest {
  @Test
  void everyKey_leadsToTheArticle_untilItIsTakenBack() throws Exception {
    var settings =
        Map.of(
            "AFTERWORD_REDIS",
            RedisCluster.shared().addresses(),
            "AFTERWORD_REDIS_MODE",
            "cluster",
            "AFTERWORD_LIMITS",
            "off");
    try (var server = TestServer.start(settings);
        var other = TestServer.start(settings)) {
      server.addSite("far", "https://far.example");
      var token = server.addStaff("far", Role.MODERATOR);
      var desk = new Desk(server, "far", token);
      var there = new Desk(other, "far", token);
      for (int i = 0; i < 8; i++) {
        var from = "/from/" + i;
        var to = "/to/" + i;
        var first = desk.id(from, "first");
        try (var reader = LiveClient.open(other.url(), "far", "article=" + from)) {
          reader.await("hello");
          var moved = desk.move(from, to);
          var second = there.id(to, "second");
          assertThat(desk.listed(from)).isEqualTo(List.of(first, second));
          assertThat(there.listed(to)).isEqualTo(List.of(first, second));
          assertThat(reader.await("moved").getString("to")).isEqualTo(to);
          reader.await("comment.created", each -> each.getString("article").equals(to));
          assertThat(desk.undo(moved).getString("article")).isEqualTo(from);
          assertThat(there.listed(from)).isEqualTo(List.of(first, second));
          assertThat(there.listed(to)).isEmpty();
        }
        // The same once more, with a place that was taken.
        view(server, desk.path("views?article=" + from), i);
        view(other, desk.path("views?article=/taken/" + i), 100 + i);
        var joined = there.move(from, "/taken/" + i);
        assertThat(joined.getLong("views")).isEqualTo(2);
        assertThat(desk.listed("/taken/" + i)).hasSize(2).startsWith(first);
        assertThat(desk.undo(joined).getLong("views")).isEqualTo(1);
        assertThat(desk.listed("/taken/" + i)).isEmpty();
      }
    }
  }

  private static void view(TestServer at, String path, int visitor) {
    var answer = at.post(path, "", "X-Forwarded-For", "198.51.100." + visitor);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
