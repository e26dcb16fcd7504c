package dev.afterword.redis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the batches of an event loop leave together, so that they share a write, a turn of the store
 * and a sync. While nothing is under way a batch leaves at the end of the turn; else it waits for
 * the next arrival, and a little longer: who was just answered may ask again.
 *
 * <p>Confined to one event loop.
 */
public final class Departures {
  /** How much longer, in milliseconds. */
  private static final long BOARDING_MS = 1;

  /**
   * How long a batch waits for what is under way at most, in milliseconds: another node may hang.
   */
  private static final long LATEST_MS = 5;

  private final Vertx vertx;
  private List<Runnable> waiting = new ArrayList<>();
  private int underWay;
  private long number;

  /** Whether the next departure is set, because something has arrived. */
  private boolean boarding;

  /** Opens those of the current event loop. */
  public Departures(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Has a batch leave with the others. */
  public void join(Runnable batch) {
    waiting.add(batch);
    if (waiting.size() > 1) {
      return;
    }
    if (underWay == 0 && !boarding) {
      vertx.getOrCreateContext().runOnContext(turn -> depart());
    } else {
      long next = number;
      vertx.setTimer(
          LATEST_MS,
          id -> {
            if (next == number) {
              depart();
            }
          });
    }
  }

  /** A batch is under way until its reply has come, or none will. */
  public <T> Future<T> await(Future<T> reply) {
    underWay++;
    return reply.onComplete(
        arrived -> {
          underWay--;
          if (!boarding) {
            boarding = true;
            var context = vertx.getOrCreateContext();
            context.runOnContext(turn -> vertx.setTimer(BOARDING_MS, id -> depart()));
          }
        });
  }

  private void depart() {
    boarding = false;
    number++;
    var now = waiting;
    waiting = new ArrayList<>();
    now.forEach(Runnable::run);
  }
}
