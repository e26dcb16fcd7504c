package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.Eventually;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hundred comments a second from five hundred addresses, beside five readers. */
@OnStore
@Timeout(300)
class FloodTest {
  /** How long it goes on; CI has it last longer. */
  private static final int SECONDS = Integer.getInteger("afterword.flood.seconds", 4);

  private static final int A_SECOND = 200;
  private static final int ADDRESSES = 500;
  private static final int READERS = 5;

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
    server.addSite("one", "https://one.example");
    server.addSite("many", "https://many.example");
  }

  @Test
  void onOneArticle_isHeldThereAndNobodyElseNotices() throws Exception {
    var met = flood("one", i -> "/flooded");
    assertHeld(met.flood, 100, 5, met.seconds);
    assertUsable(met.pages);
    assertThat(met.readers).hasSizeGreaterThanOrEqualTo(READERS);
    assertThat(met.readers).allSatisfy(each -> assertThat(each.statusCode()).isEqualTo(201));
  }

  @Test
  void onAWholeSite_isHeldAndEverybodyGetsThroughOrIsToldWhen() throws Exception {
    var met = flood("many", i -> "/flooded/" + i % 40);
    assertHeld(met.flood, 500, 20, met.seconds);
    assertUsable(met.pages);
    for (var each : met.readers) {
      if (each.statusCode() != 201) {
        assertIsToldWhen(each);
      }
    }
    var last = reader("many", 0);
    Eventually.holds(
        "afterwards there is room again",
        Duration.ofSeconds(20),
        () -> write("many", last).statusCode() == 201);
  }

  /** What became of the comments, and how long it took to write them. */
  private record Met(
      List<HttpResponse<String>> flood,
      List<HttpResponse<String>> readers,
      List<HttpResponse<String>> pages,
      double seconds) {}

  private record Reader(String network, String token) {}

  private static Met flood(String site, IntFunction<String> article) throws Exception {
    var readers = new ArrayList<Reader>();
    for (int i = 0; i < READERS; i++) {
      readers.add(reader(site, i));
    }
    var writers = Executors.newFixedThreadPool(32);
    var floods = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    var calm = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    var clock = Executors.newSingleThreadScheduledExecutor();
    long start = System.nanoTime();
    var flooding =
        clock.scheduleAtFixedRate(
            () -> {
              int i = floods.size();
              floods.add(
                  CompletableFuture.supplyAsync(
                      () ->
                          write(
                              site,
                              article.apply(i),
                              "198.18." + i % ADDRESSES / 250 + '.' + i % 250),
                      writers));
            },
            0,
            1_000_000 / A_SECOND,
            TimeUnit.MICROSECONDS);
    var reading =
        clock.scheduleAtFixedRate(
            () ->
                readers.forEach(
                    each ->
                        calm.add(CompletableFuture.supplyAsync(() -> write(site, each), writers))),
            1,
            3,
            TimeUnit.SECONDS);
    var staff = "Bearer " + server.addStaff(site, Caller.Role.MODERATOR);
    var queue = "/api/v1/" + site + "/admin/queue?state=all";
    var pages = new ArrayList<CompletableFuture<HttpResponse<String>>>();
    var looking =
        clock.scheduleAtFixedRate(
            () ->
                pages.add(
                    CompletableFuture.supplyAsync(
                        () -> server.get(queue, "Authorization", staff), writers)),
            500,
            500,
            TimeUnit.MILLISECONDS);
    var end =
        clock.schedule(
            () -> {
              flooding.cancel(false);
              reading.cancel(false);
              looking.cancel(false);
              clock.shutdown();
            },
            SECONDS,
            TimeUnit.SECONDS);
    end.get();
    assertThat(clock.awaitTermination(SECONDS + 60, TimeUnit.SECONDS)).isTrue();
    var met = floods.stream().map(CompletableFuture::join).toList();
    var others = calm.stream().map(CompletableFuture::join).toList();
    var looked = pages.stream().map(CompletableFuture::join).toList();
    writers.shutdown();
    return new Met(met, others, looked, (System.nanoTime() - start) / 1e9);
  }

  private static void assertHeld(
      List<HttpResponse<String>> flood, int atOnce, int aSecond, double seconds) {
    assertThat(flood).hasSizeGreaterThan(A_SECOND * SECONDS / 2);
    long through = flood.stream().filter(each -> each.statusCode() == 201).count();
    assertThat(through).isBetween((long) atOnce, (long) (atOnce + aSecond * seconds) + 1);
    assertThat(flood.stream().filter(each -> each.statusCode() != 201))
        .isNotEmpty()
        .allSatisfy(FloodTest::assertIsToldWhen);
  }

  /** Moderators see what comes in while it does. */
  private static void assertUsable(List<HttpResponse<String>> pages) {
    assertThat(pages).isNotEmpty();
    assertThat(pages)
        .allSatisfy(
            each -> {
              assertThat(each.statusCode()).as(each.body()).isEqualTo(200);
              assertThat(new JsonObject(each.body()).getJsonArray("comments")).isNotEmpty();
            });
  }

  private static void assertIsToldWhen(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(429);
    assertThat(answer.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 60L);
  }

  private static Reader reader(String site, int number) {
    var network = "203.0.113." + number;
    var answer = server.post("/api/v1/" + site + "/guests", "{}", "X-Forwarded-For", network);
    return new Reader(network, new JsonObject(answer.body()).getString("token"));
  }

  private static HttpResponse<String> write(String site, Reader reader) {
    return server.post(
        "/api/v1/" + site + "/comments?article=/calm",
        "{\"text\":\"Something to say\"}",
        "X-Forwarded-For",
        reader.network,
        "Authorization",
        "Bearer " + reader.token);
  }

  private static HttpResponse<String> write(String site, String article, String network) {
    return server.post(
        "/api/v1/" + site + "/comments?article=" + article,
        "{\"text\":\"Cheap watches\",\"author\":{\"name\":\"Ann\"}}",
        "X-Forwarded-For",
        network);
  }
}
