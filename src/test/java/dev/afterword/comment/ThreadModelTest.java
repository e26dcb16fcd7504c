package dev.afterword.comment;

import dev.afterword.TestServer;
import dev.afterword.redis.RedisAddress;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads on a single Redis do what the model says. */
@OnStore
@Timeout(300)
class ThreadModelTest {
  /** How many things are done to threads, here and on a cluster. */
  static final int STEPS = Integer.getInteger("afterword.model.steps", 20_000);

  @Test
  void whateverIsDone_theThreadIsWhatTheModelSays() throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("Random threads with seed " + seed);
    try (var server = TestServer.unlimited();
        var threads = new RandomThreads(server, RedisAddress.of(TestStore.address()), seed)) {
      threads.deepChain(2 * StateStore.STEP + 40);
      threads.run(STEPS);
    }
  }
}
