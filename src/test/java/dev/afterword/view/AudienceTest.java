package dev.afterword.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Eventually;
import dev.afterword.view.Audience.Kind;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers, browsers that load ahead, and robots, as they say themselves who they are. */
class AudienceTest {
  private static final String CHROME =
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
          + " Safari/537.36";

  private static final Vertx vertx = Vertx.vertx();
  private static final Audience audience = new Audience(vertx);

  @AfterAll
  static void close() {
    vertx.close().await();
  }

  @ParameterizedTest
  @MethodSource
  void readers(String agent) {
    assertThat(kindOf(agent)).isEqualTo(Kind.READER);
  }

  static Stream<String> readers() {
    return lines("readers.txt");
  }

  @ParameterizedTest
  @MethodSource
  void robots(String agent) {
    assertThat(kindOf(agent)).isEqualTo(Kind.BOT);
  }

  static Stream<String> robots() {
    return lines("robots.txt");
  }

  @Test
  void noAgent_isARobot() {
    assertThat(kindOf("")).isEqualTo(Kind.BOT);
    assertThat(kindOf(" ")).isEqualTo(Kind.BOT);
    assertThat(ask(MultiMap.caseInsensitiveMultiMap())).isEqualTo(Kind.BOT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "Reader 7", "NewsApp/3.2 (iPhone; iOS 17.5)", "Curfew/1.0"})
  void anUnknownAgent_isAReader(String agent) {
    assertThat(kindOf(agent)).isEqualTo(Kind.READER);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Sec-Purpose | prefetch",
        "Sec-Purpose | prefetch;prerender",
        "sec-purpose | prefetch;anonymous-client-ip",
        "Sec-Purpose | prefetch ; a=\"b\"",
        "Sec-Purpose | other, prefetch",
        "SEC-PURPOSE | PREFETCH",
        "Purpose     | prefetch",
        "Purpose     | preview",
        "X-Purpose   | preview",
        "X-Purpose   | prefetch",
        "X-Moz       | prefetch",
        "x-moz       | Prefetch",
      })
  void aBrowserThatLoadsAhead(String header, String value) {
    assertThat(ask(headers(CHROME).add(header, value))).isEqualTo(Kind.PREFETCH);
    assertThat(ask(headers("Googlebot/2.1").add(header, value))).isEqualTo(Kind.PREFETCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?1", "other", "prefetched", "no-prefetch", "other;prefetch", ";,;"})
  void anotherPurpose_isAReaders(String value) {
    assertThat(ask(headers(CHROME).add("Sec-Purpose", value))).isEqualTo(Kind.READER);
  }

  @Test
  void aPurposeInASecondHeader_isSeen_andOneFarBehindIsNot() {
    var twice = headers(CHROME).add("Sec-Purpose", "other").add("Sec-Purpose", "prefetch");
    assertThat(ask(twice)).isEqualTo(Kind.PREFETCH);
    var far = headers(CHROME).add("Sec-Purpose", ",".repeat(16_000) + "prefetch");
    assertThat(ask(far)).isEqualTo(Kind.READER);
  }

  @Test
  void aKnownAgent_isAnsweredAtOnce_whateverFollowsItsFirst512Characters() {
    var agent = CHROME + " " + "x".repeat(16_000);
    kindOf(agent);
    var again = audience.of(headers(agent + "y"));
    assertThat(again.isComplete()).isTrue();
    assertThat(again).isSameAs(audience.of(headers(agent)));
  }

  /** While the worker is held nobody answers, so nobody but the worker looks at them. */
  @Test
  void hostileAgents_areAnsweredInTime_andHoldNoEventLoop() {
    var agents = hostile();
    assertThat(agents).hasSizeLessThan(Audience.MOST_WAITING);
    var worker = holdTheWorker();
    var asked = onLoop(newLoop(), () -> agents.stream().map(a -> ask(audience, a)).toList());
    long early = asked.stream().filter(Future::isComplete).count();
    worker.countDown();
    assertThat(early).isZero();
    List<Kind> kinds = await(Future.all(asked).map(all -> all.list()));
    assertThat(kinds).hasSize(agents.size()).contains(Kind.READER);
  }

  private static List<String> hostile() {
    var agents = new ArrayList<String>();
    for (var piece :
        List.of(
            "a",
            "/",
            "0",
            "((((",
            "[FB;",
            "a/1 ",
            "A-",
            "; ",
            ";.prod",
            "Mozilla Mobile ",
            "Mozilla/5.0 (",
            "Android ",
            "Linux; Android 1; ",
            "iPhone Android ",
            "CFNetwork/",
            "Phoenix",
            "\\",
            "%20",
            "+",
            "\u00e4",
            "\u0000",
            "iPhone bot",
            "MSIE 7.0;")) {
      agents.add("x" + piece.repeat(16_384 / piece.length()));
      agents.add(CHROME + piece.repeat(16_384 / piece.length()));
    }
    return agents;
  }

  @Test
  void eachLoop_isAnsweredOnItsOwn() {
    var worker = holdTheWorker();
    var loops = List.of(newLoop(), newLoop(), newLoop());
    var answered = new ArrayList<Future<Boolean>>();
    for (var loop : loops) {
      answered.add(
          onLoop(
              loop,
              () ->
                  audience
                      .of(headers("Firefox of three loops"))
                      .map(kind -> Vertx.currentContext() == loop)));
    }
    worker.countDown();
    List<Boolean> onItsOwn = await(Future.all(answered).map(all -> all.list()));
    assertThat(onItsOwn).containsOnly(true);
  }

  @Test
  void tooManyUnseen_areReadersAtOnce_andAreNotRemembered() {
    var fresh = new Audience(vertx);
    var worker = holdTheWorker();
    var waiting =
        IntStream.range(0, Audience.MOST_WAITING).mapToObj(i -> ask(fresh, "curl/" + i)).toList();
    long early = waiting.stream().filter(Future::isComplete).count();
    var oneMore = ask(fresh, "wget/1").result();
    var again = ask(fresh, "curl/1");
    boolean answeredEarly = again.isComplete();
    worker.countDown();
    assertThat(early).isZero();
    assertThat(oneMore).isEqualTo(Kind.READER);
    assertThat(answeredEarly).isFalse();
    assertThat(await(again)).isEqualTo(Kind.BOT);
    List<Kind> kinds = await(Future.all(waiting).map(all -> all.list()));
    assertThat(kinds).containsOnly(Kind.BOT);
    Eventually.passes(
        "there is time to look", () -> assertThat(await(ask(fresh, "wget/1"))).isEqualTo(Kind.BOT));
  }

  private static Kind kindOf(String agent) {
    return await(ask(audience, agent));
  }

  private static Future<Kind> ask(Audience audience, String agent) {
    return audience.of(headers(agent));
  }

  private static Kind ask(MultiMap headers) {
    return await(audience.of(headers));
  }

  private static MultiMap headers(String agent) {
    return MultiMap.caseInsensitiveMultiMap().add("User-Agent", agent);
  }

  private static CountDownLatch holdTheWorker() {
    var held = new CountDownLatch(1);
    vertx
        .createSharedWorkerExecutor("afterword-audience", 1)
        .executeBlocking(() -> held.await(30, TimeUnit.SECONDS), false);
    return held;
  }

  private static Context newLoop() {
    return ((VertxInternal) vertx).createEventLoopContext();
  }

  private static <T> T onLoop(Context loop, Supplier<T> work) {
    return await(Future.future(p -> loop.runOnContext(go -> p.complete(work.get()))));
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.await(30, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new AssertionError("not answered in time", e);
    }
  }

  private static Stream<String> lines(String name) {
    try (InputStream in = AudienceTest.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8).lines();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
