package dev.afterword.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * HTTP/1.1 byte by byte, for requests that no well-bred client would send. One request to a
 * connection; what comes back is read until the server closes.
 */
public final class RawHttp {
  private static final int PATIENCE_MS = 10_000;

  private RawHttp() {}

  /**
   * What came back.
   *
   * @param headers names in small letters and values, alternating
   */
  public record Reply(int status, List<String> headers, String body) {
    /** The values of a header, joined as RFC 9110 allows; {@code null} when it is not there. */
    public String header(String name) {
      String joined = null;
      for (int i = 0; i < headers.size(); i += 2) {
        if (headers.get(i).equals(name.toLowerCase(Locale.ROOT))) {
          String value = headers.get(i + 1);
          joined = joined == null ? value : joined + ", " + value;
        }
      }
      return joined;
    }

    private static Reply parse(byte[] raw) {
      String text = new String(raw, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      if (end < 0) {
        throw new AssertionError("No whole answer: '" + text + "'");
      }
      String[] lines = text.substring(0, end).split("\r\n", -1);
      int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
      if (status == 100) {
        byte[] rest = new byte[raw.length - end - 4];
        System.arraycopy(raw, end + 4, rest, 0, rest.length);
        return parse(rest);
      }
      List<String> headers = new ArrayList<>();
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        headers.add(lines[i].substring(0, colon).toLowerCase(Locale.ROOT));
        headers.add(lines[i].substring(colon + 1).strip());
      }
      String sent = text.substring(end + 4);
      String body = headers.contains("chunked") ? joined(sent) : sent;
      byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
      return new Reply(status, headers, new String(bytes, StandardCharsets.UTF_8));
    }

    /** Chunks (RFC 9112, 7.1) as one. */
    private static String joined(String chunks) {
      StringBuilder whole = new StringBuilder();
      int at = 0;
      for (int line = chunks.indexOf("\r\n"); line > at; line = chunks.indexOf("\r\n", at)) {
        int size = Integer.parseInt(chunks.substring(at, line), 16);
        whole.append(chunks, line + 2, line + 2 + size);
        at = line + 2 + size + 2;
      }
      return whole.toString();
    }
  }

  /** Sends bytes as they are, and reads what comes until the server closes. */
  public static Reply send(String url, byte[] request) {
    URI uri = URI.create(url);
    try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
      socket.setSoTimeout(PATIENCE_MS);
      try {
        socket.getOutputStream().write(request);
        socket.getOutputStream().flush();
      } catch (IOException e) {
        // The server may have refused before the end, and its answer tells why.
      }
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      byte[] buffer = new byte[16 * 1024];
      try {
        for (int n = 0; n >= 0; n = socket.getInputStream().read(buffer)) {
          answer.write(buffer, 0, n);
        }
      } catch (SocketTimeoutException e) {
        String so = answer.toString(StandardCharsets.ISO_8859_1);
        throw new AssertionError("The connection stayed open after: '" + so + "'", e);
      } catch (IOException e) {
        if (answer.size() == 0) {
          throw e;
        }
      }
      return Reply.parse(answer.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A request whose connection is to be closed after the answer, with a body of a known length when
   * there is one.
   *
   * @param target path and query as they go over the wire
   * @param headers names and values, alternating
   */
  public static byte[] request(String method, String target, byte[] body, String... headers) {
    StringBuilder head =
        new StringBuilder(method + " " + target + " HTTP/1.1\r\nHost: afterword\r\n");
    boolean upgrade = false;
    for (int i = 0; i < headers.length; i += 2) {
      head.append(headers[i]).append(": ").append(headers[i + 1]).append("\r\n");
      upgrade |= headers[i].equals("Connection");
    }
    if (!upgrade) {
      head.append("Connection: close\r\n");
    }
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    out.writeBytes(body);
    return out.toByteArray();
  }
}
