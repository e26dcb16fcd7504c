package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.OnStore;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What moderators find in their queues by a text: in comments, or in their authors' names. */
@OnStore
@Timeout(60)
class QueueSearchTest {
  private static TestServer server;
  private static Desk desk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    server.addSite("searched", "https://searched.example");
    desk = server.desk("searched", Role.MODERATOR);
  }

  @AfterAll
  static void stop() {
    server.close();
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
}
