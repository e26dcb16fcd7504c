package dev.afterword.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One store on a loopback port, with a data directory of its own, that a test may kill, freeze and
 * start again: a {@code redis-server} from the PATH, or another {@link StoreProgram}. Its tests are
 * annotated {@link NeedsCluster}.
 */
public final class RedisServer implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(10);

  private final StoreProgram program;
  private final Path directory;
  private final int port;
  private final List<String> options;
  private Process process;

  private RedisServer(StoreProgram program, Path directory, int port, List<String> options) {
    this.program = program;
    this.directory = directory;
    this.port = port;
    this.options = options;
  }

  /**
   * Starts a server with {@code appendonly yes}, {@code appendfsync always} and the options given,
   * as on the command line: {@code "--maxmemory", "8mb"}.
   */
  public static RedisServer start(String... options) {
    return start(StoreProgram.REDIS, options);
  }

  /** Starts another program in the same way. */
  public static RedisServer start(StoreProgram program, String... options) {
    return start(program, false, List.of(options));
  }

  /**
   * Starts a replica, of the same program, and returns when it has everything.
   *
   * @param through the port at which the replica finds this server: its own, or a {@link TcpProxy}
   */
  public RedisServer startReplica(int through) {
    RedisServer replica = start(program, false, List.of("--replicaof", "127.0.0.1", "" + through));
    awaitInSync(replica);
    return replica;
  }

  /**
   * Waits until a replica follows this server, and this server knows: a replica whose link is up is
   * not counted by {@code WAIT} before it has said so itself, up to a second later.
   */
  void awaitInSync(RedisServer replica) {
    Eventually.holds(
        "the replica is in sync",
        START,
        () -> {
          try (Resp resp = connect()) {
            return resp.text("INFO", "replication")
                .contains("port=" + replica.port + ",state=online");
          }
        });
  }

  static RedisServer start(StoreProgram program, boolean clustered, List<String> options) {
    for (int tries = 1; ; tries++) {
      int port = clustered ? Ports.freeWithBus() : Ports.free();
      RedisServer server = new RedisServer(program, Temporary.folder(), port, options);
      try {
        server.launch();
        OnExit.run(server::end);
        return server;
      } catch (IllegalStateException e) { // Another process may have taken the port.
        server.close();
        if (tries == 3) {
          throw e;
        }
      }
    }
  }

  private void launch(String... moreOptions) {
    List<String> command = new ArrayList<>();
    command.add(program.path().orElseThrow().toString());
    command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", directory.toString(), "--save", ""));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    command.addAll(List.of("--repl-diskless-sync-delay", "0")); // Else a replica waits for others.
    command.addAll(options);
    command.addAll(List.of(moreOptions));
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    long deadline = System.nanoTime() + START.toNanos();
    while (!serves()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IllegalStateException(program + " did not start: " + tail());
      }
      try {
        process.waitFor(5, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private boolean serves() {
    try (Resp resp = Resp.connect(address(), Duration.ofSeconds(1))) {
      return resp.text("INFO", "server").contains("process_id:" + process.pid());
    } catch (UncheckedIOException | Resp.Refused e) {
      return false; // Not listening yet, or loading.
    }
  }

  private Path log() {
    return directory.resolve("redis.log");
  }

  private String tail() {
    try {
      String log = Files.readString(log());
      return log.substring(Math.max(0, log.length() - 500)).strip();
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  public int port() {
    return port;
  }

  public long pid() {
    return process.pid();
  }

  public Path directory() {
    return directory;
  }

  /** As Vert.x writes it: {@code redis://127.0.0.1:port}. */
  public String address() {
    return "redis://127.0.0.1:" + port;
  }

  public Resp connect() {
    return Resp.connect(address());
  }

  private void end() {
    process.destroyForcibly();
  }

  /** Ends the process at once, as a power cut would, but for what the system has yet to write. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Ends the process as an operator would. */
  public void stop() {
    process.destroy();
    awaitEnd();
  }

  /** Starts it again on the same port and data; returns when it serves. */
  public void restart(String... moreOptions) {
    if (process.isAlive()) {
      stop();
    }
    launch(moreOptions);
  }

  /** Freezes the process: connections stay open, nothing answers. */
  public void pause() {
    signal("STOP");
  }

  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + " " + pid() + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void awaitEnd() {
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException(e);
  }

  /** Kills it and removes its data. */
  @Override
  public void close() {
    kill();
    Temporary.delete(directory);
  }
}
