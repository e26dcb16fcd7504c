package dev.afterword.support;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One connection over which a thread asks over HTTP/1.1 again and again, at little cost: for tests
 * that ask a million times.
 */
public final class KeptAlive implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream(128);
  private boolean open = true;

  /** What came back. */
  public record Reply(int status, String body) {}

  /**
   * Connects.
   *
   * @param patienceMs how long an answer may take
   */
  public KeptAlive(URI url, int patienceMs) throws IOException {
    socket = new Socket(url.getHost(), url.getPort());
    if (socket.getLocalPort() == socket.getPort()) {
      // Nobody listens, and the system happened to choose the very port that was called.
      socket.close();
      throw new ConnectException("connected to itself");
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(patienceMs);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /**
   * Asks, without a body.
   *
   * @param headers names and values, alternating
   */
  public Reply send(String method, String target, String... headers) throws IOException {
    var request = new StringBuilder(256).append(method).append(' ').append(target);
    request.append(" HTTP/1.1\r\nHost: afterword\r\n");
    if (method.equals("POST")) {
      request.append("Content-Length: 0\r\n");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
    }
    request.append("\r\n");
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
    return read();
  }

  private Reply read() throws IOException {
    var first = line();
    if (!first.startsWith("HTTP/1.1 ")) {
      throw new IOException("no HTTP/1.1: " + first);
    }
    int status = Integer.parseInt(first.substring(9, 12));
    int length = -1;
    for (var header = line(); !header.isEmpty(); header = line()) {
      int colon = header.indexOf(':');
      var name = header.substring(0, colon).toLowerCase(Locale.ROOT);
      var value = header.substring(colon + 1).strip();
      if (name.equals("content-length")) {
        length = Integer.parseInt(value);
      } else if (name.equals("connection")) {
        open &= !value.equalsIgnoreCase("close");
      }
    }
    if (length < 0) {
      throw new IOException("an answer of unknown length");
    }
    var body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("half an answer");
    }
    return new Reply(status, new String(body, StandardCharsets.UTF_8));
  }

  private String line() throws IOException {
    line.reset();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("no answer");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether the server would answer once more. */
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    socket.close();
  }
}
