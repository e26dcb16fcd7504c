package dev.afterword.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The server, or one of its commands, as a process of its own on the class path of the tests, on a
 * machine without a Redis: nothing of ours is on its PATH.
 */
public final class Child implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Process process;
  private final Path output;
  private final Path errors;

  private Child(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /** Starts a command; the settings are all that it finds in its environment. */
  public static Child start(Map<String, String> settings, String... command) {
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var words = new ArrayList<String>(List.of(java.toString(), "-XX:TieredStopAtLevel=1"));
    words.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    words.add("-Dlogback.configurationFile=none");
    words.add("dev.afterword.Main");
    words.addAll(List.of(command));
    try {
      var folder = Temporary.folder();
      var output = folder.resolve("out");
      var errors = folder.resolve("err");
      var builder =
          new ProcessBuilder(words)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile())
              .redirectInput(Path.of("/dev/null").toFile());
      builder.environment().clear();
      builder.environment().put("PATH", java.getParent().toString());
      builder.environment().putAll(settings);
      var child = new Child(builder.start(), output, errors);
      OnExit.run(child.process::destroyForcibly);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Settings of a server on free ports in a data directory. */
  public static Map<String, String> settings(Path data, String... more) {
    var settings = new HashMap<String, String>();
    settings.put("AFTERWORD_DATA", data.toString());
    settings.put("AFTERWORD_PORT", "0");
    settings.put("AFTERWORD_OPS_PORT", "0");
    settings.put("AFTERWORD_LIMITS", "off");
    settings.put("AFTERWORD_TRUSTED_PROXIES", "127.0.0.0/8");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  /** Starts a server and waits until it serves. */
  public static Child serve(Path data, String... more) {
    var child = start(settings(data, more));
    Eventually.holds(
        "the server serves",
        PATIENCE,
        () -> {
          if (!child.process.isAlive()) {
            throw new AssertionError("it ended: " + child.errors());
          }
          return child.output().contains("Afterword is serving");
        });
    return child;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed. */
  public String output() {
    return read(output);
  }

  /** What it has printed as errors. */
  public String errors() {
    return read(errors);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end, and gives its exit code. */
  public int code() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("It does not end. " + errors());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Sends SIGTERM. */
  public void terminate() {
    process.destroy();
  }

  /** Sends SIGKILL and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    code();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Temporary.delete(output.getParent());
  }
}
