package dev.afterword.redis;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Speaks just enough of the Redis protocol to ask a store whether it serves and to stop it. Vert.x
 * is not used because this runs before an event loop does, and after the last one has stopped.
 *
 * <p>Blocking, for one thread; every call ends within the patience given.
 */
final class Resp implements Closeable {
  /** An answer in words: the text of a string, a number or an error. */
  record Reply(boolean refused, String text) {
    boolean isLoading() {
      return refused && text.startsWith("LOADING");
    }
  }

  private final SocketChannel channel;
  private final Selector selector;
  private final Duration patience;
  private final ByteBuffer received = ByteBuffer.allocate(8 * 1024).flip();
  private long deadline;

  private Resp(SocketChannel channel, Selector selector, Duration patience) {
    this.channel = channel;
    this.selector = selector;
    this.patience = patience;
  }

  /**
   * Connects, and signs in where the address has a password.
   *
   * @throws IOException when nobody listens, or whoever listens does not know our password
   */
  static Resp connect(StoreAddress address, Duration patience) throws IOException {
    var channel = SocketChannel.open(address.socket());
    try {
      channel.configureBlocking(false);
      var selector = Selector.open();
      channel.register(selector, SelectionKey.OP_READ);
      var resp = new Resp(channel, selector, patience);
      try {
        if (address.secret().isPresent()) {
          var answer = resp.call("AUTH", address.secret().get());
          if (answer.refused()) {
            throw new IOException(answer.text());
          }
        }
        return resp;
      } catch (IOException refused) {
        selector.close();
        throw refused;
      }
    } catch (IOException failed) {
      channel.close();
      throw failed;
    }
  }

  /** Whether a store answers there, and is not loading. */
  static boolean serves(StoreAddress address, Duration patience) {
    try (var resp = connect(address, patience)) {
      return !resp.call("PING").refused();
    } catch (IOException silent) {
      return false;
    }
  }

  /** Sends one command and waits for its answer; arrays are not understood. */
  Reply call(String... words) throws IOException {
    deadline = System.nanoTime() + patience.toNanos();
    send(words);
    int kind = read();
    var line = readLine();
    return switch (kind) {
      case '+', ':' -> new Reply(false, line);
      case '-' -> new Reply(true, line);
      case '$' -> new Reply(false, readBulk(Integer.parseInt(line)));
      default -> throw new IOException("not a Redis answer");
    };
  }

  @Override
  public void close() throws IOException {
    selector.close();
    channel.close();
  }

  private void send(String... words) throws IOException {
    var request = new StringBuilder("*").append(words.length).append("\r\n");
    for (var word : words) {
      int length = word.getBytes(StandardCharsets.UTF_8).length;
      request.append('$').append(length).append("\r\n").append(word).append("\r\n");
    }
    var bytes = StandardCharsets.UTF_8.encode(request.toString());
    while (bytes.hasRemaining()) {
      if (channel.write(bytes) == 0) {
        throw new SocketTimeoutException("the store does not read");
      }
    }
  }

  private String readBulk(int length) throws IOException {
    if (length < 0) {
      return "";
    }
    var bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) read();
    }
    readLine();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String readLine() throws IOException {
    var line = new StringBuilder();
    for (int c = read(); c != '\n'; c = read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private int read() throws IOException {
    while (!received.hasRemaining()) {
      awaitReadable();
      received.clear();
      int count = channel.read(received);
      received.flip();
      if (count < 0) {
        throw new EOFException("the store closed the connection");
      }
    }
    return received.get() & 0xff;
  }

  private void awaitReadable() throws IOException {
    long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    if (left <= 0) {
      throw new SocketTimeoutException("the store does not answer");
    }
    selector.select(left);
    selector.selectedKeys().clear();
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted");
    }
  }
}
