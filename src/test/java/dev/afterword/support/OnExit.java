package dev.afterword.support;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** What must not outlive the tests' JVM, however it ends short of {@code kill -9}. */
final class OnExit {
  private static final Deque<Runnable> TASKS = new ConcurrentLinkedDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(OnExit::runAll, "tests-on-exit"));
  }

  private OnExit() {}

  static void run(Runnable task) {
    TASKS.push(task);
  }

  private static void runAll() {
    for (Runnable task : TASKS) {
      try {
        task.run();
      } catch (RuntimeException e) {
        System.err.println("While the tests end: " + e);
      }
    }
  }
}
