package dev.afterword.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import dev.afterword.redis.StoreClock;
import dev.afterword.support.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How what happens is told to a crowd. */
class RoomTest {
  private static final int CROWD = 1_200;

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final LiveMeters meters = new LiveMeters(new SimpleMeterRegistry(), new StoreClock());
  private final Room room =
      new Room(loop, ArticleRef.of("demo", 16, new ArticleKey("/crowd")), new Readers(), meters);
  private final Position somewhere = new Position("e", 1);
  private final AtomicInteger told = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private final class Somebody extends Follower {
    final List<String> heard = new CopyOnWriteArrayList<>();
    boolean full;

    Somebody() {
      super(meters);
    }

    @Override
    boolean isGone() {
      return false;
    }

    @Override
    boolean isFull() {
      return full;
    }

    @Override
    void write(ArticleRef article, Position at, Frame frame) {
      write(frame);
    }

    @Override
    void write(Frame frame) {
      var message = frame.toString();
      if (message.equals("defect") && heard.isEmpty()) {
        throw new IllegalStateException("a defect");
      }
      heard.add(message);
      told.incrementAndGet();
    }

    @Override
    void writePing() {}

    @Override
    void end(short code, String reason) {
      heard.add("end " + code);
    }

    @Override
    void cutOff() {
      cuts.incrementAndGet();
    }
  }

  private List<Somebody> crowd() {
    var all = new ArrayList<Somebody>();
    for (int i = 0; i < CROWD; i++) {
      all.add(new Somebody());
    }
    room.members.addAll(all);
    return all;
  }

  private static void awaitHeard(Somebody who, String... frames) {
    Eventually.passes("what is heard", () -> assertThat(who.heard).containsExactly(frames));
  }

  @Test
  void everybodyHearsAllInOrder_andOtherWorkHasItsTurn() {
    var crowd = crowd();
    var meanwhile = new AtomicInteger(-1);
    loop.runOnContext(
        turn -> {
          room.broadcast(somewhere, Frame.of("a"));
          room.broadcast(somewhere, Frame.of("b"));
          room.broadcast(somewhere, Frame.of("c"));
          loop.runOnContext(later -> meanwhile.set(told.get()));
        });
    crowd.forEach(each -> awaitHeard(each, "a", "b", "c"));
    assertThat(meanwhile.get()).isPositive().isLessThan(CROWD);
    assertThat(meters.delivered.count()).isEqualTo(3.0 * CROWD);
  }

  @Test
  void whatIsNotToldAgain_overtakesWhatIs() {
    var crowd = crowd();
    loop.runOnContext(
        turn -> {
          room.offer(Frame.of("views"));
          room.broadcast(somewhere, Frame.of("a"));
          room.offer(Frame.of("readers"));
          room.say(Frame.of("votes"));
          room.broadcast(somewhere, Frame.of("b"));
        });
    awaitHeard(crowd.get(0), "views", "a", "votes", "b", "readers");
    awaitHeard(crowd.get(CROWD - 1), "a", "votes", "b", "views", "readers");
  }

  @Test
  void whatIsToldAgain_waitsInNoLongLine_butNoVoteIsDropped() {
    var crowd = crowd();
    loop.runOnContext(
        turn -> {
          room.broadcast(somewhere, Frame.of("a"));
          for (int i = 1; i <= 1_000; i++) {
            room.offer(Frame.of("views " + i));
          }
          for (int i = 1; i <= 10; i++) {
            room.say(Frame.of("votes " + i));
          }
        });
    for (var each : List.of(crowd.get(0), crowd.get(CROWD - 1))) {
      Eventually.holds("the latest", () -> each.heard.contains("views 1000"));
      assertThat(each.heard).startsWith("a").hasSize(1 + 8 + 10);
      assertThat(each.heard).contains("votes 1", "votes 10");
    }
    assertThat(meters.coalesced.count()).isEqualTo(992);
  }

  @Test
  void whoComesMeanwhile_hearsWhatComesThen_andWhoLeavesNothingMore() {
    var crowd = crowd();
    var last = crowd.get(CROWD - 1);
    var late = new Somebody();
    loop.runOnContext(
        turn -> {
          room.broadcast(somewhere, Frame.of("a"));
          room.members.remove(last);
          room.members.add(late);
          room.broadcast(somewhere, Frame.of("b"));
        });
    awaitHeard(late, "b");
    awaitHeard(crowd.get(CROWD - 2), "a", "b");
    assertThat(last.heard).isEmpty();
  }

  @Test
  void whoCannotTakeItIn_missesANumberButIsLetGoAtAnEvent() {
    var slow = new Somebody();
    var other = new Somebody();
    slow.full = true;
    room.members.addAll(List.of(slow, other));
    loop.runOnContext(
        turn -> {
          room.offer(Frame.of("views"));
          room.broadcast(somewhere, Frame.of("a"));
          room.broadcast(somewhere, Frame.of("b"));
        });
    awaitHeard(other, "views", "a", "b");
    awaitHeard(slow, "end 4008");
    assertThat(meters.dropped.count()).isEqualTo(1);
    assertThat(meters.slow.count()).isEqualTo(1);
  }

  @Test
  void whoCannotTakeInVotes_isLetGo_becauseTheyAreNotToldAgain() {
    var slow = new Somebody();
    slow.full = true;
    room.members.add(slow);
    loop.runOnContext(turn -> room.say(Frame.of("votes")));
    awaitHeard(slow, "end 4008");
    assertThat(meters.dropped.count()).isZero();
  }

  @Test
  void aDefectAtOne_cutsThatOneOffAndSilencesNobodyElse() {
    var broken = new Somebody();
    var other = new Somebody();
    other.heard.add("before");
    room.members.addAll(List.of(broken, other));
    loop.runOnContext(
        turn -> {
          room.broadcast(somewhere, Frame.of("defect"));
          room.broadcast(somewhere, Frame.of("a"));
        });
    awaitHeard(other, "before", "defect", "a");
    assertThat(broken.heard).isEmpty();
    assertThat(broken.isOpen()).isFalse();
    assertThat(cuts).hasValue(1);
  }
}
