package dev.afterword.support;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Asks within three seconds whether a Docker engine answers; Testcontainers takes minutes. */
final class Docker {
  private static final int PATIENCE_SECONDS = 3;

  private Docker() {}

  /** Why Docker cannot be used; empty when it can. */
  static Optional<String> missing() {
    Optional<SocketAddress> engine = engine();
    if (engine.isEmpty()) {
      return Optional.of("no Docker engine found");
    }
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    Thread asking = new Thread(() -> ask(engine.get(), answer), "docker-probe");
    asking.setDaemon(true);
    asking.start();
    try {
      if (!answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return Optional.of("what listens at " + engine.get() + " is no Docker engine");
      }
    } catch (ExecutionException | TimeoutException e) {
      return Optional.of("no Docker engine answers at " + engine.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted while asking for Docker");
    }
    // In a container Testcontainers would pull an image to find the host's address, for minutes.
    if (Files.exists(Path.of("/.dockerenv"))
        && engine.get() instanceof UnixDomainSocketAddress
        && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null) {
      return Optional.of("inside a container, and TESTCONTAINERS_HOST_OVERRIDE is not set");
    }
    return Optional.empty();
  }

  private static Optional<SocketAddress> engine() {
    String host = System.getenv("DOCKER_HOST");
    if (host != null && !host.isBlank()) {
      return address(host);
    }
    String runtime = System.getenv("XDG_RUNTIME_DIR");
    return Stream.of(
            "/var/run/docker.sock",
            System.getProperty("user.home") + "/.docker/run/docker.sock",
            (runtime == null ? "/nowhere" : runtime) + "/docker.sock")
        .map(Path::of)
        .filter(Files::exists)
        .findFirst()
        .map(UnixDomainSocketAddress::of);
  }

  private static Optional<SocketAddress> address(String host) {
    try {
      URI uri = URI.create(host);
      return "unix".equals(uri.getScheme())
          ? Optional.of(UnixDomainSocketAddress.of(uri.getPath()))
          : Optional.of(new InetSocketAddress(uri.getHost(), uri.getPort()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void ask(SocketAddress engine, CompletableFuture<Boolean> answer) {
    try (SocketChannel channel = SocketChannel.open(engine)) {
      String question = "GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n";
      channel.write(ByteBuffer.wrap(question.getBytes(StandardCharsets.US_ASCII)));
      InputStream in = Channels.newInputStream(channel);
      String head = new String(in.readNBytes(12), StandardCharsets.US_ASCII);
      answer.complete(head.startsWith("HTTP/") && head.endsWith(" 200"));
    } catch (IOException | RuntimeException e) {
      answer.completeExceptionally(e);
    }
  }
}
