package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.Written;
import dev.afterword.comment.PostStore.Kept;
import dev.afterword.comment.PostStore.Ready;
import dev.afterword.redis.DurableLink;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What no request can bring about on purpose. */
@OnStore
class PostStoreTest {
  private static final ArticleRef ARTICLE =
      ArticleRef.of("demo", 16, ArticleKey.of("/a", List.of()));

  private static Ready ready(CommentId id, String text) {
    var body =
        Written.of(
            "author",
            "Ada",
            "guest",
            text,
            new Markup.Rendered("<p>" + text + "</p>", false),
            Map.of());
    return new Ready(ARTICLE, id, null, body, "", false, "", text, text, 60_000);
  }

  @Test
  void anIdThatIsTaken_isNotTakenAgain() throws Exception {
    var vertx = Vertx.vertx();
    Promise<List<Comment>> promise = Promise.promise();
    var id = CommentId.on(ARTICLE);
    vertx.runOnContext(
        turn ->
            RedisLink.open(vertx, RedisAddress.of(TestStore.address()))
                .compose(
                    link -> {
                      var durable = DurableLink.over(vertx, link);
                      var store = new PostStore(vertx, link, durable, new StoreClock());
                      var comments = new CommentStore(link);
                      return store
                          .post(ready(id, "first"))
                          .compose(
                              first ->
                                  store
                                      .post(ready(id, "second"))
                                      .compose(
                                          second ->
                                              Future.join(
                                                  comments.one(ARTICLE, made(first)),
                                                  comments.one(ARTICLE, made(second)))));
                    })
                .map(
                    both ->
                        both.<Optional<Comment>>list().stream().map(Optional::orElseThrow).toList())
                .onComplete(promise));
    var kept = promise.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(kept).extracting(each -> each.body().text()).containsExactly("first", "second");
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static CommentId made(Kept kept) {
    return new CommentId(((Kept.New) kept).comment().id());
  }
}
