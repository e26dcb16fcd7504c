package dev.afterword.http;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * An answer's bytes, ready to be sent to many.
 *
 * @param contentType the media type, with its charset
 * @param plain the bytes
 * @param gzip the same bytes compressed, when that was worth it
 * @param etag the strong validator, quoted; {@code null} when the answer is not to be revalidated
 */
public record Body(String contentType, Buffer plain, @Nullable Buffer gzip, @Nullable String etag) {
  /** JSON's media type. */
  public static final String JSON = "application/json; charset=utf-8";

  /** From this size on compression is worth its price, in bytes. */
  private static final int WORTH_GZIP = 1_024;

  /** Bytes for one answer. */
  public static Body of(String contentType, Buffer plain) {
    return new Body(contentType, plain, null, null);
  }

  /** Bytes for many answers: compressed once, and named by a digest of what they are. */
  public static Body shared(String contentType, Buffer plain) {
    return new Body(
        contentType,
        plain,
        compressIfWorthIt(plain),
        "\"" + Digest.of(plain.getBytes(), 16) + "\"");
  }

  /** Bytes in memory. */
  public int weight() {
    return plain.length() + (gzip == null ? 0 : gzip.length());
  }

  /** Whether it is large enough for compression to be worth its price. */
  boolean isWorthGzip() {
    return plain.length() > WORTH_GZIP;
  }

  /** The bytes compressed: once for many, now for one. */
  Buffer compressed() {
    return gzip == null ? compress(plain) : gzip;
  }

  private static @Nullable Buffer compressIfWorthIt(Buffer plain) {
    return plain.length() > WORTH_GZIP ? compress(plain) : null;
  }

  private static Buffer compress(Buffer plain) {
    var out = new ByteArrayOutputStream(plain.length() / 3);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(plain.getBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Buffer.buffer(out.toByteArray());
  }
}
