package dev.afterword.support;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The Autobahn test suite, a client that misbehaves in every way it knows of. It is a Python
 * program in two large jars, Jython and the suite, which are looked for in the folder that the
 * system property {@code afterword.autobahn} names; {@code .ci/autobahn FOLDER} fetches them.
 */
public final class Autobahn {
  private static final String FOLDER = "afterword.autobahn";

  private Autobahn() {}

  /**
   * What one case has shown.
   *
   * @param behavior on its messages
   * @param closing how the connection was closed
   */
  public record Result(String behavior, String closing) {}

  static Optional<String> missing() {
    var folder = System.getProperty(FOLDER);
    if (folder == null) {
      return Optional.of("no -D" + FOLDER);
    }
    return classPath(folder).isEmpty() ? Optional.of("no jars in " + folder) : Optional.empty();
  }

  private static String classPath(String folder) {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      var jars = files.map(Path::toString).filter(name -> name.endsWith(".jar")).toList();
      return String.join(System.getProperty("path.separator"), jars);
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Runs cases against a server that sends every message back.
   *
   * @param cases such as {@code 1.*}
   * @return the results by case
   */
  public static Map<String, Result> run(String url, List<String> cases, Duration patience)
      throws IOException, InterruptedException {
    var folder = Temporary.folder();
    try {
      var server = new JsonObject().put("agent", "afterword").put("url", url);
      var order =
          new JsonObject()
              .put("outdir", folder.resolve("reports").toString())
              .put("servers", new JsonArray().add(server))
              .put("cases", new JsonArray(cases))
              .put("exclude-cases", new JsonArray())
              .put("exclude-agent-cases", new JsonObject());
      var orders = Files.writeString(folder.resolve("order.json"), order.encode());
      var output = folder.resolve("output");
      var client =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx1g",
                  "-Dpython.cachedir.skip=true",
                  "-cp",
                  classPath(System.getProperty(FOLDER)),
                  "org.python.util.jython",
                  "-c",
                  "from autobahntestsuite import wstest; wstest.run()",
                  "-m",
                  "fuzzingclient",
                  "-s",
                  orders.toString())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .directory(folder.toFile())
              .start();
      OnExit.run(client::destroyForcibly);
      boolean ended = client.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
      client.destroyForcibly().waitFor();
      if (!ended || client.exitValue() != 0) {
        throw new AssertionError("Autobahn did not finish: " + Files.readString(output));
      }
      return read(folder.resolve("reports").resolve("index.json"));
    } finally {
      Temporary.delete(folder);
    }
  }

  private static Map<String, Result> read(Path report) throws IOException {
    var results = new TreeMap<String, Result>();
    for (var one : new JsonObject(Files.readString(report)).getJsonObject("afterword")) {
      var result = (JsonObject) one.getValue();
      results.put(
          one.getKey(),
          new Result(result.getString("behavior"), result.getString("behaviorClose")));
    }
    return results;
  }
}
