package dev.afterword.support;

import dev.afterword.redis.BundledStore;
import dev.afterword.redis.EmbeddedStore;
import dev.afterword.redis.StoreStartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A real Redis for tests, one for the JVM: the one that {@code AFTERWORD_TEST_REDIS} names, else
 * {@code redis:7-alpine} in Docker, else the embedded store (then on a unix socket, as a rule:
 * Vert.x needs its native transport). It keeps its log like the product's: {@code appendfsync
 * always}. Test classes that use it are annotated {@link OnStore}.
 */
public final class TestStore {
  private static final String IMAGE = "redis:7-alpine";

  private static final AtomicInteger CLASSES = new AtomicInteger();

  private static Running running;

  private TestStore() {}

  private record Running(String address, String where) {}

  /** The store's address as Vert.x writes it. */
  public static synchronized String address() {
    if (CLASSES.get() == 0) {
      throw new IllegalStateException("Annotate the test class @OnStore: CI chooses by that");
    }
    if (running == null) {
      running = start();
      TestSummary.ranOn(kind());
    }
    return running.address();
  }

  /** Empties the store, and gives its address. */
  public static String fresh() {
    try (Resp resp = connect()) {
      resp.call("FLUSHALL");
    }
    return address();
  }

  public static Resp connect() {
    return Resp.connect(address());
  }

  /** What it is, for people: {@code Redis 7.0.15 in Docker (redis:7-alpine)}. */
  public static String kind() {
    try (Resp resp = connect()) {
      Matcher version =
          Pattern.compile("redis_version:(\\S+)").matcher(resp.text("INFO", "server"));
      return "Redis " + (version.find() ? version.group(1) : "?") + " " + running.where();
    }
  }

  private static Running start() {
    String named = System.getenv("AFTERWORD_TEST_REDIS");
    if (named != null && !named.isBlank()) {
      return named(named);
    }
    String why = Extra.DOCKER.missing().orElse(null);
    if (why == null) {
      try {
        return docker();
      } catch (RuntimeException e) {
        why = IMAGE + " does not start in Docker: " + e.getMessage();
      }
    }
    if (Extra.DOCKER.isRequired()) {
      throw new IllegalStateException("Redis in Docker is required here: " + why);
    }
    return embedded(why);
  }

  private static Running named(String address) {
    try (Resp resp = Resp.connect(address)) {
      long keys = resp.number("DBSIZE");
      if (keys > 0) {
        throw new IllegalStateException(
            "AFTERWORD_TEST_REDIS names a store with " + keys + " keys, and tests empty it");
      }
    }
    OnExit.run(TestStore::leaveEmpty);
    return new Running(address, "named by AFTERWORD_TEST_REDIS");
  }

  private static void leaveEmpty() {
    try (Resp resp = Resp.connect(running.address())) {
      resp.call("FLUSHALL");
    }
  }

  @SuppressWarnings("resource") // Lives as long as the JVM.
  private static Running docker() {
    GenericContainer<?> container =
        new GenericContainer<>(DockerImageName.parse(IMAGE))
            .withExposedPorts(6379)
            .withCommand("redis-server", "--appendonly", "yes", "--appendfsync", "always");
    container.start();
    OnExit.run(container::stop);
    String address = "redis://" + container.getHost() + ":" + container.getMappedPort(6379);
    // Docker's proxy takes connections before they reach Redis: that the port is open says nothing.
    Eventually.passes("Redis in Docker answers", Duration.ofMinutes(2), () -> ping(address));
    return new Running(address, "in Docker (" + IMAGE + ")");
  }

  private static void ping(String address) {
    try (Resp resp = Resp.connect(address)) {
      resp.call("PING");
    }
  }

  private static Running embedded(String why) {
    Path folder = Temporary.folder();
    try {
      // Where redis-server is left out on purpose, so is the one on the PATH.
      EmbeddedStore store =
          Extra.CLUSTER.missing().isPresent()
              ? BundledStore.start(folder)
              : EmbeddedStore.start(folder);
      OnExit.run(
          () -> {
            store.close();
            Temporary.delete(folder);
          });
      return new Running(store.address(), "embedded, " + store.description() + " (" + why + ")");
    } catch (StoreStartException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Empties the store before the class. */
  static final class Fresh implements BeforeAllCallback, AfterAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
      CLASSES.incrementAndGet();
      fresh();
    }

    @Override
    public void afterAll(ExtensionContext context) {
      CLASSES.decrementAndGet();
    }
  }
}
