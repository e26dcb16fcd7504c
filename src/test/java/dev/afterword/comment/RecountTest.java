package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.article.ArticleRef;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.RedisLink;
import dev.afterword.support.OnStore;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much a count takes upon itself. */
@OnStore
@Timeout(120)
class RecountTest {
  /** Where the number of votes stands in a comment. */
  private static final String VOTES = "4";

  private static TestServer server;
  private static Vertx vertx;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Of many readers each is counted, and once; too many are left to whoever asks for a count. */
  @Test
  void manyReaders_areCountedInParts_orNotInTheBackground() throws Exception {
    var article = RandomThreads.ref("/recount/readers");
    int readers = 250;
    var id = votedBy(readers, "/recount/readers");
    try (var resp = TestStore.connect()) {
      miscount(resp, article, id);
      var left = on(link -> new RecountStore(link).article(article, readers - 1));
      assertThat(left).isEqualTo(new RecountStore.Result(0, 0, true));
      assertThat(votes(id)).as("as it was").isEqualTo(7);
      var counted = on(link -> new RecountStore(link).article(article, readers));
      assertThat(counted.faults()).isPositive();
      assertThat(votes(id)).isEqualTo(readers);
    }
  }

  @Test
  void votesThatWereBrought_areCounted_howeverManyCommentsThereAre() throws Exception {
    var article = RandomThreads.ref("/recount/large");
    var id = votedBy(3, "/recount/large");
    try (var resp = TestStore.connect()) {
      var push = new ArrayList<String>(List.of("RPUSH", article.at("l")));
      push.addAll(Collections.nCopies((int) RecountStore.BACKGROUND, "00000000"));
      resp.call(push.toArray(String[]::new));
      miscount(resp, article, id);
      on(link -> new VoteTransferStore(link).settle(article));
      assertThat(votes(id)).isEqualTo(3);
      resp.call("LTRIM", article.at("l"), "0", "0");
    }
  }

  /** A comment's id. */
  private static String votedBy(int readers, String key) {
    var desk = server.desk("demo");
    var id = desk.id(key, "a");
    for (int i = 0; i < readers; i++) {
      Reader.named(desk, "Reader").vote(id, 1);
    }
    return id;
  }

  private static void miscount(Resp resp, ArticleRef article, String id) {
    resp.call("SETRANGE", CommentKeys.comment(article, id), VOTES, "0000007");
  }

  private static int votes(String id) {
    return new JsonObject(server.get("/api/v1/demo/comments/" + id).body()).getInteger("up");
  }

  private static <T> T on(Function<RedisLink, Future<T>> work) throws Exception {
    Promise<T> promise = Promise.promise();
    vertx.runOnContext(
        turn ->
            RedisLink.open(vertx, RedisAddress.of(TestStore.address()))
                .compose(work)
                .onComplete(promise));
    return promise.future().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
