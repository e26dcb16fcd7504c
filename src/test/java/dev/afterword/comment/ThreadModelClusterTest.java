package dev.afterword.comment;

import dev.afterword.TestServer;
import dev.afterword.redis.RedisAddress;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.RedisCluster;
import io.vertx.redis.client.RedisClientType;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads on a Redis Cluster do what the model says. */
@NeedsCluster
@Timeout(300)
class ThreadModelClusterTest {
  @Test
  void whateverIsDone_theThreadIsWhatTheModelSays() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("Random threads on a cluster with seed " + seed);
    var addresses = RedisCluster.shared().addresses();
    var settings =
        Map.of(
            "AFTERWORD_REDIS",
            addresses,
            "AFTERWORD_REDIS_MODE",
            "cluster",
            "AFTERWORD_LIMITS",
            "off");
    var address = new RedisAddress(RedisClientType.CLUSTER, List.of(addresses.split(",", -1)));
    try (var server = TestServer.start(settings);
        var threads = new RandomThreads(server, address, seed)) {
      threads.deepChain(2 * StateStore.STEP + 40);
      threads.run(ThreadModelTest.STEPS);
    }
  }
}
