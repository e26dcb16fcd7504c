package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PatienceTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final Patience patience = new Patience(100);

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void whatIsThereIsNotWaitedFor() {
    var there = Future.succeededFuture("there");
    assertThat(patience.with(vertx, there)).isSameAs(there);
  }

  @Test
  void anAnswerAndAFailurePass() {
    assertThat(onLoop(() -> vertx.timer(1).map("late")).join()).isEqualTo("late");
    var failing =
        onLoop(
            () ->
                vertx.timer(1).compose(id -> Future.failedFuture(new IllegalStateException("x"))));
    assertThatThrownBy(failing::join).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void silenceFailsInTimeAndOnTheSameLoop() {
    var threads = new CompletableFuture<List<Thread>>();
    context.runOnContext(
        turn -> {
          var asking = Thread.currentThread();
          patience
              .with(vertx, Promise.promise().future())
              .onFailure(failure -> threads.complete(List.of(asking, Thread.currentThread())));
        });
    var both = threads.orTimeout(5, TimeUnit.SECONDS).join();
    assertThat(both.get(1)).isSameAs(both.get(0));
  }

  @Test
  void oneThatIsSilentHoldsUpNoOther() {
    var silent = onLoop(() -> Promise.<String>promise().future());
    var answered = onLoop(() -> vertx.timer(5).map("answered"));
    assertThat(answered.join()).isEqualTo("answered");
    assertThat(silent).isNotDone();
    assertThatThrownBy(silent::join).hasCauseInstanceOf(Problem.class);
  }

  /** Waits on the event loop of the one context. */
  private <T> CompletableFuture<T> onLoop(Supplier<Future<T>> ask) {
    var result = new CompletableFuture<T>();
    context.runOnContext(
        turn ->
            patience
                .with(vertx, ask.get())
                .onComplete(
                    (answer, failure) -> {
                      if (failure == null) {
                        result.complete(answer);
                      } else {
                        result.completeExceptionally(failure);
                      }
                    }));
    return result.orTimeout(5, TimeUnit.SECONDS);
  }
}
