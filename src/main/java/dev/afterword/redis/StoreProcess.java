package dev.afterword.redis;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a store's program. */
final class StoreProcess {
  static final File NOTHING = new File("/dev/null");

  private static final Logger log = LoggerFactory.getLogger(StoreProcess.class);

  private static final Duration START_PATIENCE = Duration.ofSeconds(60);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(2);
  private static final Duration SHUTDOWN_PATIENCE = Duration.ofSeconds(10);

  /** How often somebody who waits for a long load hears of it. */
  private static final Duration LOADING_WORD = Duration.ofSeconds(10);

  private static final long LONGEST_LOG = 10 * 1024 * 1024;

  /**
   * Ways to start a program in a session of its own, the first that exists is taken. Ctrl-C in a
   * terminal interrupts every process of the foreground group, and Redis would stop before the
   * server has flushed; ignoring the signal before the start does not help, because Redis installs
   * its own handler. Without any of them Redis does stop at Ctrl-C, and is started again for the
   * flush by {@link EmbeddedStore}. All of them become the program, so the process id is its own.
   */
  private static final List<List<String>> SESSION =
      List.of(
          List.of("setsid"),
          List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV"),
          List.of());

  /** What Redis writes before each line: process, role, time, level. */
  private static final Pattern LOG_PREFIX =
      Pattern.compile("^\\d+:[A-Z] \\d+ \\w+ \\d+ [\\d:.]+ [.\\-*#] ");

  private final Process process;
  private final StoreDirectory directory;
  private final StoreAddress address;
  private final long logStart;

  private StoreProcess(
      Process process, StoreDirectory directory, StoreAddress address, long logStart) {
    this.process = process;
    this.directory = directory;
    this.address = address;
    this.logStart = logStart;
  }

  /** Starts the program with the configuration of the directory; it does not serve yet. */
  static StoreProcess launch(StoreBinary binary, StoreDirectory directory, StoreAddress address)
      throws IOException {
    long logStart = sizeOfLog(directory.log());
    var process = start(List.of(binary.command(), directory.conf().toString()), directory.log());
    try {
      directory.writePid(process.pid());
    } catch (IOException e) {
      process.destroyForcibly(); // nobody would find it again
      throw e;
    }
    return new StoreProcess(process, directory, address, logStart);
  }

  private static long sizeOfLog(Path log) throws IOException {
    if (!Files.exists(log)) {
      return 0;
    }
    if (Files.size(log) > LONGEST_LOG) {
      Files.writeString(log, "");
    }
    return Files.size(log);
  }

  private static Process start(List<String> program, Path log) throws IOException {
    IOException missing = null;
    for (var prefix : SESSION) {
      var command = new ArrayList<>(prefix);
      command.addAll(program);
      var builder =
          new ProcessBuilder(command)
              .redirectInput(NOTHING)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      // The store has no use for our settings, and they may hold secrets.
      builder.environment().keySet().retainAll(Set.of("PATH", "LD_LIBRARY_PATH"));
      try {
        return builder.start();
      } catch (IOException e) {
        missing = e;
      }
    }
    throw missing == null ? new IOException("no command") : missing;
  }

  long pid() {
    return process.pid();
  }

  /** Has the exit code told, on some thread, when the process has ended for whatever reason. */
  void onExit(IntConsumer listener) {
    var ignored = process.onExit().thenAccept(ended -> listener.accept(ended.exitValue()));
  }

  /**
   * Returns when the store answers. A store that says that it is loading may take as long as it
   * needs: giving up would only make the next start load the same again.
   *
   * @throws StoreStartException when the process ends or is silent for a minute, or the thread is
   *     interrupted
   */
  void awaitServing() throws StoreStartException {
    long deadline = System.nanoTime() + START_PATIENCE.toNanos();
    long nextWord = System.nanoTime() + LOADING_WORD.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new StoreStartException("The embedded store did not start: " + lastWords());
      }
      try (var resp = Resp.connect(address, ANSWER_PATIENCE)) {
        var answer = resp.call("PING");
        if (!answer.refused()) {
          return;
        }
        if (answer.isLoading()) {
          deadline = System.nanoTime() + START_PATIENCE.toNanos();
          if (System.nanoTime() > nextWord) {
            log.info("The embedded store is loading its data.");
            nextWord = System.nanoTime() + LOADING_WORD.toNanos();
          }
        }
      } catch (IOException notYet) {
        // Asked again until the deadline.
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new StoreStartException("The start of the embedded store was interrupted.");
      }
      Pause.briefly();
    }
    throw new StoreStartException(
        "The embedded store did not start: no answer in "
            + START_PATIENCE.toSeconds()
            + " s; see "
            + directory.log());
  }

  /** Ends the process, politely as long as it listens, and returns when it is gone. */
  void stop() {
    boolean interrupted = Thread.interrupted();
    try {
      if (process.isAlive()) {
        shutdown();
      }
      if (!process.waitFor(SHUTDOWN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroy();
      }
      if (!process.waitFor(SHUTDOWN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      interrupted = true;
      process.destroyForcibly(); // loses nothing that was acknowledged
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void shutdown() {
    try (var resp = Resp.connect(address, SHUTDOWN_PATIENCE)) {
      // NOSAVE concerns the snapshot only; the append-only file is flushed and synced.
      resp.call("SHUTDOWN", "NOSAVE");
    } catch (IOException closedOrDeaf) {
      // The store closes the connection instead of answering; if it is deaf, a signal follows.
    }
  }

  /** The last line that this run has logged. */
  private String lastWords() {
    var last = "it ended with code " + process.exitValue() + " without a word";
    try (var file = new RandomAccessFile(directory.log().toFile(), "r")) {
      long from = Math.max(logStart, file.length() - 8 * 1024);
      var tail = new byte[(int) Math.max(0, file.length() - from)];
      file.seek(from);
      file.readFully(tail);
      for (var line : new String(tail, StandardCharsets.UTF_8).split("\\R", -1)) {
        if (!line.isBlank()) {
          last = LOG_PREFIX.matcher(line).replaceFirst("").replaceAll("\\p{Cntrl}", " ").strip();
        }
      }
    } catch (IOException noLog) {
      // The exit code has to do.
    }
    return last;
  }
}
