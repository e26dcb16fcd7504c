package dev.afterword.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.redis.EmbeddedStore;
import dev.afterword.support.Child;
import dev.afterword.support.Eventually;
import dev.afterword.support.RedisServer;
import dev.afterword.support.Resp;
import dev.afterword.support.Temporary;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Visitors across midnight. The day of the salts is the store's, so a test makes it midnight there:
 * it moves what was today's salt to where yesterday's is kept.
 */
class SaltsTest {
  private static final String SALTS = "{demo}:salts";

  @Test
  void aVisitorOfYesterday_isNotCountedAgainInsideTheWindow() {
    try (var store = RedisServer.start();
        var early = serve(store);
        var late = serve(store);
        var resp = store.connect()) {
      assertThat(view(early, "1.1.1.1")).isEqualTo("counted 1");
      assertThat(view(late, "1.1.1.1")).isEqualTo("repeat 1");
      midnight(resp, "of-the-new-day");
      // A process that starts now knows both salts.
      try (var fresh = serve(store)) {
        assertThat(view(fresh, "1.1.1.1")).isEqualTo("repeat 1");
        assertThat(view(fresh, "1.1.1.2")).isEqualTo("counted 2");
        // One that believes in yesterday's salt for some more seconds is corrected by the bucket.
        assertThat(view(late, "1.1.1.2")).isEqualTo("repeat 2");
        assertThat(view(late, "1.1.1.3")).isEqualTo("counted 3");
        assertThat(view(fresh, "1.1.1.3")).isEqualTo("repeat 3");
        // From memory: its number may be some seconds old.
        assertThat(view(early, "1.1.1.1")).startsWith("repeat");
        Eventually.passes(
            "visitors are the sum of the days",
            () -> assertThat(counts(fresh).getLong("visitors")).isEqualTo(3));
      }
    }
  }

  /** Whatever its clock says: no process's own clock decides anything. */
  @Test
  void theDay_neverGoesBack() {
    try (var store = RedisServer.start();
        var resp = store.connect()) {
      try (var server = serve(store)) {
        assertThat(view(server, "1.1.1.1")).isEqualTo("counted 1");
      }
      midnight(resp, "tomorrows");
      try (var server = serve(store)) {
        assertThat(view(server, "1.1.1.1")).isEqualTo("repeat 1");
        assertThat(view(server, "1.1.1.2")).isEqualTo("counted 2");
      }
      assertThat(resp.text("HGET", SALTS, "t")).isEqualTo("tomorrows");
    }
  }

  @Test
  void aSaltWhoseTimeIsOver_isFoundNowhere() throws Exception {
    var data = Temporary.folder();
    var address = "203.0.113.77";
    var agent = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0 Peculiar/4711";
    String salt;
    var output = new ArrayList<String>();
    try (var server = Child.serve(data)) {
      var request =
          HttpRequest.newBuilder(URI.create(url(data) + "/api/v1/demo/views?article=/private"))
              .header("X-Forwarded-For", address)
              .header("User-Agent", agent)
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      var answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.body()).contains("\"counted\":true");
      salt = inStore(data, Request.cmd(Command.HGET).arg(SALTS).arg("t")).toString();
      assertThat(files(data, salt)).as("the log holds the salt of today").isNotEmpty();
      // Two days pass.
      inStore(data, Request.cmd(Command.HINCRBY).arg(SALTS).arg("d").arg(-2));
      output.add(server.output() + server.errors());
    }
    Eventually.holds("its store has ended", () -> EmbeddedStore.beside(data).isEmpty());
    try (var server = Child.serve(data)) {
      Eventually.holds("the salt is gone from all files", () -> files(data, salt).isEmpty());
      output.add(server.output() + server.errors());
    }
    for (var secret : List.of(address, "Peculiar/4711", salt)) {
      assertThat(files(data, secret)).as(secret).isEmpty();
      assertThat(String.join("", output)).doesNotContain(secret);
    }
    Temporary.delete(data);
  }

  /** A process that counts once more for a site that was removed makes a salt anew. */
  @Test
  void theSaltsOfARemovedSite_goAsWell() throws Exception {
    var data = Temporary.folder();
    var settings =
        Map.of("AFTERWORD_REDIS", "", "AFTERWORD_DATA", data.toString(), "AFTERWORD_LIMITS", "off");
    var key = "{gone}:salts";
    String salt;
    try (var server = TestServer.start(settings)) {
      server.addSite("gone", "https://gone.example");
      var path = "/api/v1/gone/views?article=/private";
      assertThat(server.send("POST", path, "").body()).contains("\"counted\":true");
      salt = inStore(data, Request.cmd(Command.HGET).arg(key).arg("t")).toString();
      server.command(0, "site", "remove", "gone");
    }
    Eventually.holds("its store has ended", () -> EmbeddedStore.beside(data).isEmpty());
    try (var server = TestServer.start(settings)) {
      Eventually.holds(
          "the salt is gone from the store",
          () -> inStore(data, Request.cmd(Command.EXISTS).arg(key)).toInteger() == 0);
      Eventually.holds("and from all files", () -> files(data, salt).isEmpty());
      server.addSite("gone", "https://gone.example");
      var path = "/api/v1/gone/views?article=/private";
      Eventually.holds(
          "it counts again", () -> server.send("POST", path, "").body().contains("\"views\":"));
      assertThat(inStore(data, Request.cmd(Command.HGET).arg(key).arg("t"))).isNotNull();
    }
    Temporary.delete(data);
  }

  private static void midnight(Resp resp, String salt) {
    var today = Long.parseLong(resp.text("HGET", SALTS, "d"));
    var before = resp.text("HGET", SALTS, "t");
    resp.call("HSET", SALTS, "d", Long.toString(today + 1), "t", salt, "y", before);
  }

  private static TestServer serve(RedisServer store) {
    return TestServer.start(Map.of("AFTERWORD_REDIS", store.address(), "AFTERWORD_LIMITS", "off"));
  }

  private static String view(TestServer server, String from) {
    var answer =
        server.send("POST", "/api/v1/demo/views?article=/night", "", "X-Forwarded-For", from);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var json = new JsonObject(answer.body());
    var what = json.getBoolean("counted") ? "counted" : json.getString("reason");
    return what + ' ' + json.getLong("views");
  }

  private static JsonObject counts(TestServer server) {
    return new JsonObject(server.get("/api/v1/demo/counts?article=/night").body())
        .getJsonObject("counts")
        .getJsonObject("/night");
  }

  private static String url(Path data) throws IOException {
    return Files.readAllLines(data.resolve("address")).get(0);
  }

  /** The files of a data directory that hold some text. */
  private static List<Path> files(Path data, String text) throws IOException {
    var found = new ArrayList<Path>();
    try (var all = Files.walk(data)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        if (bytes.contains(text)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static Response inStore(Path data, Request request) {
    var vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    try {
      return Redis.createClient(vertx, EmbeddedStore.beside(data).orElseThrow())
          .send(request)
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
