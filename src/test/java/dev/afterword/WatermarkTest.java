package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.afterword.redis.Watermark;
import dev.afterword.support.Eventually;
import dev.afterword.support.Mount;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.NeedsMount;
import dev.afterword.support.RedisCluster;
import dev.afterword.support.RedisServer;
import dev.afterword.support.Resp;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** New comments are refused before the store is full, and taken again when there is room. */
@Timeout(120)
class WatermarkTest {
  private static final int MIB = 1024 * 1024;

  private final Logger log = (Logger) LoggerFactory.getLogger(Watermark.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private int comments;

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    log.detachAppender(lines);
  }

  private static TestServer serve(String redis, String... more) {
    var settings = new HashMap<String, String>();
    settings.put("AFTERWORD_REDIS", redis);
    settings.put("AFTERWORD_LIMITS", "off");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return TestServer.start(settings);
  }

  private HttpResponse<String> post(TestServer server, String key) {
    var body =
        new JsonObject()
            .put("text", "a long word ".repeat(800).strip())
            .put("author", new JsonObject().put("name", "Ann"));
    return server.post(
        "/api/v1/demo/comments?article=/full/" + comments++ % 7,
        body.encode(),
        "Idempotency-Key",
        key);
  }

  private static String code(HttpResponse<String> answer) {
    return answer.statusCode() + " " + new JsonObject(answer.body()).getString("code", "");
  }

  /** Posts until it is refused; answers the refusal. */
  private HttpResponse<String> fill(TestServer server) {
    for (int i = 0; i < 20_000; i++) {
      var answer = post(server, "fill-" + i);
      if (answer.statusCode() != 201) {
        return answer;
      }
    }
    throw new AssertionError("It never was full");
  }

  private static double fullness(TestServer server) {
    return server.metric("afterword_store_fullness");
  }

  private List<String> warnings() {
    return lines.list.stream()
        .filter(line -> line.getLevel() == Level.WARN)
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  private static long number(Resp store, String section, String name) {
    var line = Pattern.compile("(?m)^" + name + ":(\\d+)").matcher(store.text("INFO", section));
    return line.find() ? Long.parseLong(line.group(1)) : 0;
  }

  @Test
  @NeedsCluster
  void memory_commentsAreRefusedBeforeRedisHasTo() {
    try (var store = RedisServer.start("--maxmemory", "64mb", "--maxmemory-policy", "noeviction");
        var server = serve(store.address());
        Resp resp = store.connect()) {
      var first = post(server, "the-first");
      assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
      for (int i = 0; number(resp, "memory", "used_memory") < 55L * MIB; i++) {
        resp.call("SET", "filler" + i, "x".repeat(MIB));
      }
      var refusal = fill(server);
      assertThat(code(refusal)).isEqualTo("503 store-full");
      assertThat(refusal.headers().firstValue("Retry-After")).isPresent();
      long used = number(resp, "memory", "used_memory");
      System.out.println("Refused with " + used / MIB + " of 64 MiB in use, after " + comments);
      assertThat(used).isBetween(57L * MIB, 64L * MIB);
      assertThat(resp.text("INFO", "errorstats")).doesNotContain("errorstat_OOM");
      assertThat(fullness(server)).isGreaterThanOrEqualTo(1);

      // What is there is told, and what is no comment goes on.
      comments = 0;
      var replayed = post(server, "the-first");
      assertThat(replayed.statusCode()).as(replayed.body()).isEqualTo(201);
      assertThat(server.get("/api/v1/demo/comments?article=/full/1").statusCode()).isEqualTo(200);
      var view =
          server.send(
              "POST", "/api/v1/demo/views?article=/full/1", "", "User-Agent", "Mozilla/5.0");
      assertThat(view.statusCode()).isEqualTo(200);
      assertThat(code(post(server, "one-more"))).isEqualTo("503 store-full");
      var comment =
          "/api/v1/demo/comments/"
              + new JsonObject(first.body()).getJsonObject("comment").getString("id");
      var owner = "Bearer " + server.staffToken();
      var headers = new String[] {"Authorization", owner, "Content-Type", "application/json"};
      assertThat(code(server.send("PATCH", comment, "{\"text\":\"New\"}", headers)))
          .isEqualTo("503 store-full");
      assertThat(server.send("DELETE", comment, "", headers).statusCode()).isEqualTo(204);

      // However far beyond the mark it came between two looks.
      IntStream.range(0, 16).forEach(i -> resp.call("DEL", "filler" + i));
      Eventually.holds("there is room", () -> post(server, "one-more").statusCode() == 201);
      assertThat(fullness(server)).isLessThan(0.95);
      assertThat(warnings()).hasSize(2);
      assertThat(warnings().get(0)).contains("nearly full", "of 64 MiB of memory");
      assertThat(warnings().get(1)).contains("room again");
    }
  }

  @Test
  @NeedsCluster
  void cluster_theFullestPrimaryCounts() {
    try (var cluster = RedisCluster.start("--maxmemory", "64mb");
        var server = serve(cluster.addresses(), "AFTERWORD_REDIS_MODE", "cluster")) {
      assertThat(post(server, "the-first").statusCode()).isEqualTo(201);
      try (Resp resp = cluster.connect("{filler}")) {
        for (int i = 0; number(resp, "memory", "used_memory") < 59L * MIB; i++) {
          resp.call("SET", "{filler}" + i, "x".repeat(MIB));
        }
        Eventually.holds("it is full", () -> post(server, "k" + comments).statusCode() == 503);
        for (int i = 0; i < 7; i++) {
          assertThat(code(post(server, "l" + i))).isEqualTo("503 store-full");
        }
        resp.call("FLUSHALL");
      }
      Eventually.holds("there is room", () -> fullness(server) < 0.95);
    }
  }

  @Test
  @NeedsMount
  void disk_commentsAreRefusedBeforeTheLogCannotBeWritten() throws IOException {
    try (var disk = Mount.ofMemory(128);
        var server = serve("", "AFTERWORD_DATA", disk.point().resolve("data").toString())) {
      assertThat(post(server, "the-first").statusCode()).isEqualTo(201);
      var filler = disk.point().resolve("filler");
      Files.write(filler, new byte[110 * MIB]);
      var refusal = fill(server);
      assertThat(code(refusal)).isEqualTo("503 store-full");
      long left = Files.getFileStore(disk.point()).getUsableSpace();
      System.out.println("Refused with " + left / MIB + " of 128 MiB left, after " + comments);
      assertThat(left).isGreaterThan(8L * MIB);
      assertThat(warnings()).hasSize(1);
      assertThat(warnings().get(0)).contains("left on the disk of");
      Files.delete(filler);
      Eventually.holds("there is room", () -> post(server, "one-more").statusCode() == 201);
      assertThat(warnings()).hasSize(2);
    }
  }
}
