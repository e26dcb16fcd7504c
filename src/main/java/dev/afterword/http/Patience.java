package dev.afterword.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how long the server waits for itself. One timer looks after all that wait: {@link
 * Future#timeout} would be a timer for each, and for a future without a context one of another
 * thread. Confined to one event loop.
 */
final class Patience {
  private static final long SWEEP_MS = 50;

  private final long limit;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private boolean swept;

  private record Waiting(Promise<?> promise, long since) {
    boolean isOver() {
      return promise.future().isComplete();
    }
  }

  /**
   * @param limitMs how long something may be waited for, in milliseconds
   */
  Patience(long limitMs) {
    this.limit = TimeUnit.MILLISECONDS.toNanos(limitMs);
  }

  /** The same, but it fails with a {@link Problem} (503) when it takes too long. */
  <T> Future<T> with(Vertx vertx, Future<T> asked) {
    if (asked.isComplete()) {
      return asked;
    }
    Promise<T> promise = Promise.promise();
    waiting.add(new Waiting(promise, System.nanoTime()));
    if (!swept) {
      sweepLater(vertx);
    }
    asked.onComplete(
        (answer, failure) -> {
          if (failure == null) {
            promise.tryComplete(answer);
          } else {
            promise.tryFail(failure);
          }
          forgetAnswered();
        });
    return promise.future();
  }

  private void sweepLater(Vertx vertx) {
    swept = true;
    vertx.setTimer(
        SWEEP_MS,
        id -> {
          long now = System.nanoTime();
          for (var head = waiting.peek();
              head != null && (head.isOver() || now - head.since >= limit);
              head = waiting.peek()) {
            waiting.poll();
            head.promise.tryFail(Problem.of(ProblemType.STORE_SLOW));
          }
          swept = false;
          if (!waiting.isEmpty()) {
            sweepLater(vertx);
          }
        });
  }

  private void forgetAnswered() {
    for (var head = waiting.peek(); head != null && head.isOver(); head = waiting.peek()) {
      waiting.poll();
    }
  }
}
