package dev.afterword.redis;

import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisOptions;
import java.util.List;

/**
 * Where the store is.
 *
 * @param type one server, a cluster, or servers watched over by sentinels or replicated
 * @param uris connection strings, at least one: {@code redis://…}, {@code rediss://…}, {@code
 *     unix://…}
 */
public record RedisAddress(RedisClientType type, List<String> uris) {
  /** One server. */
  public static RedisAddress of(String uri) {
    return new RedisAddress(RedisClientType.STANDALONE, List.of(uri));
  }

  public RedisAddress {
    uris = List.copyOf(uris);
  }

  /** The nodes of a cluster, one by one; anything else is one address as it is. */
  List<RedisAddress> each() {
    return type == RedisClientType.CLUSTER
        ? uris.stream().map(RedisAddress::of).toList()
        : List.of(this);
  }

  /**
   * The client's options: a connection is held by us and never recycled, and {@link RedisLink}
   * bounds what is under way, so the client's own bounds only have to lie above ours.
   */
  RedisOptions options() {
    var options = new RedisOptions().setType(type).setEndpoints(uris);
    options.setMaxWaitingHandlers(2 * RedisLink.MOST_UNDER_WAY);
    options.setMaxPoolSize(8).setMaxPoolWaiting(64);
    options.setPoolCleanerInterval(-1).setPoolRecycleTimeout(-1);
    options.getNetClientOptions().setConnectTimeout(1_000).setTcpKeepAlive(true);
    return options;
  }
}
