package dev.afterword.support;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A small blocking Redis client, so that tests look at the store through other eyes than the
 * product's. Answers are {@code String}, {@code Long}, {@code List}, {@code null}, or, inside a
 * list, a {@link Refused}.
 */
public final class Resp implements AutoCloseable {
  /** An error answer, such as {@code MOVED 42 127.0.0.1:7000}. */
  public static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  private final SocketChannel channel;
  private final Selector selector;
  private final long timeoutMillis;
  private final ByteBuffer in = ByteBuffer.allocate(64 * 1024).flip();

  private Resp(SocketChannel channel, Duration timeout) throws IOException {
    this.channel = channel;
    this.timeoutMillis = timeout.toMillis();
    this.selector = Selector.open();
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_READ);
  }

  /**
   * Connects to an address as Vert.x writes them: {@code
   * redis://[[user]:password@]host[:port][/db]} or {@code unix://[[user]:password@]/path[?db=n]}.
   */
  public static Resp connect(String address) {
    return connect(address, Duration.ofSeconds(10));
  }

  public static Resp connect(String address, Duration timeout) {
    URI uri = URI.create(address);
    try {
      Resp resp = new Resp(open(uri), timeout);
      try {
        resp.introduce(uri);
        return resp;
      } catch (RuntimeException e) {
        resp.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot connect to " + address + ": " + e.getMessage(), e);
    }
  }

  private static SocketChannel open(URI uri) throws IOException {
    if ("unix".equals(uri.getScheme())) {
      return SocketChannel.open(UnixDomainSocketAddress.of(uri.getPath()));
    }
    int port = uri.getPort() < 0 ? 6379 : uri.getPort();
    SocketChannel channel = SocketChannel.open(new InetSocketAddress(uri.getHost(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return channel;
  }

  private void introduce(URI uri) {
    boolean unix = "unix".equals(uri.getScheme());
    String user = uri.getUserInfo();
    if (user == null && unix && uri.getAuthority() != null && uri.getAuthority().endsWith("@")) {
      user = uri.getAuthority().substring(0, uri.getAuthority().length() - 1);
    }
    String password = query(uri, "password");
    if (user != null) {
      int colon = user.indexOf(':');
      String name = colon > 0 ? user.substring(0, colon) : "default";
      call("AUTH", name, user.substring(colon + 1));
    } else if (password != null) {
      call("AUTH", password);
    }
    String db = unix ? query(uri, "db") : uri.getPath().replace("/", "");
    if (db != null && !db.isEmpty()) {
      call("SELECT", db);
    }
  }

  private static String query(URI uri, String name) {
    if (uri.getQuery() == null) {
      return null;
    }
    for (String pair : uri.getQuery().split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return null;
  }

  /** Sends one command and waits for its answer; an error answer is thrown as {@link Refused}. */
  public Object call(String... command) {
    send(command);
    return read();
  }

  public String text(String... command) {
    return (String) call(command);
  }

  public long number(String... command) {
    return (Long) call(command);
  }

  @SuppressWarnings("unchecked")
  public List<Object> list(String... command) {
    return (List<Object>) call(command);
  }

  /** Sends without waiting: for pipelines and for {@code SUBSCRIBE}. */
  public void send(String... command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (String word : command) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.writeBytes(bytes);
      out.writeBytes(new byte[] {'\r', '\n'});
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(out.toByteArray());
      while (buffer.hasRemaining()) {
        if (channel.write(buffer) == 0) {
          waitFor(SelectionKey.OP_WRITE);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the next answer or push message. */
  public Object read() {
    try {
      Object answer = answer();
      if (answer instanceof Refused refused) {
        throw refused;
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Object answer() throws IOException {
    int type = next();
    String line = line();
    return switch (type) {
      case '+' -> line;
      case '-' -> new Refused(line);
      case ':' -> Long.valueOf(line);
      case '$' -> bulk(Integer.parseInt(line));
      case '*' -> answers(Integer.parseInt(line));
      default -> throw new IOException("Not an answer: " + (char) type + line);
    };
  }

  private List<Object> answers(int count) throws IOException {
    if (count < 0) {
      return null;
    }
    List<Object> answers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      answers.add(answer());
    }
    return answers;
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    for (int done = 0; done < length; ) {
      if (!in.hasRemaining()) {
        fill();
      }
      int step = Math.min(in.remaining(), length - done);
      in.get(bytes, done, step);
      done += step;
    }
    next();
    next();
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = next(); b != '\r'; b = next()) {
      line.write(b);
    }
    next();
    return line.toString(StandardCharsets.UTF_8);
  }

  private int next() throws IOException {
    if (!in.hasRemaining()) {
      fill();
    }
    return in.get();
  }

  private void fill() throws IOException {
    int n = channel.read(in.clear());
    in.flip();
    while (n == 0) {
      waitFor(SelectionKey.OP_READ);
      n = channel.read(in.clear());
      in.flip();
    }
    if (n < 0) {
      throw new EOFException("The store closed the connection");
    }
  }

  private void waitFor(int operation) throws IOException {
    channel.keyFor(selector).interestOps(operation);
    selector.selectedKeys().clear();
    if (selector.select(timeoutMillis) == 0) {
      throw new SocketTimeoutException("No answer from the store within " + timeoutMillis + " ms");
    }
  }

  @Override
  public void close() {
    try {
      selector.close();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
