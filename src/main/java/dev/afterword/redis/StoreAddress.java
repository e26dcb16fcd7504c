package dev.afterword.redis;

import io.vertx.core.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Where the embedded store listens: never beyond this machine. */
sealed interface StoreAddress {
  /** {@code sun_path} holds 104 bytes on macOS and 108 on Linux; some room is kept. */
  int LONGEST_SOCKET_PATH = 100;

  /** The connection string for Vert.x. */
  String uri();

  SocketAddress socket();

  Optional<String> secret();

  /** The lines that make a Redis listen here. */
  List<String> directives();

  /** A socket file that only our user may open. */
  record UnixSocket(Path path) implements StoreAddress {
    @Override
    public String uri() {
      return "unix://" + path.toUri().getRawPath();
    }

    @Override
    public SocketAddress socket() {
      return UnixDomainSocketAddress.of(path);
    }

    @Override
    public Optional<String> secret() {
      return Optional.empty();
    }

    @Override
    public List<String> directives() {
      return List.of(
          "port 0", "unixsocket " + StoreDirectory.quoted(path.toString()), "unixsocketperm 700");
    }
  }

  /** A port of the loopback interface. Every user of the machine can reach it: hence a password. */
  record LoopbackPort(int port, String password) implements StoreAddress {
    @Override
    public String uri() {
      return "redis://:" + password + "@127.0.0.1:" + port;
    }

    @Override
    public SocketAddress socket() {
      return new InetSocketAddress(loopback(), port);
    }

    @Override
    public Optional<String> secret() {
      return Optional.of(password);
    }

    @Override
    public List<String> directives() {
      return List.of("bind 127.0.0.1", "port " + port, "requirepass " + password);
    }

    @Override
    public String toString() {
      return "127.0.0.1:" + port; // keeps the password out of logs
    }
  }

  /** The socket when its path is short enough and Vert.x can speak to it, else a free port. */
  static StoreAddress choose(Path socket) throws IOException {
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    var transport = Transport.nativeTransport();
    if (length <= LONGEST_SOCKET_PATH && transport != null && transport.available()) {
      return new UnixSocket(socket);
    }
    var random = new byte[32];
    new SecureRandom().nextBytes(random);
    try (var free = new ServerSocket(0, 1, loopback())) {
      return new LoopbackPort(free.getLocalPort(), HexFormat.of().formatHex(random));
    }
  }

  /** Not the JVM's own idea of it, which a system property may turn into {@code ::1}. */
  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible); // four bytes are an address
    }
  }

  /** Reads what {@link #uri()} wrote; empty when it is anything else. */
  static Optional<StoreAddress> parse(String text) {
    try {
      var uri = URI.create(text);
      if ("unix".equals(uri.getScheme()) && uri.getPath() != null) {
        return Optional.of(new UnixSocket(Path.of(uri.getPath())));
      }
      if ("redis".equals(uri.getScheme()) && uri.getUserInfo() != null && uri.getPort() > 0) {
        return Optional.of(new LoopbackPort(uri.getPort(), uri.getUserInfo().substring(1)));
      }
      return Optional.empty();
    } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
      return Optional.empty();
    }
  }
}
