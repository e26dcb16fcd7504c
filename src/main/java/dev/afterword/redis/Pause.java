package dev.afterword.redis;

import java.util.concurrent.locks.LockSupport;

/** The wait between two looks at a condition that cannot be waited for. */
final class Pause {
  private static final long NANOS = 10_000_000;

  private Pause() {}

  /** Ten milliseconds, or none when the thread is interrupted. */
  static void briefly() {
    LockSupport.parkNanos(NANOS);
  }
}
