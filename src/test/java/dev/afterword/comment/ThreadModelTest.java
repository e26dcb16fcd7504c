package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

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
  /** How many things are done to threads, here and on a cluster; CI does more. */
  static final int STEPS = Integer.getInteger("afterword.model.steps", 4_000);

  @Test
  void whatIsWrong_isFoundAndPutRight() throws Exception {
    try (var server = TestServer.unlimited();
        var threads = new RandomThreads(server, RedisAddress.of(TestStore.address()), 7);
        var store = TestStore.connect()) {
      var model = threads.runArticle("/wrong");
      var article = RandomThreads.ref("/wrong");
      var roots = model.shown(null, "best");
      var first = new CommentId(roots.get(0).id).member();
      var second = new CommentId(roots.get(1).id).member();
      var parent =
          roots.stream()
              .filter(root -> !model.shown(root.id, "oldest").isEmpty())
              .findFirst()
              .get();
      var reply = new CommentId(model.shown(parent.id, "oldest").get(0).id).member();
      store.call("HSET", article.at("a"), "n", "999", "x", "{\"like\":7}");
      store.call("ZREM", article.at("r"), first);
      store.call("ZADD", article.at("rb"), "3", second);
      store.call("ZADD", article.at("rd"), "3", second);
      store.call("ZADD", article.at("rd"), "4", "stranger");
      store.call("ZREM", article.tag() + ":k:" + parent.id, reply);
      store.call("ZADD", article.tag() + ":kb:" + parent.id, "5", "stranger");
      store.call("SETRANGE", article.tag() + ":c:" + roots.get(0).id, "4", "0000777 0000001");

      var result = threads.recount("/wrong");
      assertThat(result.done()).isTrue();
      assertThat(result.faults()).isEqualTo(9);
      threads.checkAll("/wrong", model);
      assertThat(threads.recount("/wrong").faults()).isZero();
    }
  }

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
