package dev.afterword.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes only: what is promised here is how they live and die. */
@Timeout(120)
class EmbeddedStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Nothing on the PATH: the bundled program is the same on every machine. */
  private static final List<String> BUNDLED = List.of();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path temp;

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void stopWhatWasStarted() throws Exception {
    for (var one : opened) {
      one.close();
    }
    if (Files.exists(temp.resolve("store.pid")) && isStore(recordedPid())) {
      ProcessHandle.of(recordedPid()).ifPresent(ProcessHandle::destroyForcibly); // a failed test's
    }
  }

  @Test
  void start_inAnAbsentDirectory_serves() throws Exception {
    var store = start(temp.resolve("new/data"));

    assertThat(ask(store.address(), "PING")).isEqualTo("PONG");
    assertThat(store.description()).startsWith("bundled Redis 6.2.");
    assertThat(permissions(temp.resolve("new/data"))).isEqualTo("rwx------");
    assertThat(permissions(temp.resolve("new/data/store"))).isEqualTo("rwx------");
    assertThat(permissions(temp.resolve("new/data/store.conf"))).isEqualTo("rw-------");
  }

  @Test
  void start_keepsEveryWriteAndEvictsNothing() throws Exception {
    var store = start(temp);

    assertThat(ask(store.address(), "INFO", "persistence")).contains("aof_enabled:1");
    assertThat(ask(store.address(), "INFO", "memory")).contains("maxmemory_policy:noeviction");
    var conf = Files.readString(temp.resolve("store.conf"));
    assertThat(conf).contains("appendfsync always", "save \"\"");
  }

  @Test
  void start_afterClose_findsTheData() throws Exception {
    var first = start(temp);
    ask(first.address(), "SET", "greeting", "hello");
    first.close();

    assertThat(ask(start(temp).address(), "GET", "greeting")).isEqualTo("hello");
  }

  @Test
  void close_leavesNoProcessAndNoSocket() throws Exception {
    var store = start(temp);
    long pid = store.pid();
    store.close();
    store.close();

    assertThat(isAlive(pid)).isFalse();
    assertThat(temp.resolve("store.sock")).doesNotExist();
    assertThat(temp.resolve("store.conf")).doesNotExist();
    assertThat(EmbeddedStore.beside(temp)).isEmpty();
  }

  @Test
  void start_ofALockedDirectory_isRefused() throws Exception {
    var store = start(temp);

    assertInUse();
    // Looking at the lock from its own process must not lose it: a POSIX lock would be.
    assertThat(EmbeddedStore.beside(temp)).contains(store.address());
    assertThat(serve(temp).answer()).isEqualTo(inUse());
  }

  @Test
  void start_besideAnotherProcess_isRefused_andFindsItsStore() throws Exception {
    assertThat(EmbeddedStore.beside(temp.resolve("absent"))).isEmpty();
    var server = serve(temp);
    var address = server.answer();

    assertInUse();
    assertThat(EmbeddedStore.beside(temp)).contains(address);
    assertThat(ask(address, "PING")).isEqualTo("PONG");
  }

  @Test
  void start_afterTheServerWasKilled_takesOverTheData() throws Exception {
    var server = serve(temp);
    var address = server.answer();
    ask(address, "SET", "greeting", "hello");
    long orphan = recordedPid();
    server.kill();

    assertThat(ask(address, "PING")).as("the orphan lives").isEqualTo("PONG");
    assertThat(EmbeddedStore.beside(temp)).as("an orphan is nobody's store").isEmpty();
    var store = start(temp);
    assertThat(store.pid()).isNotEqualTo(orphan);
    assertThat(isStore(orphan)).isFalse();
    assertThat(ask(store.address(), "GET", "greeting")).isEqualTo("hello");
  }

  @Test
  void start_besideAnOrphanWithoutItsNumber_takesOver() throws Exception {
    var server = serve(temp);
    server.answer();
    long orphan = recordedPid();
    server.kill();
    Files.delete(temp.resolve("store.pid"));

    assertThat(start(temp).pid()).isNotEqualTo(orphan);
    eventually(() -> !isStore(orphan));
  }

  @Test
  void start_onACopyOfADirectoryInUse_leavesItsStoreAlone() throws Exception {
    var live = start(temp.resolve("live"));
    ask(live.address(), "SET", "greeting", "hello");
    try (var files = Files.walk(temp.resolve("live"))) {
      for (var file :
          files.filter(each -> Files.isDirectory(each) || Files.isRegularFile(each)).toList()) {
        Files.copy(file, temp.resolve("copy").resolve(temp.resolve("live").relativize(file)));
      }
    }

    var copy = start(temp.resolve("copy"));
    assertThat(ask(copy.address(), "GET", "greeting")).isEqualTo("hello");
    assertThat(ask(live.address(), "PING")).isEqualTo("PONG");
    assertThat(copy.address()).isNotEqualTo(live.address());
  }

  @Test
  void start_besideAFrozenOrphan_endsIt() throws Exception {
    var server = serve(temp);
    ask(server.answer(), "SET", "greeting", "hello");
    long orphan = recordedPid();
    server.kill();
    run("kill", "-STOP", Long.toString(orphan));

    assertThat(ask(start(temp).address(), "GET", "greeting")).isEqualTo("hello");
    assertThat(isStore(orphan)).isFalse();
  }

  @Test
  void start_afterBothWereKilled_findsTheData() throws Exception {
    var server = serve(temp);
    ask(server.answer(), "SET", "greeting", "hello");
    long orphan = recordedPid();
    server.kill();
    ProcessHandle.of(orphan).orElseThrow().destroyForcibly();
    eventually(() -> !isStore(orphan));
    // The number may belong to somebody else by now: to this process, say.
    Files.writeString(temp.resolve("store.pid"), ProcessHandle.current().pid() + "\n");

    assertThat(ask(start(temp).address(), "GET", "greeting")).isEqualTo("hello");
  }

  @Test
  void start_afterATornWrite_keepsWhatWasWhole() throws Exception {
    var first = start(temp);
    ask(first.address(), "SET", "greeting", "hello");
    first.close();
    Files.writeString(
        temp.resolve("store/appendonly.aof"), "*3\r\n$3\r\nSE", StandardOpenOption.APPEND);

    assertThat(ask(start(temp).address(), "GET", "greeting")).isEqualTo("hello");
  }

  @Test
  void start_withDamagedData_saysWhatTheStoreSaid() throws Exception {
    Files.createDirectories(temp.resolve("store"));
    Files.writeString(temp.resolve("store/appendonly.aof"), "not a log\n");

    assertThatThrownBy(() -> start(temp))
        .isInstanceOf(StoreStartException.class)
        .hasMessageStartingWith("The embedded store did not start: Bad file format")
        .hasMessageNotContaining("\n");
    Files.delete(temp.resolve("store/appendonly.aof"));
    start(temp); // the failed start has let go of the directory
  }

  @Test
  void start_inADirectoryThatRedisTakesForAPattern_isRefused() {
    assertThatThrownBy(() -> start(temp.resolve("a[b]")))
        .isInstanceOf(StoreStartException.class)
        .hasMessageEndingWith("must not contain * ? or [");
  }

  @Test
  void killedStore_comesBackWithItsData() throws Exception {
    var store = start(temp);
    var address = store.address();
    for (int kill = 1; kill <= 2; kill++) {
      ask(address, "SET", "kills", Integer.toString(kill));
      long pid = store.pid();
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      eventually(() -> store.pid() != pid && "PONG".equals(ask(address, "PING")));
      assertThat(ask(address, "GET", "kills")).isEqualTo(Integer.toString(kill));
    }
    long last = store.pid();
    store.close();
    assertThat(isAlive(last)).isFalse();
  }

  @Test
  void close_rightAfterACrash_leavesNoProcess() throws Exception {
    var store = start(temp);
    ProcessHandle.of(store.pid()).orElseThrow().destroyForcibly();
    store.close();

    assertThat(isAlive(store.pid())).isFalse();
    start(temp);
  }

  @Test
  void start_inADirectoryWithALongPath_usesAPortWithAPassword() throws Exception {
    var dataDir = temp.resolve("d".repeat(100));
    var store = start(dataDir);

    var parts =
        Pattern.compile("redis://:([0-9a-f]{64})@127\\.0\\.0\\.1:(\\d+)").matcher(store.address());
    assertThat(parts.matches()).as(store.address()).isTrue();
    assertThat(ask(store.address(), "SET", "greeting", "hello")).isEqualTo("OK");
    assertThat(askWithoutPassword(Integer.parseInt(parts.group(2)))).startsWith("-NOAUTH");
    assertThat(ProcessHandle.of(store.pid()).orElseThrow().info().commandLine().orElse(""))
        .contains("store.conf")
        .doesNotContain(parts.group(1));
    assertThat(EmbeddedStore.beside(dataDir)).contains(store.address());
    store.close();
    assertThat(ask(start(dataDir).address(), "GET", "greeting")).isEqualTo("hello");
  }

  @Test
  void start_besideAnOrphanOnAPort_takesOver() throws Exception {
    var dataDir = temp.resolve("d".repeat(100));
    var server = serve(dataDir);
    ask(server.answer(), "SET", "greeting", "hello");
    server.kill();

    assertThat(ask(start(dataDir).address(), "GET", "greeting")).isEqualTo("hello");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "quo\"te", "per%20cent", "back\\slash", "ünïcode", "sh#arp"})
  void address_isUnderstoodByVertx_whateverThePath(String name) throws Exception {
    assumeTrue(canName(name), "the file system of this machine cannot spell " + name);
    var store = start(temp.resolve(name));

    assertThat(store.address()).startsWith("unix:///");
    assertThat(throughVertx(store.address())).isEqualTo("PONG");
  }

  @Test
  void address_onAPort_isUnderstoodByVertx() throws Exception {
    assertThat(throughVertx(start(temp.resolve("d".repeat(100))).address())).isEqualTo("PONG");
  }

  @Test
  void interrupt_fromATerminal_passesTheStoreBy() throws Exception {
    assumeTrue(exists("setsid"), "there is no setsid on this machine");
    // A server that leads a process group, as a shell starts it in a terminal.
    var server = serve(temp, "setsid");
    var address = server.answer();
    run("kill", "-INT", "--", "-" + server.pid());
    server.awaitEnd();

    assertThat(ask(address, "PING")).isEqualTo("PONG");
    start(temp);
  }

  @Test
  void start_withARedisOnThePath_usesIt_andKeepsNewerDataFromAnOlderProgram() throws Exception {
    assumeTrue(exists("redis-server"), "there is no redis-server on the PATH");
    var old = start(temp);
    ask(old.address(), "SET", "greeting", "hello");
    old.close();

    try (var store = EmbeddedStore.start(temp)) {
      assertThat(store.description()).matches("redis-server \\S+ from the PATH");
      assertThat(ask(store.address(), "GET", "greeting")).isEqualTo("hello");
    }
    assumeTrue(Files.exists(temp.resolve("store/appendonlydir")), "this Redis is older than 7");
    assertThatThrownBy(() -> start(temp))
        .isInstanceOf(StoreStartException.class)
        .hasMessageContaining("was written by Redis 7 or newer");
  }

  @Test
  void find_passesOverAProgramThatIsTooOld() throws Exception {
    var old = temp.resolve("redis-server");
    Files.writeString(old, "#!/bin/sh\necho 'Redis server v=5.0.14 sha=0:0'\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwx------"));

    var store = EmbeddedStore.start(temp, List.of(old.toString(), "/absent/valkey-server"));
    opened.add(store);
    assertThat(store.description()).startsWith("bundled Redis");
  }

  private EmbeddedStore start(Path dataDir) throws StoreStartException {
    var store = EmbeddedStore.start(dataDir, BUNDLED);
    opened.add(store);
    return store;
  }

  private Server serve(Path dataDir, String... prefix) throws IOException {
    var server = Server.run(dataDir, List.of(prefix));
    opened.add(server::end);
    return server;
  }

  private void assertInUse() {
    assertThatThrownBy(() -> start(temp))
        .isInstanceOf(StoreStartException.class)
        .hasMessage(inUse());
  }

  private String inUse() {
    return "The data directory " + temp + " is in use by another Afterword process.";
  }

  private long recordedPid() throws IOException {
    return Long.parseLong(Files.readString(temp.resolve("store.pid")).strip());
  }

  private static String ask(String address, String... words) throws IOException {
    try (var resp = Resp.connect(StoreAddress.parse(address).orElseThrow(), PATIENCE)) {
      return resp.call(words).text();
    }
  }

  private static String askWithoutPassword(int port) throws IOException {
    try (var channel = SocketChannel.open(new StoreAddress.LoopbackPort(port, "").socket())) {
      channel.write(StandardCharsets.UTF_8.encode("GET greeting\r\n"));
      return new BufferedReader(
              new InputStreamReader(channel.socket().getInputStream(), StandardCharsets.UTF_8))
          .readLine();
    }
  }

  private static String throughVertx(String address) throws Exception {
    var vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    try {
      var pong = Redis.createClient(vertx, address).send(Request.cmd(Command.PING));
      return pong.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS).toString();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  /** Unlike being alive, false for a zombie: nobody may have asked yet how an orphan ended. */
  private boolean isStore(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().arguments())
        .filter(arguments -> arguments.length > 0)
        .map(arguments -> arguments[arguments.length - 1])
        .filter(last -> last.endsWith(temp.resolve("store.conf").toString()))
        .isPresent();
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static boolean canName(String name) {
    try {
      return Path.of(name).toString().equals(name);
    } catch (IllegalArgumentException unspeakable) {
      return false;
    }
  }

  private static boolean exists(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private static void eventually(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!holds(condition)) {
      assertThat(System.nanoTime()).as("time is up").isLessThan(deadline);
      Pause.briefly();
    }
  }

  private static boolean holds(Callable<Boolean> condition) throws Exception {
    try {
      return condition.call();
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Another Java process with an embedded store, to be killed. */
  static final class Server {
    private static final String ANSWER = "answer: ";

    private final Process process;
    private final BufferedReader out;

    private Server(Process process) {
      this.process = process;
      this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a store and says its address, or why there is none, then waits for its input. */
    public static void main(String[] args) throws IOException {
      try (var store = EmbeddedStore.start(Path.of(args[0]), BUNDLED)) {
        System.out.println(ANSWER + store.address());
        int ignored = System.in.read();
      } catch (StoreStartException e) {
        System.out.println(ANSWER + e.getMessage());
      }
    }

    static Server run(Path dataDir, List<String> prefix) throws IOException {
      var command = new ArrayList<>(prefix);
      command.add(ProcessHandle.current().info().command().orElseThrow());
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(List.of(Server.class.getName(), dataDir.toString()));
      return new Server(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    long pid() {
      return process.pid();
    }

    /** What it has said, apart from its log. */
    String answer() throws IOException {
      var line = out.readLine();
      while (line != null && !line.startsWith(ANSWER)) {
        line = out.readLine();
      }
      return line == null ? "" : line.substring(ANSWER.length());
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    void awaitEnd() throws InterruptedException {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    /** Lets it close its store, if it still lives. */
    void end() throws IOException, InterruptedException {
      process.getOutputStream().close();
      awaitEnd();
    }
  }
}
