package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Child;
import dev.afterword.support.Eventually;
import dev.afterword.support.Mount;
import dev.afterword.support.NeedsMount;
import dev.afterword.support.Temporary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The power goes off under load. The data directory lies on a disk of its own, an image file with
 * an ext4 in it; the store is frozen between two instructions, and what the disk has received by
 * then is copied and started from. What lies in the system's memory only is not in the copy.
 */
@NeedsMount
@Timeout(180)
class PowerCutTest {
  private static final int CUTS = 3;
  private static final int CLIENTS = 8;
  private static final int ARTICLES = 3;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final Path images = Temporary.folder();

  @AfterEach
  void remove() {
    Temporary.delete(images);
  }

  @Test
  void powerCut_noAcknowledgedCommentIsLost() throws Exception {
    var image = images.resolve("disk-0");
    Mount.makeImage(image, 64);
    var acknowledged = new HashSet<String>();
    for (int cut = 1; cut <= CUTS; cut++) {
      var copy = images.resolve("disk-" + cut);
      var unsynced = "unsynced-" + cut;
      int before = acknowledged.size();
      try (var disk = Mount.ofImage(image)) {
        acknowledged.addAll(postUntilThePowerFails(disk.point(), unsynced, image, copy));
      }
      Files.delete(image);
      image = copy;
      try (var disk = Mount.ofImage(copy)) {
        var file = disk.point().resolve(unsynced);
        assertThat(Files.exists(file) ? Files.size(file) : 0).isZero();
        var listed = listedAfterAStart(disk.point().resolve("data"));
        System.out.println(
            "Cut "
                + cut
                + ": "
                + (acknowledged.size() - before)
                + " acknowledged; "
                + (listed.size() - acknowledged.size())
                + " in all were kept, but cut off before that could be told");
        assertThat(listed).containsAll(acknowledged);
      }
    }
  }

  /** Gives the comments that were acknowledged before the disk was copied. */
  private static Set<String> postUntilThePowerFails(
      Path disk, String unsynced, Path image, Path copy) throws Exception {
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    var clients = new ArrayList<Thread>();
    var data = disk.resolve("data");
    try (var server = Child.serve(data)) {
      var url = url(data);
      var store = store(data);
      for (int i = 0; i < CLIENTS; i++) {
        var client = new Thread(() -> post(url, acknowledged));
        client.start();
        clients.add(client);
      }
      Eventually.holds("load", () -> acknowledged.size() > 250);
      // The same disk at the same moment, but nobody has asked for this to be on it.
      Files.write(disk.resolve(unsynced), new byte[10_000]);
      freeze(store);
      Files.copy(image, copy);
      server.kill();
      store.destroyForcibly();
      for (var client : clients) {
        client.join();
      }
      Eventually.holds("the store is gone", () -> !store.isAlive());
    }
    return acknowledged;
  }

  /** Posts one after the other until it is not answered. */
  private static void post(String url, Set<String> acknowledged) {
    for (int i = 0; ; i++) {
      var request =
          HttpRequest.newBuilder(
                  URI.create(url + "/api/v1/demo/comments?article=/cut/" + i % ARTICLES))
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"text\":\"number " + i + "\",\"author\":{\"name\":\"Ann\"}}"))
              .build();
      try {
        var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 201) {
          acknowledged.add(new JsonObject(answer.body()).getJsonObject("comment").getString("id"));
        }
      } catch (IOException cutOff) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void freeze(ProcessHandle process) throws Exception {
    var pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", "-STOP", pid).start().waitFor()).isZero();
    // Whatever it was asking of the disk is answered then.
    Eventually.holds(
        "it is frozen",
        () ->
            Files.readString(Path.of("/proc", pid, "stat"))
                .replaceFirst(".*\\) ", "")
                .startsWith("T"));
  }

  /** Starts from what the disk has, and gives all comments; every count agrees with them. */
  private static Set<String> listedAfterAStart(Path data) throws Exception {
    try (var server = Child.serve(data)) {
      var listed = new HashSet<String>();
      for (int i = 0; i < ARTICLES; i++) {
        var ofArticle = new HashSet<String>();
        int total = 0;
        for (String after = ""; after != null; ) {
          var page = get(url(data), "/comments?article=/cut/" + i + "&limit=100" + after);
          page.getJsonArray("comments")
              .forEach(each -> ofArticle.add(((JsonObject) each).getString("id")));
          total = page.getInteger("total");
          after = page.getString("next") == null ? null : "&after=" + page.getString("next");
        }
        assertThat(ofArticle).hasSize(total);
        listed.addAll(ofArticle);
      }
      server.terminate();
      assertThat(server.code()).isZero();
      return listed;
    }
  }

  private static JsonObject get(String url, String path) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url + "/api/v1/demo" + path)).build();
    var answer = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return new JsonObject(answer.body());
  }

  private static String url(Path data) {
    return lineOf(data.resolve("address"));
  }

  private static ProcessHandle store(Path data) {
    return ProcessHandle.of(Long.parseLong(lineOf(data.resolve("store.pid")))).orElseThrow();
  }

  private static String lineOf(Path file) {
    try {
      return Files.readAllLines(file).get(0).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
