package dev.afterword.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads for what would hold up an event loop, and a bounded queue before them. Safe for any
 * thread.
 */
public final class Workers {
  private final WorkerExecutor executor;
  private final int mostWaiting;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * They end with their Vert.x.
   *
   * @param mostWaiting how many pieces of work are taken at a time, those under way included
   */
  public Workers(Vertx vertx, String name, int threads, int mostWaiting) {
    this.executor = vertx.createSharedWorkerExecutor(name, threads);
    this.mostWaiting = mostWaiting;
  }

  /** Does it in its turn; fails with a {@link Problem} (503) when too much waits. */
  public <T> Future<T> run(Callable<T> work) {
    if (waiting.incrementAndGet() > mostWaiting) {
      waiting.decrementAndGet();
      return Future.failedFuture(Problem.of(ProblemType.OVERLOADED));
    }
    return executor.executeBlocking(work, false).onComplete(done -> waiting.decrementAndGet());
  }
}
