package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
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
  private static Map<String, String> settings() {
    return Map.of(
        "AFTERWORD_REDIS",
        RedisCluster.shared().addresses(),
        "AFTERWORD_REDIS_MODE",
        "cluster",
        "AFTERWORD_LIMITS",
        "off");
  }

  @Test
  void everyKey_leadsToTheArticle_untilItIsTakenBack() throws Exception {
    var settings = settings();
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

  /** Mostly from one node to another, and the first of them in more than one go. */
  @Test
  void threadsOnAnyNodes_becomeOne_andTwoAgain() throws Exception {
    var settings = settings();
    try (var server = TestServer.start(settings);
        var other = TestServer.start(settings)) {
      server.addSite("apart", "https://apart.example");
      var token = server.addStaff("apart", Role.MODERATOR);
      var desk = new Desk(server, "apart", token);
      var there = new Desk(other, "apart", token);
      var reader = Reader.named(desk, "Eve");
      for (int i = 0; i < 8; i++) {
        var from = "/one/" + i;
        var to = "/other/" + i;
        var stays = desk.id(to, "there");
        var root = desk.id(from, "root");
        var last = root;
        for (int j = 0; j < (i == 0 ? 130 : 4); j++) {
          last = desk.post(from, "below " + j, last).getJsonObject("comment").getString("id");
        }
        reader.vote(last, 1);
        reader.report(root, "spam", "a note");
        var spam = desk.id(from, "buy now");
        desk.decide("spam", spam);
        var before = desk.thread(from);
        long reported = desk.count("reported");
        long held = desk.count("spam");

        var joined = desk.join(from, to);

        var now = there.thread(from);
        assertThat(now.stream().map(each -> each.getString("id")))
            .startsWith(stays)
            .endsWith(Desk.at(last, stays))
            .hasSize(before.size() + 1);
        assertThat(there.get("comments/" + last).getInteger("up")).isEqualTo(1);
        assertThat(reader.at(there).me(to).getJsonObject("votes").fieldNames())
            .containsExactly(Desk.at(last, stays));
        assertThat(there.queue("state=spam&article=" + to)).containsExactly(Desk.at(spam, stays));
        assertThat(desk.count("reported")).isEqualTo(reported);
        assertThat(desk.count("spam")).isEqualTo(held);
        var reply = there.post(from, "since", last).getJsonObject("comment").getString("id");

        there.part(joined);

        assertThat(there.thread(from).stream().map(each -> each.getString("id")))
            .startsWith(root)
            .endsWith(last, Desk.at(reply, root))
            .hasSize(before.size() + 1);
        assertThat(desk.listed(to)).containsExactly(stays);
        assertThat(desk.get("comments/" + Desk.at(last, stays)).getString("id")).isEqualTo(last);
      }
      assertThat(server.recount("apart").faults()).isZero();
    }
  }

  private static void view(TestServer at, String path, int visitor) {
    var answer = at.post(path, "", "X-Forwarded-For", "198.51.100." + visitor);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
