package dev.afterword.live;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The live socket, byte by byte, with clients that do not keep to RFC 6455. */
@OnStore
@Timeout(60)
class StrictSocketTest {
  private static final int FIN = 0x80;
  private static final int CONTINUATION = 0x0;
  private static final int TEXT = 0x1;
  private static final int BINARY = 0x2;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xA;

  private static final byte[] SUBSCRIBE =
      "{\"x\":\"é\",\"type\":\"subscribe\",\"article\":\"/strict\"}".getBytes(UTF_8);

  /** In the middle of the é. */
  private static final int MIDDLE = 7;

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("text that is not UTF-8", 1007, frame(FIN | TEXT, bytes("7bc328"))),
        arguments("text that ends within a character", 1007, frame(FIN | TEXT, bytes("c3"))),
        arguments("surrogate", 1007, frame(FIN | TEXT, bytes("eda080"))),
        arguments("character in too long a form", 1007, frame(FIN | TEXT, bytes("c0af"))),
        arguments("character beyond the last", 1007, frame(FIN | TEXT, bytes("f4908080"))),
        arguments(
            "not UTF-8 across fragments",
            1007,
            join(frame(TEXT, bytes("c3")), frame(FIN | CONTINUATION, bytes("28")))),
        arguments("not UTF-8 before the last fragment", 1007, frame(TEXT, bytes("f490"))),
        arguments("not UTF-8 before the end of a frame", 1007, cut(4, FIN | TEXT, "f4908080")),
        arguments("reserved bit", 1002, frame(FIN | 0x40 | TEXT, SUBSCRIBE)),
        arguments("reserved bit of a ping", 1002, frame(FIN | 0x10 | PING, bytes(""))),
        arguments("reserved opcode", 1002, frame(FIN | 0x3, bytes(""))),
        arguments("reserved control opcode", 1002, frame(FIN | 0xB, bytes(""))),
        arguments("frame without a mask", 1002, bytes("81027b7d")),
        arguments("control frame in fragments", 1002, frame(PING, bytes(""))),
        arguments("ping of 126 bytes", 1002, frame(FIN | PING, new byte[126])),
        arguments("continuation of nothing", 1002, frame(FIN | CONTINUATION, SUBSCRIBE)),
        arguments(
            "message within a message",
            1002,
            join(frame(TEXT, bytes("7b")), frame(FIN | TEXT, bytes("7d")))),
        arguments("length not in its shortest form", 1002, bytes("81fe000200000000")),
        arguments("length below zero", 1002, bytes("81ffffffffffffffffff00000000")),
        arguments("close code 999", 1002, close(999, "")),
        arguments("close code 1005", 1002, close(1005, "")),
        arguments("close code 5000", 1002, close(5000, "")),
        arguments("close code 65535", 1002, close(65535, "")),
        arguments("close of one byte", 1002, frame(FIN | CLOSE, bytes("03"))),
        arguments("close reason that is not UTF-8", 1007, frame(FIN | CLOSE, bytes("03e8c328"))),
        arguments("too large", 1009, frame(FIN | TEXT, new byte[4097])),
        arguments("far too large", 1009, bytes("81ff7fffffffffffffff00000000")),
        arguments(
            "too large in fragments",
            1009,
            join(frame(TEXT, new byte[4000]), frame(FIN | CONTINUATION, new byte[97]))),
        arguments(
            "too large without an end",
            1009,
            join(frame(BINARY, new byte[4096]), frame(CONTINUATION, new byte[1]))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource
  void wrong(String what, int code, byte[] sent) throws IOException {
    try (var client = new Client()) {
      client.send(sent);
      assertThat(client.code()).isEqualTo(code);
      client.awaitEnd();
    }
  }

  static Stream<Arguments> right() {
    return Stream.of(
        arguments("in one frame", frame(FIN | TEXT, SUBSCRIBE)),
        arguments(
            "split within a character",
            join(frame(TEXT, part(0, MIDDLE)), frame(FIN | CONTINUATION, part(MIDDLE, 0)))),
        arguments(
            "with a ping in between",
            join(
                frame(TEXT, part(0, MIDDLE)),
                frame(FIN | PING, bytes("01")),
                frame(FIN | CONTINUATION, part(MIDDLE, 0)))),
        arguments(
            "after an empty fragment and before another",
            join(
                frame(TEXT, bytes("")),
                frame(CONTINUATION, SUBSCRIBE),
                frame(FIN | CONTINUATION, bytes("")))),
        arguments(
            "of the largest size",
            frame(FIN | TEXT, (text() + " ".repeat(4095 - text().length())).getBytes(UTF_8))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void right(String how, byte[] sent) throws IOException {
    try (var client = new Client()) {
      client.send(sent);
      assertThat(client.text()).contains("hello");
      client.send(close(3999, "bye"));
      assertThat(client.code()).isEqualTo(3999);
      client.awaitEnd();
    }
  }

  @Test
  void messageThatIsNone_isAnsweredWithTheCodeOfTheContract() throws IOException {
    for (var sent : List.of(frame(FIN | TEXT, bytes("")), frame(FIN | BINARY, bytes("00")))) {
      try (var client = new Client()) {
        client.send(sent);
        assertThat(client.code()).isEqualTo(Follower.BAD_MESSAGE);
        // It never answers the close.
        client.awaitEnd();
      }
    }
  }

  @Test
  void closeWithoutCode_isAnswered() throws IOException {
    try (var client = new Client()) {
      client.send(frame(FIN | CLOSE, bytes("")));
      assertThat(client.code()).isEqualTo(1000);
      client.awaitEnd();
    }
  }

  @Test
  void frameInSmallestPieces_isRead() throws IOException {
    try (var client = new Client()) {
      for (byte piece : frame(FIN | TEXT, SUBSCRIBE)) {
        client.send(new byte[] {piece});
      }
      assertThat(client.text()).contains("hello");
    }
  }

  @Test
  void clientThatGoesOnSending_stillLearnsWhy() throws IOException {
    var more = join(frame(FIN | TEXT, new byte[4097]), new byte[256 * 1024]);
    for (int i = 0; i < 20; i++) {
      try (var client = new Client()) {
        client.send(more);
        assertThat(client.code()).isEqualTo(1009);
      }
    }
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  private static String text() {
    return new String(SUBSCRIBE, UTF_8);
  }

  /** A part of the subscription; to 0 means to its end. */
  private static byte[] part(int from, int to) {
    return Arrays.copyOfRange(SUBSCRIBE, from, to == 0 ? SUBSCRIBE.length : to);
  }

  private static byte[] join(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] close(int code, String reason) {
    return frame(
        FIN | CLOSE, join(new byte[] {(byte) (code >> 8), (byte) code}, reason.getBytes(UTF_8)));
  }

  /** A frame that lacks its last bytes. */
  private static byte[] cut(int lacking, int first, String payload) {
    var whole = frame(first, join(bytes(payload), new byte[lacking]));
    return Arrays.copyOf(whole, whole.length - lacking);
  }

  /** A masked frame. */
  private static byte[] frame(int first, byte[] payload) {
    byte[] mask = bytes("a1b2c3d4");
    var frame = new ByteArrayOutputStream();
    frame.write(first);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else {
      frame.write(0x80 | 126);
      frame.write(payload.length >> 8);
      frame.write(payload.length);
    }
    frame.writeBytes(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ mask[i % 4]);
    }
    return frame.toByteArray();
  }

  /** A client on a bare connection. */
  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    Client() throws IOException {
      var url = URI.create(server.url());
      socket = new Socket(url.getHost(), url.getPort());
      socket.setSoTimeout(10_000);
      socket.setTcpNoDelay(true);
      in = new DataInputStream(socket.getInputStream());
      send(
          RawHttp.request(
              "GET",
              "/api/v1/demo/live",
              new byte[0],
              "Connection",
              "Upgrade",
              "Upgrade",
              "websocket",
              "Sec-WebSocket-Version",
              "13",
              "Sec-WebSocket-Key",
              "dGhlIHNhbXBsZSBub25jZQ=="));
      var head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) in.readUnsignedByte());
      }
      assertThat(head.toString()).startsWith("HTTP/1.1 101 ");
    }

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    /** The next text. */
    String text() throws IOException {
      return new String(await(TEXT), UTF_8);
    }

    /** The code of the close that comes. */
    int code() throws IOException {
      var payload = await(CLOSE);
      return (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF);
    }

    private byte[] await(int opcode) throws IOException {
      var passed = new ArrayList<String>();
      while (true) {
        int got = in.readUnsignedByte() & 0x0F;
        int length = in.readUnsignedByte();
        byte[] payload = in.readNBytes(length == 126 ? in.readUnsignedShort() : length);
        if (got == opcode) {
          return payload;
        }
        passed.add(got + " " + new String(payload, ISO_8859_1));
        assertThat(got).as(passed.toString()).isIn(TEXT, PING, PONG);
      }
    }

    /** Waits until the server ends the connection. */
    void awaitEnd() throws IOException {
      assertThat(in.read()).isEqualTo(-1);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
