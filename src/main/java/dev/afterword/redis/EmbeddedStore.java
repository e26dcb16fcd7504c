package dev.afterword.redis;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis-compatible server that this process starts, owns and stops.
 *
 * <p>It keeps the data directory locked, and when the store's process ends by itself it is started
 * again at the same address, with growing pauses when that happens often.
 *
 * <p>Starting and closing block, so neither belongs on an event loop. Safe for use by several
 * threads.
 */
public final class EmbeddedStore implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedStore.class);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** A run as long as this one makes earlier failures forgotten. */
  private static final Duration GOOD_RUN = Duration.ofMinutes(1);

  private final StoreDirectory directory;
  private final StoreBinary binary;
  private final StoreAddress address;
  private final ScheduledThreadPoolExecutor reviver;

  /** Guarded by this, as is the next. */
  private StoreProcess process;

  private boolean closing;

  /** Only touched by the reviver's thread. */
  private int failures;

  private EmbeddedStore(
      StoreDirectory directory, StoreBinary binary, StoreAddress address, StoreProcess process) {
    this.directory = directory;
    this.binary = binary;
    this.address = address;
    this.process = process;
    this.reviver =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var thread = new Thread(task, "afterword-store");
              thread.setDaemon(true);
              return thread;
            });
    reviver.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /**
   * Starts it in the directory, which is made (for the current user only) when it does not exist,
   * and returns when it serves. A store that a killed server has left behind there is stopped
   * first.
   *
   * @throws StoreStartException when another process uses the directory, there is no program to
   *     run, or it does not serve; its message is one line for the operator
   */
  public static EmbeddedStore start(Path dataDir) throws StoreStartException {
    return start(dataDir, StoreBinary.ON_THE_PATH);
  }

  static EmbeddedStore start(Path dataDir, List<String> programs) throws StoreStartException {
    var directory = StoreDirectory.lock(dataDir);
    StoreProcess process = null;
    try {
      Orphan.end(directory);
      var binary = StoreBinary.find(programs, directory);
      var address = StoreAddress.choose(directory.socket());
      directory.writeConf(address);
      process = StoreProcess.launch(binary, directory, address);
      process.awaitServing();
      var store = new EmbeddedStore(directory, binary, address, process);
      store.watch(process);
      return store;
    } catch (StoreStartException e) {
      abandon(directory, process);
      throw e;
    } catch (IOException e) {
      abandon(directory, process);
      throw new StoreStartException(
          "The embedded store did not start: " + StoreDirectory.reason(e), e);
    }
  }

  /**
   * The address of the store that a live Afterword process keeps in the directory, if one does: for
   * a command that is run beside a server. Empty also while that store does not serve.
   */
  public static Optional<String> beside(Path dataDir) {
    return StoreDirectory.addressOfHolder(dataDir)
        .filter(address -> Resp.serves(address, ANSWER_PATIENCE))
        .map(StoreAddress::uri);
  }

  /**
   * Waits for the turn of a command that may have to keep a store of its own; until that is closed
   * it is alone with that. Another one would find this store beside it, and lose it when it closes.
   *
   * @throws StoreStartException when the directory cannot be used
   */
  public static Closeable turn(Path dataDir) throws StoreStartException {
    try {
      return StoreDirectory.awaitTurn(dataDir);
    } catch (IOException e) {
      throw new StoreStartException(
          "The data directory " + dataDir + " cannot be used: " + StoreDirectory.reason(e), e);
    }
  }

  /**
   * A connection string for Vert.x: {@code unix:///…/store.sock}, which needs its native transport,
   * or {@code redis://:password@127.0.0.1:port}, which is a secret. It stays the same until close.
   */
  public String address() {
    return address.uri();
  }

  /** What runs, for the log: such as {@code redis-server 7.0.15 from the PATH}. */
  public String description() {
    return binary.description();
  }

  /**
   * Stops the store, waits until its process has ended and unlocks the directory. Every write that
   * was acknowledged is on the disk already. A second call does nothing.
   */
  @Override
  public void close() {
    StoreProcess last;
    synchronized (this) {
      if (closing) {
        return;
      }
      closing = true;
      last = process;
    }
    reviver.shutdownNow();
    abandon(directory, last);
  }

  synchronized long pid() {
    return process.pid();
  }

  private static void abandon(StoreDirectory directory, @Nullable StoreProcess process) {
    if (process != null) {
      process.stop();
    }
    try (directory) {
      directory.sweep();
    } catch (IOException e) {
      log.warn("The store's files were not cleaned up: {}", StoreDirectory.reason(e));
    }
  }

  private void watch(StoreProcess watched) {
    long started = System.nanoTime();
    watched.onExit(
        code -> {
          boolean good = System.nanoTime() - started > GOOD_RUN.toNanos();
          later(() -> ended(code, good), Duration.ZERO);
        });
  }

  private void ended(int code, boolean afterGoodRun) {
    failures = afterGoodRun ? 0 : failures;
    log.warn("The embedded store ended by itself with code {}: starting it again.", code);
    // The first time at once: the requests of this moment may still get their answers.
    later(this::revive, pause(failures++));
  }

  private void revive() {
    try {
      StoreProcess next;
      synchronized (this) {
        if (closing) {
          return;
        }
        next = StoreProcess.launch(binary, directory, address);
        process = next;
      }
      try {
        next.awaitServing();
      } catch (StoreStartException e) {
        next.stop();
        throw e;
      }
      log.info("The embedded store serves again.");
      watch(next);
    } catch (StoreStartException | IOException e) {
      if (isClosing()) {
        return;
      }
      var pause = pause(failures++);
      log.error("{} The next try is in {} ms.", e.getMessage(), pause.toMillis());
      later(this::revive, pause);
    }
  }

  private static Duration pause(int failures) {
    if (failures == 0) {
      return Duration.ZERO;
    }
    var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
  }

  private synchronized boolean isClosing() {
    return closing;
  }

  private synchronized void later(Runnable task, Duration pause) {
    if (!closing) {
      var ignored = reviver.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
