package dev.afterword.support;

import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for what becomes true by itself, and says what did not. */
public final class Eventually {
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private Eventually() {}

  /** Something that throws while it is not yet so: a block of assertions. */
  @FunctionalInterface
  public interface Assertions {
    void check() throws Exception;
  }

  /** Waits at most ten seconds until the condition is true. */
  public static void holds(String what, Callable<Boolean> condition) {
    holds(what, PATIENCE, condition);
  }

  public static void holds(String what, Duration patience, Callable<Boolean> condition) {
    passes(
        what,
        patience,
        () -> {
          if (!condition.call()) {
            throw new AssertionError("still false");
          }
        });
  }

  /** Repeats the assertions until they pass, for at most ten seconds. */
  public static void passes(String what, Assertions assertions) {
    passes(what, PATIENCE, assertions);
  }

  public static void passes(String what, Duration patience, Assertions assertions) {
    long deadline = System.nanoTime() + patience.toNanos();
    long pause = 2;
    while (true) {
      try {
        assertions.check();
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted while waiting until " + what, e);
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() >= deadline) {
          throw new AssertionError(
              "Not within " + patience.toMillis() + " ms: " + what + " (" + e.getMessage() + ")",
              e);
        }
      }
      sleep(what, pause);
      pause = Math.min(100, pause * 2);
    }
  }

  private static void sleep(String what, long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting until " + what, e);
    }
  }
}
