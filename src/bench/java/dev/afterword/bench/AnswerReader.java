package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Finds where each HTTP/1.1 answer of a connection ends, and its status: no more of it is read.
 * Bodies have a Content-Length or are none.
 */
final class AnswerReader {
  private static final byte[] CONTENT_LENGTH =
      "content-length:".getBytes(StandardCharsets.US_ASCII);
  private static final int LONGEST_LINE = 16 * 1024;

  /** A line of the head, as far as it has come. */
  private final byte[] line = new byte[LONGEST_LINE];

  private int lineLength;
  private boolean first = true;
  private int status;
  private int length;

  /** What is missing of the body; -1 while the head is read. */
  private int bodyLeft = -1;

  /** The status of the answer that ended last. */
  int status() {
    return status;
  }

  /** Reads on; true when an answer has ended, false when more bytes are needed. */
  boolean read(ByteBuf in) {
    if (bodyLeft < 0 && !readHead(in)) {
      return false;
    }
    int skipped = Math.min(bodyLeft, in.readableBytes());
    in.skipBytes(skipped);
    bodyLeft -= skipped;
    if (bodyLeft > 0) {
      return false;
    }
    bodyLeft = -1;
    return true;
  }

  private boolean readHead(ByteBuf in) {
    while (in.isReadable()) {
      int newline = in.bytesBefore((byte) '\n');
      int count = newline < 0 ? in.readableBytes() : newline + 1;
      in.readBytes(line, lineLength, count);
      lineLength += count;
      if (newline >= 0) {
        boolean empty = lineLength <= 2;
        readLine();
        lineLength = 0;
        if (empty) {
          bodyLeft = length;
          first = true;
          return true;
        }
      }
    }
    return false;
  }

  private void readLine() {
    if (first) {
      first = false;
      length = 0;
      status = number("HTTP/1.1 ".length());
    } else if (isContentLength()) {
      length = number(CONTENT_LENGTH.length);
    }
  }

  private boolean isContentLength() {
    for (int i = 0; i < CONTENT_LENGTH.length; i++) {
      // Small letters of ASCII are the capital ones with one bit more.
      if ((line[i] | 0x20) != CONTENT_LENGTH[i] && line[i] != CONTENT_LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private int number(int from) {
    int at = from;
    while (line[at] == ' ') {
      at++;
    }
    int number = 0;
    for (; line[at] >= '0' && line[at] <= '9'; at++) {
      number = 10 * number + line[at] - '0';
    }
    return number;
  }
}
