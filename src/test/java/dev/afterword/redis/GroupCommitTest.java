package dev.afterword.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.redis.StoreException.Kind;
import dev.afterword.support.Eventually;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();

  /** What was sent, and what decides its outcome. */
  private final List<List<Integer>> batches = new CopyOnWriteArrayList<>();

  private final List<Promise<List<String>>> outcomes = new CopyOnWriteArrayList<>();
  private final GroupCommit<Integer, String> commit = new GroupCommit<>(this::soon, 4, this::send);
  private final List<String> answers = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Future<List<String>> send(List<Integer> batch) {
    batches.add(List.copyOf(batch));
    Promise<List<String>> outcome = Promise.promise();
    outcomes.add(outcome);
    return outcome.future();
  }

  private void soon(Runnable work) {
    loop.runOnContext(turn -> work.run());
  }

  private void add(int... calls) {
    loop.runOnContext(
        turn ->
            IntStream.of(calls)
                .forEach(
                    call -> commit.add(call).onSuccess(answers::add).onFailure(failures::add)));
  }

  private void answer(int batch) {
    var texts = new ArrayList<String>();
    batches.get(batch).forEach(call -> texts.add("answer " + call));
    loop.runOnContext(turn -> outcomes.get(batch).complete(texts));
  }

  private void awaitBatches(List<?>... expected) {
    Eventually.passes(
        "the batches", () -> assertThat(batches).isEqualTo(List.of((Object[]) expected)));
  }

  @Test
  void oneTurn_oneBatch() {
    add(1, 2, 3);
    awaitBatches(List.of(1, 2, 3));
    answer(0);
    Eventually.passes(
        "answers", () -> assertThat(answers).containsExactly("answer 1", "answer 2", "answer 3"));
  }

  @Test
  void whileOneIsInFlight_theNextGathers() {
    add(1);
    awaitBatches(List.of(1));
    add(2);
    add(3);
    add(4);
    awaitBatches(List.of(1));
    answer(0);
    awaitBatches(List.of(1), List.of(2, 3, 4));
  }

  @Test
  void aBatchHasALargestSize() {
    add(1, 2, 3, 4, 5, 6);
    awaitBatches(List.of(1, 2, 3, 4));
    answer(0);
    awaitBatches(List.of(1, 2, 3, 4), List.of(5, 6));
  }

  @Test
  void aFailureIsThatOfItsBatchAlone() {
    add(1);
    awaitBatches(List.of(1));
    add(2);
    loop.runOnContext(
        turn -> outcomes.get(0).fail(new StoreException(Kind.SLOW, "no answer in time")));
    awaitBatches(List.of(1), List.of(2));
    answer(1);
    Eventually.passes("the answer", () -> assertThat(answers).containsExactly("answer 2"));
    assertThat(failures).hasSize(1);
  }

  @Test
  void aDefectFailsItsBatchAndBlocksNobody() {
    var calls = new CopyOnWriteArrayList<Integer>();
    var broken =
        new GroupCommit<Integer, String>(
            this::soon,
            4,
            batch -> {
              calls.addAll(batch);
              throw new IllegalStateException("a defect");
            });
    loop.runOnContext(turn -> broken.add(1).onFailure(failures::add));
    Eventually.holds("it failed", () -> failures.size() == 1);
    loop.runOnContext(turn -> broken.add(2).onFailure(failures::add));
    Eventually.holds("the next was tried", () -> failures.size() == 2);
    assertThat(calls).containsExactly(1, 2);
  }

  @Test
  void tooFewAnswersFailTheirBatchAndBlockNobody() {
    add(1, 2);
    awaitBatches(List.of(1, 2));
    loop.runOnContext(turn -> outcomes.get(0).complete(List.of("only one")));
    Eventually.holds("both have ended", () -> answers.size() + failures.size() == 2);
    add(3);
    awaitBatches(List.of(1, 2), List.of(3));
  }

  @Test
  void tooManyWaiting_areRefusedAsBusy() {
    add(IntStream.range(0, 32 * 4 + 2).toArray());
    Eventually.holds("two are refused", () -> failures.size() == 2);
    assertThat(failures)
        .allSatisfy(failure -> assertThat(((StoreException) failure).kind()).isEqualTo(Kind.BUSY));
  }

  @Test
  void isIdle_whenNothingWaitsOrIsInFlight() {
    assertThat(commit.isIdle()).isTrue();
    add(1);
    awaitBatches(List.of(1));
    assertThat(commit.isIdle()).isFalse();
    answer(0);
    Eventually.holds("idle again", commit::isIdle);
  }
}
