package dev.afterword;

import dev.afterword.redis.EmbeddedStore;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreStartException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** How a command reaches the store: beside a running server, and without one. */
final class StoreAccess {
  private StoreAccess() {}

  /** Does something with the store of a configuration, and waits for it. */
  static <T> T with(Config config, Function<RedisLink, Future<T>> work)
      throws Startup.FailedException {
    var configured = config.redis();
    if (configured != null) {
      return with(configured, work);
    }
    try {
      var turn = EmbeddedStore.turn(config.data());
      Optional<String> beside;
      try {
        beside = EmbeddedStore.beside(config.data());
        if (beside.isEmpty()) {
          try (var store = EmbeddedStore.start(config.data())) {
            return with(RedisAddress.of(store.address()), work);
          }
        }
      } finally {
        turn.close();
      }
      // That of a server, which needs no turns.
      return with(RedisAddress.of(beside.get()), work);
    } catch (StoreStartException | IOException e) {
      throw new Startup.FailedException(String.valueOf(e.getMessage()));
    }
  }

  private static <T> T with(RedisAddress address, Function<RedisLink, Future<T>> work)
      throws Startup.FailedException {
    var vertx = Vertx.vertx(Startup.options());
    try {
      return Startup.with(vertx, address, work);
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
