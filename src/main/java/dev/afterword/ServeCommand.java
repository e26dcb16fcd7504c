package dev.afterword;

import dev.afterword.http.Contract;
import dev.afterword.redis.EmbeddedStore;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.StoreStartException;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Serves until it is told to stop. */
@Command(
    name = "serve",
    description = "Serve readers (the default).",
    mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final long STOP_SECONDS = 15;

  @ParentCommand private Main main;

  ServeCommand() {
    this(new Main());
  }

  ServeCommand(Main main) {
    this.main = main;
  }

  @Override
  public Integer call() throws Exception {
    var server = start(main.config());
    server.announce();
    Runtime.getRuntime().addShutdownHook(new Thread(server::stopAndHalt, "stop"));
    new CountDownLatch(1).await();
    return 0;
  }

  /** Starts a whole server: the store, the loops, the listeners. */
  static Server start(Config config) throws Startup.FailedException {
    var secrets = Startup.secrets(config);
    var staffToken = Startup.staffToken(config.data());
    // What needs no store is made while the store starts: a start is mostly classes being loaded.
    var vertx = Vertx.vertx(Startup.options());
    var contract = Contract.load(vertx);
    var meters = vertx.executeBlocking(ServeCommand::meters, false);
    EmbeddedStore store = null;
    try {
      store = config.redis() == null ? embedded(config) : null;
      var address = store == null ? config.redis() : RedisAddress.of(store.address());
      if (address == null) {
        throw new Startup.FailedException("No store is configured.");
      }
      Startup.with(
          vertx,
          address,
          link ->
              Startup.checkSecret(link, secrets)
                  .compose(checked -> Startup.prepare(link, config, staffToken)));
      var app = App.start(vertx, config, address, secrets, await(contract), await(meters));
      return new Server(config, vertx, store, await(app));
    } catch (Startup.FailedException e) {
      vertx.close();
      if (store != null) {
        store.close();
      }
      throw e;
    }
  }

  private static EmbeddedStore embedded(Config config) throws Startup.FailedException {
    try {
      return EmbeddedStore.start(config.data());
    } catch (StoreStartException e) {
      throw new Startup.FailedException(String.valueOf(e.getMessage()));
    }
  }

  private static PrometheusMeterRegistry meters() {
    var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    new JvmMemoryMetrics().bindTo(meters);
    new JvmThreadMetrics().bindTo(meters);
    new ProcessorMetrics().bindTo(meters);
    @SuppressWarnings("resource") // It listens for as long as the process lives.
    var collections = new JvmGcMetrics();
    collections.bindTo(meters);
    return meters;
  }

  private static <T> T await(Future<T> future) throws Startup.FailedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Startup.FailedException("Interrupted.");
    } catch (ExecutionException e) {
      throw Startup.failed(e);
    }
  }

  /** A running server. */
  static final class Server implements AutoCloseable {
    private final Config config;
    private final Vertx vertx;
    private final @Nullable EmbeddedStore store;
    private final App app;

    private Server(Config config, Vertx vertx, @Nullable EmbeddedStore store, App app) {
      this.config = config;
      this.vertx = vertx;
      this.store = store;
      this.app = app;
    }

    /** What readers use, without a trailing slash. */
    String url() {
      return app.url();
    }

    /** What operators use, without a trailing slash. */
    String operationsUrl() {
      return app.operationsUrl();
    }

    /** Tells people on the terminal, and scripts in a file, where it is. */
    void announce() throws Startup.FailedException {
      var data = config.data();
      try {
        var lines = List.of(app.url(), app.operationsUrl());
        var fresh = Files.write(data.resolve("address.new"), lines);
        Files.move(fresh, data.resolve("address"), StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new Startup.FailedException("The data directory " + data + " cannot be written.");
      }
      var embedded = store;
      var what = config.demo() ? "a demo article: " : "";
      System.out.println("Afterword is serving " + what + app.url() + "/");
      System.out.println("The staff token is in " + data.resolve("staff-token"));
      if (embedded != null) {
        System.out.println("Data is kept in " + data + " (" + embedded.description() + ")");
      }
      LOG.info("Listening on {}, operations on {}", app.url(), app.operationsUrl());
    }

    /** Stops everything in turn; loses nothing that was acknowledged. */
    @Override
    public void close() {
      stop();
    }

    /** The same; false when what waited in this process may not have reached the store. */
    private boolean stop() {
      boolean well = false;
      try {
        app.stop()
            .eventually(vertx::close)
            .toCompletionStage()
            .toCompletableFuture()
            .get(STOP_SECONDS, TimeUnit.SECONDS);
        well = true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (ExecutionException | TimeoutException e) {
        LOG.warn("Stopping did not end well", e);
      }
      if (store != null) {
        store.close();
      }
      try {
        Files.deleteIfExists(config.data().resolve("address"));
      } catch (IOException e) {
        LOG.debug("The address file stays", e);
      }
      return well;
    }

    private void stopAndHalt() {
      // A JVM that a signal ends would exit with 143 although everything went well.
      Runtime.getRuntime().halt(stop() ? 0 : 1);
    }
  }
}
