package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;

/** A server that is asked: once, or under load for some seconds. */
final class Subject implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ServerProcess process;
  private final Driver driver;
  private final URI address;

  /** Returns when it serves. */
  Subject(ServerProcess process, Driver driver) throws IOException {
    this.process = process;
    this.driver = driver;
    this.address = process.address();
  }

  URI address() {
    return address;
  }

  ServerProcess process() {
    return process;
  }

  /** The folder that is its own. */
  Path folder() {
    return process.folder();
  }

  /** Sends one request and reads a text; fails when it is refused. */
  HttpResponse<String> send(String method, String target, String body)
      throws IOException, InterruptedException {
    var publisher = HttpRequest.BodyPublishers.ofString(body);
    var request =
        HttpRequest.newBuilder(address.resolve(target))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, publisher)
            .build();
    return send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Sends one request; fails when it is refused. */
  static <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> as)
      throws IOException, InterruptedException {
    var answer = CLIENT.send(request, as);
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(answer.uri() + " was answered with " + answer.statusCode());
    }
    return answer;
  }

  /** A metric without labels, as operators see it. */
  double metric(String name) throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(process.operations().resolve("/metrics")).build();
    return send(request, HttpResponse.BodyHandlers.ofLines())
        .body()
        .filter(line -> line.startsWith(name + ' '))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IOException("There is no metric " + name));
  }

  /** Asks under load; every answer must have the status. */
  Sample measure(Supplier<ByteBuf> requests, int status, Load load, double seconds) {
    return measure(each -> driver.measure(address, requests, status, load, each), seconds);
  }

  /** Has something done for some seconds, and adds what processor time that took. */
  Sample measure(DoubleFunction<Sample> operation, double seconds) {
    long before = process.cpu();
    var sample = operation.apply(seconds);
    return sample.spending(process.cpu() - before);
  }

  @Override
  public void close() {
    process.close();
  }
}
