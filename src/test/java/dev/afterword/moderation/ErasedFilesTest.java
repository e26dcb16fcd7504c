package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Child;
import dev.afterword.support.Eventually;
import dev.afterword.support.Temporary;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is erased is, soon after, in no file of the embedded store either. */
@Timeout(120)
class ErasedFilesTest {
  @Test
  void whoIsErased_isInNoFile() throws Exception {
    var data = Temporary.folder();
    var secrets = List.of("cinnabar", "vermilion", "Umbriel", "umbriel@example.org");
    try (var server = Child.serve(data)) {
      var draft =
          "{\"text\":\"cinnabar\",\"author\":"
              + "{\"name\":\"Umbriel\",\"email\":\"umbriel@example.org\"}}";
      var posted = send(data, "POST", "comments?article=/a", draft, null);
      var token = posted.getString("token");
      var id = posted.getJsonObject("comment").getString("id");
      send(data, "PATCH", "comments/" + id, "{\"text\":\"vermilion\"}", token);
      for (var secret : secrets) {
        assertThat(files(data, secret)).as(secret).isNotEmpty();
      }
      send(data, "DELETE", "me/data", "", token);
      for (var secret : secrets) {
        Eventually.holds(
            secret + " is gone from all files",
            Duration.ofSeconds(40),
            () -> files(data, secret).isEmpty());
      }
      assertThat(server.output() + server.errors()).doesNotContain(secrets);
    }
    Temporary.delete(data);
  }

  private static JsonObject send(Path data, String method, String path, String body, String token)
      throws IOException, InterruptedException {
    var url = Files.readAllLines(data.resolve("address")).get(0);
    var request =
        HttpRequest.newBuilder(URI.create(url + "/api/v1/demo/" + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    var answer =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 204);
    return answer.body().isEmpty() ? new JsonObject() : new JsonObject(answer.body());
  }

  /** The files of a data directory that hold some text. */
  private static List<Path> files(Path data, String text) throws IOException {
    var found = new ArrayList<Path>();
    try (var all = Files.walk(data)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        try {
          var bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
          if (bytes.contains(text)) {
            found.add(file);
          }
        } catch (NoSuchFileException e) {
          // The log was just written anew.
        }
      }
    }
    return found;
  }
}
