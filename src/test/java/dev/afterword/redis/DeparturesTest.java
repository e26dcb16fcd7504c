package dev.afterword.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeparturesTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final Departures departures = new Departures(vertx);

  /** What has left; a bar between what did not leave together. */
  private final List<String> gone = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private void onLoop(Runnable steps) {
    loop.runOnContext(turn -> steps.run());
  }

  /** Something is under way until the promise is kept. */
  private Promise<Void> leave() {
    Promise<Void> reply = Promise.promise();
    var unused = departures.await(reply.future());
    return reply;
  }

  /** Together: before anything else has its turn. */
  private void join(String batch) {
    departures.join(
        () -> {
          if (gone.isEmpty() || gone.get(gone.size() - 1).equals("|")) {
            loop.runOnContext(turn -> gone.add("|"));
          }
          gone.add(batch);
        });
  }

  private void awaitGone(String... expected) {
    Eventually.passes("departures", () -> assertThat(gone).containsExactly(expected));
  }

  @Test
  void whatComesInOneTurn_leavesTogether() {
    onLoop(
        () -> {
          join("a");
          assertThat(gone).isEmpty();
          join("b");
        });
    awaitGone("a", "b", "|");
  }

  @Test
  void anArrival_takesAlongWhatWaits_andWhatComesThen() {
    onLoop(
        () -> {
          var reply = leave();
          join("a");
          reply.complete();
          join("b");
        });
    awaitGone("a", "b", "|");
  }

  @Test
  void whatNeverArrives_holdsNobodyUp() {
    onLoop(
        () -> {
          leave();
          join("a");
        });
    awaitGone("a", "|");
    onLoop(() -> join("b"));
    awaitGone("a", "|", "b", "|");
  }

  @Test
  void afterAllHaveArrived_nobodyWaits() {
    onLoop(
        () -> {
          var one = leave();
          var other = leave();
          one.complete();
          other.complete();
          join("a");
        });
    awaitGone("a", "|");
    onLoop(() -> join("b"));
    awaitGone("a", "|", "b", "|");
  }
}
