package dev.afterword;

import dev.afterword.identity.DemoSignOn;
import dev.afterword.identity.Keys;
import dev.afterword.identity.SiteStore;
import dev.afterword.identity.StaffStore;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;

/**
 * What has to be there before the server or a command can work: a store, the secret, the staff
 * token, the demo site.
 */
final class Startup {
  /** The site of the demo article. */
  static final String DEMO = "demo";

  private static final String SECRET_CHECK = "{afterword}:secret";

  private Startup() {}

  /** Something is in the way; the message is one line for the person who started it. */
  static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    FailedException(String message) {
      super(message, null, false, false);
    }
  }

  /** A Vert.x with native transport where there is one: unix sockets need it. */
  static VertxOptions options() {
    var options = new VertxOptions().setPreferNativeTransport(true);
    // A loop for each core, and one for what there is once.
    options.setEventLoopPoolSize(Runtime.getRuntime().availableProcessors() + 1);
    options.getFileSystemOptions().setFileCachingEnabled(false);
    return options;
  }

  /** The secrets of a configuration, or the one that the data directory keeps. */
  static List<byte[]> secrets(Config config) throws FailedException {
    if (!config.secrets().isEmpty()) {
      return config.secrets();
    }
    var file = config.data().resolve("secret");
    var secret = readOrCreate(file, random()).getBytes(StandardCharsets.UTF_8);
    if (secret.length < Config.SECRET_BYTES) {
      throw new FailedException("The secret in " + file + " is too short: it needs 32 bytes.");
    }
    return List.of(secret);
  }

  /** The owner's token that the data directory keeps. */
  static String staffToken(Path data) throws FailedException {
    var token = readOrCreate(data.resolve("staff-token"), StaffStore.newToken());
    if (!token.matches("aw_[A-Za-z0-9_-]{32,}")) {
      throw new FailedException("The file " + data.resolve("staff-token") + " holds no token.");
    }
    return token;
  }

  /**
   * Makes sure that the store was made with the same secret: with another one, guests would lose
   * themselves.
   */
  static Future<Void> checkSecret(RedisLink link, List<byte[]> secrets) {
    var current = new Keys(secrets).checkValue();
    var known = secrets.stream().map(each -> new Keys(List.of(each)).checkValue()).toList();
    return link.send(Request.cmd(Command.SET).arg(SECRET_CHECK).arg(current).arg("NX"))
        .compose(set -> link.send(Request.cmd(Command.GET).arg(SECRET_CHECK)))
        .compose(
            held -> {
              if (held == null || !known.contains(held.toString())) {
                return Future.failedFuture(
                    new FailedException(
                        "The store was made with another secret; give every process the same"
                            + " AFTERWORD_SECRET."));
              }
              return held.toString().equals(current)
                  ? Future.succeededFuture()
                  : link.send(Request.cmd(Command.SET).arg(SECRET_CHECK).arg(current)).mapEmpty();
            });
  }

  /**
   * Brings the demo site and the owner's token into being. A new demo site signs its readers in
   * with a key of its own; what is decided of it later stands.
   */
  static Future<Void> prepare(RedisLink link, Config config, String staffToken) {
    var sites = new SiteStore(link, site -> Set.of());
    Future<?> demo =
        config.demo()
            ? sites
                .add(
                    DEMO,
                    demoOrigins(config.listener().port()),
                    config.viewWindow(),
                    config.editWindow())
                .compose(
                    added ->
                        added
                            ? sites.setSingleSignOn(DEMO, DemoSignOn.newKeys(), null)
                            : Future.succeededFuture(false))
            : Future.succeededFuture();
    return demo.compose(added -> new StaffStore(link).addEverywhere(staffToken, "Owner"));
  }

  /** Every way for a page to say "this machine". */
  static List<String> demoOrigins(int port) {
    return List.of("http://127.0.0.1:" + port, "http://localhost:" + port, "http://[::1]:" + port);
  }

  /** Does something with a link on an event loop of its own, and waits for it. */
  static <T> T with(Vertx vertx, RedisAddress address, Function<RedisLink, Future<T>> work)
      throws FailedException {
    var context = vertx.getOrCreateContext();
    Promise<T> promise = Promise.promise();
    context.runOnContext(
        turn ->
            // A step of its own, so that whatever is thrown is a failure, and waited for no longer.
            Future.succeededFuture(address)
                .compose(where -> RedisLink.open(vertx, where))
                .compose(link -> work.apply(link).eventually(link::close))
                .onComplete(promise));
    try {
      return promise.future().toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("Interrupted.");
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  /** A failure as one line. */
  static FailedException failed(ExecutionException failure) {
    var cause = Objects.requireNonNull(failure.getCause());
    if (cause instanceof FailedException known) {
      return known;
    }
    if (cause instanceof StoreException store) {
      return new FailedException("The store cannot be reached: " + store.getMessage());
    }
    return new FailedException(String.valueOf(cause.getMessage()));
  }

  private static String readOrCreate(Path file, String fresh) throws FailedException {
    try {
      var folder = Files.createDirectories(file.toAbsolutePath().getParent());
      if (!Files.exists(file)) {
        create(folder, file, fresh + "\n");
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new FailedException("The file " + file + " can be neither read nor made.");
    }
  }

  /**
   * Makes a file for us alone: whole and on the disk, or not at all, for what the store holds is
   * worth nothing without it. One that somebody else has made meanwhile stays.
   */
  private static void create(Path folder, Path file, String content) throws IOException {
    // For its owner alone, where the system knows owners.
    var fresh = Files.createTempFile(folder, file.getFileName().toString(), ".new");
    try {
      try (var channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      Files.move(fresh, file);
    } catch (FileAlreadyExistsException e) {
      // Two starts at once: both take what the first has made.
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static String random() {
    var raw = new byte[Config.SECRET_BYTES];
    new SecureRandom().nextBytes(raw);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
  }
}
