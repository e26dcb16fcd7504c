package dev.afterword.redis;

import dev.afterword.redis.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns many small calls into few large ones: while one batch is in flight the next one gathers, so
 * the batch grows with the load and a lone call waits for nobody. A call never joins a batch that
 * is already on its way, so its answer is never older than the call.
 *
 * <p>Confined to one event loop.
 *
 * @param <C> a call
 * @param <A> its answer
 */
public final class GroupCommit<C, A> {
  private final Consumer<Runnable> soon;
  private final int largest;
  private final int mostWaiting;
  private final Function<List<C>, Future<List<A>>> send;
  private final ArrayDeque<Waiting<C, A>> waiting = new ArrayDeque<>();
  private boolean busy;

  private record Waiting<C, A>(C call, Promise<A> promise) {}

  /**
   * @param soon runs what it is given on the event loop, later in this turn or in one of the next
   * @param largest the most calls in one batch
   * @param send carries out a batch and answers each call, in order
   */
  public GroupCommit(
      Consumer<Runnable> soon, int largest, Function<List<C>, Future<List<A>>> send) {
    this.soon = soon;
    this.largest = largest;
    this.mostWaiting = 32 * largest;
    this.send = send;
  }

  /**
   * Adds a call.
   *
   * @return its answer; fails as its batch failed, or with {@link Kind#BUSY} when too many wait
   */
  public Future<A> add(C call) {
    if (waiting.size() >= mostWaiting) {
      return Future.failedFuture(new StoreException(Kind.BUSY, "too many calls wait"));
    }
    Promise<A> promise = Promise.promise();
    waiting.add(new Waiting<>(call, promise));
    if (!busy) {
      busy = true;
      soon.accept(this::flush);
    }
    return promise.future();
  }

  /** True when nothing waits and nothing is in flight. */
  public boolean isIdle() {
    return !busy;
  }

  private void flush() {
    var batch = new ArrayList<Waiting<C, A>>(Math.min(largest, waiting.size()));
    var calls = new ArrayList<C>(Math.min(largest, waiting.size()));
    for (var next = waiting.poll(); next != null; next = waiting.poll()) {
      batch.add(next);
      calls.add(next.call());
      if (batch.size() == largest) {
        break;
      }
    }
    sendSafely(calls).onComplete((answers, failure) -> settle(batch, answers, failure));
  }

  private Future<List<A>> sendSafely(List<C> calls) {
    try {
      return send.apply(calls);
    } catch (RuntimeException defect) {
      return Future.failedFuture(defect);
    }
  }

  private void settle(
      List<Waiting<C, A>> batch, @Nullable List<A> answers, @Nullable Throwable failure) {
    if (waiting.isEmpty()) {
      busy = false;
    } else {
      soon.accept(this::flush);
    }
    if (answers != null && answers.size() != batch.size()) {
      failure = new StoreException(Kind.BROKEN, answers.size() + " answers to " + batch.size());
    }
    for (int i = 0; i < batch.size(); i++) {
      if (answers != null && failure == null) {
        batch.get(i).promise().complete(answers.get(i));
      } else {
        batch.get(i).promise().fail(failure);
      }
    }
  }
}
