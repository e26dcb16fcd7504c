package dev.afterword.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A server in a JVM of its own, with a folder of its own; both go when it is closed. */
final class ServerProcess implements AutoCloseable {
  private static final long START_SECONDS = 30;
  private static final long STOP_SECONDS = 20;

  private final Path folder;
  private final Process process;
  private final Thread atExit = new Thread(this::end, "end-server");
  private final long started = System.nanoTime();

  private ServerProcess(Path folder, ProcessBuilder builder) throws IOException {
    this.folder = folder;
    this.process = builder.start();
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Afterword, with its embedded store.
   *
   * @param options for its JVM
   */
  static ServerProcess afterword(Path jar, List<String> options, Path log) throws IOException {
    var folder = Files.createTempDirectory("afterword-bench");
    var settings =
        Map.of(
            "AFTERWORD_DATA", folder.toString(),
            "AFTERWORD_PORT", "0",
            "AFTERWORD_OPS_PORT", "0",
            "AFTERWORD_LIMITS", "off",
            "AFTERWORD_TRUSTED_PROXIES", "127.0.0.0/8");
    return start(folder, options, List.of("-jar", jar.toString()), settings, log);
  }

  /** The bare server. */
  static ServerProcess hello(Path log) throws IOException {
    var folder = Files.createTempDirectory("afterword-hello");
    var command =
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Hello.class.getName(),
            folder.resolve("address").toString());
    return start(folder, List.of(), command, Map.of(), log);
  }

  private static ServerProcess start(
      Path folder, List<String> options, List<String> what, Map<String, String> settings, Path log)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(what);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AFTERWORD_"));
    builder.environment().putAll(settings);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.redirectInput(new File("/dev/null"));
    return new ServerProcess(folder, builder);
  }

  /** When its process was begun, as {@link System#nanoTime} has it. */
  long started() {
    return started;
  }

  /** Its address, once it serves. */
  URI address() throws IOException {
    return address(0);
  }

  /** Where its operators ask; the bare server has none. */
  URI operations() throws IOException {
    return address(1);
  }

  private URI address(int line) throws IOException {
    var file = folder.resolve("address");
    for (long left = START_SECONDS * 200; !Files.exists(file); left--) {
      if (left == 0 || !process.isAlive()) {
        throw new IOException("a server did not start; read its log beside the results");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
    return URI.create(Files.readAllLines(file).get(line));
  }

  /** Where it keeps what it keeps. */
  Path folder() {
    return folder;
  }

  /** What its JVM keeps in use on the heap, in bytes; it collects first. */
  long heap() throws IOException {
    var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    var asked = new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.class_histogram");
    try (var lines = asked.start().inputReader()) {
      var total = lines.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
      return Long.parseLong(total.split(" +", -1)[2]);
    }
  }

  /** What its process holds in memory, in bytes. */
  long resident() throws IOException {
    var lines = Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"));
    var line = lines.stream().filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
  }

  /** Processor time spent so far, by its store too, in nanoseconds. */
  long cpu() {
    return Stream.concat(Stream.of(process.toHandle()), process.descendants())
        .mapToLong(each -> each.info().totalCpuDuration().map(Duration::toNanos).orElse(0L))
        .sum();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    end();
  }

  private void end() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      delete(folder);
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var found = Files.walk(folder)) {
      for (var path : found.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
