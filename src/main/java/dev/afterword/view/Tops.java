package dev.afterword.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.article.Rankings.By;
import dev.afterword.article.Rankings.Window;
import dev.afterword.view.StatsStore.Ranked;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The rankings that a process has asked for lately, so that anybody may ask as often as they like.
 * One for a process, used by every event loop: a ranking is asked for once, and all others wait for
 * that answer, each on its own event loop.
 */
final class Tops {
  /** With what a client may keep, an answer is less than 30 seconds old. */
  private static final Duration KEPT = Duration.ofSeconds(15);

  private final Cache<Question, CompletableFuture<List<Ranked>>> known =
      Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(KEPT).build();

  /** What a ranking is of. How many are wanted of it is no part: it is always read whole. */
  record Question(String site, By by, Window window) {}

  /**
   * A ranking, always the same list while it is kept.
   *
   * @param ask asks the store, on the current event loop; not called when it is known
   */
  Future<List<Ranked>> of(Vertx vertx, Question question, Supplier<Future<List<Ranked>>> ask) {
    var fresh = new CompletableFuture<List<Ranked>>();
    var asked = known.get(question, key -> fresh);
    if (asked == fresh) {
      ask.get()
          .onComplete(
              (ranked, failure) -> {
                if (failure == null) {
                  fresh.complete(List.copyOf(ranked));
                } else {
                  // A failure is not worth remembering.
                  known.asMap().remove(question, fresh);
                  fresh.completeExceptionally(failure);
                }
              });
    }
    return Future.fromCompletionStage(asked, vertx.getOrCreateContext());
  }
}
