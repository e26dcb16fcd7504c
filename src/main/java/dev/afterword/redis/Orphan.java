package dev.afterword.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that outlived its server, because the server was killed. Whoever holds the lock of the
 * directory may end it: nobody else uses it.
 */
final class Orphan {
  private static final Logger log = LoggerFactory.getLogger(Orphan.class);
  private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(2);
  private static final Duration END_PATIENCE = Duration.ofSeconds(5);
  private static final Pattern CONFIG_FILE = Pattern.compile("(?m)^config_file:(.+)$");

  private Orphan() {}

  /** Ends the orphan of this directory, if there is one, and returns when it is gone. */
  static void end(StoreDirectory directory) throws StoreStartException {
    try {
      var address = directory.recordedAddress();
      var process =
          directory
              .recordedPid()
              .flatMap(ProcessHandle::of)
              .filter(handle -> isStoreOf(directory, handle));
      boolean answered = address.isPresent() && shutdown(directory, address.get());
      if (process.isPresent()) {
        end(directory, process.get());
      } else if (answered) {
        awaitSilence(address.get());
      } else {
        return;
      }
      log.info("Stopped the store that a killed Afterword process had left behind.");
    } catch (IOException e) {
      throw new StoreStartException(
          "The traces of an earlier store cannot be read: " + StoreDirectory.reason(e), e);
    }
  }

  /**
   * Whether the process is what we started, and not another that has got its number since. It is a
   * Redis whose only argument is our configuration file. A zombie has no arguments any more and
   * counts as gone.
   */
  private static boolean isStoreOf(StoreDirectory directory, ProcessHandle process) {
    var info = process.info();
    var arguments = info.arguments().orElseGet(() -> new String[0]);
    var command = info.command().orElse("");
    return arguments.length > 0
        && arguments[arguments.length - 1].equals(directory.conf().toString())
        && (command.contains("redis") || command.contains("valkey"));
  }

  /**
   * Asks it to stop. On a port somebody else may listen by now: they do not know our password, so
   * the connection fails before the command is sent.
   */
  private static boolean shutdown(StoreDirectory directory, StoreAddress address) {
    try (var resp = Resp.connect(address, ANSWER_PATIENCE)) {
      if (isOfAnother(directory, resp.call("INFO", "server").text())) {
        return false;
      }
      try {
        resp.call("SHUTDOWN", "NOSAVE");
      } catch (IOException closed) {
        // This is how it says yes.
      }
      return true;
    } catch (IOException nobodyListens) {
      return false;
    }
  }

  /** In a copy of a directory that is in use, the address is that of the store that uses it. */
  private static boolean isOfAnother(StoreDirectory directory, String info) throws IOException {
    var matcher = CONFIG_FILE.matcher(info);
    var conf = matcher.find() ? Path.of(matcher.group(1).strip()) : directory.conf();
    return Files.exists(conf) && !Files.isSameFile(conf, directory.conf());
  }

  private static void end(StoreDirectory directory, ProcessHandle process)
      throws StoreStartException {
    process.destroy(); // as polite as SHUTDOWN, and heard while it is not listening yet
    if (isGone(directory, process)) {
      return;
    }
    // Frozen, or busy beyond measure. What it has acknowledged is on the disk.
    process.destroyForcibly();
    if (!isGone(directory, process)) {
      throw new StoreStartException(
          "An earlier store (process " + process.pid() + ") does not end; stop it and try again.");
    }
  }

  private static boolean isGone(StoreDirectory directory, ProcessHandle process) {
    for (long end = System.nanoTime() + END_PATIENCE.toNanos(); System.nanoTime() < end; ) {
      if (!isStoreOf(directory, process)) {
        return true;
      }
      Pause.briefly();
    }
    return false;
  }

  /** Without its number, that nobody listens any more is the sign that it has flushed and ended. */
  private static void awaitSilence(StoreAddress address) throws StoreStartException {
    for (long end = System.nanoTime() + END_PATIENCE.toNanos(); System.nanoTime() < end; ) {
      if (!listens(address)) {
        return;
      }
      Pause.briefly();
    }
    throw new StoreStartException(
        "An earlier store at " + address + " does not end; stop it and try again.");
  }

  private static boolean listens(StoreAddress address) {
    try {
      Resp.connect(address, ANSWER_PATIENCE).close();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }
}
