package dev.afterword.live;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;

/**
 * Asks many followers to come back elsewhere, or later: in turns, so that they do not come as one.
 */
final class Goodbye {
  /** In so many turns all are asked, when they are more than the fewest of a turn. */
  private static final int TURNS = 40;

  private static final long PAUSE_MS = 50;

  /** So few may come back as one. */
  private static final int FEWEST = 100;

  private final Vertx vertx;
  private final String why;
  private final int most;
  private final Promise<Void> said = Promise.promise();

  private Goodbye(Vertx vertx, String why, int most) {
    this.vertx = vertx;
    this.why = why;
    this.most = most;
  }

  /**
   * Says it to all of them, on the current event loop, which must be theirs.
   *
   * @param why what they are told
   * @return completes when all were told, within some two seconds
   */
  static Future<Void> say(Vertx vertx, List<Follower> all, String why) {
    var goodbye = new Goodbye(vertx, why, Math.max(FEWEST, all.size() / TURNS + 1));
    goodbye.say(all);
    return goodbye.said.future();
  }

  private void say(List<Follower> left) {
    int now = Math.min(most, left.size());
    left.subList(0, now).forEach(each -> each.close(Follower.GOING_AWAY, why));
    if (now == left.size()) {
      said.complete();
    } else {
      vertx.setTimer(PAUSE_MS, id -> say(left.subList(now, left.size())));
    }
  }
}
