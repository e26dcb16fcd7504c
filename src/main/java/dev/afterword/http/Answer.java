package dev.afterword.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint answers; {@link Answers} writes it.
 *
 * @param status the HTTP status
 * @param body the bytes, or {@code null} for none
 * @param headers names and values, alternating
 */
public record Answer(int status, @Nullable Body body, List<String> headers) {
  /** An answer for everyone that must be asked for again each time; a 304 is then all it costs. */
  public static final String REVALIDATE = "public, no-cache";

  /** The connection was taken over for something that is not an answer. */
  public static final Answer TAKEN = new Answer(101, null, List.of());

  /** An answer made for one token. */
  public static final String PRIVATE = "private, no-store";

  /** A JSON answer. */
  public static Answer json(int status, JsonObject json) {
    return new Answer(status, Body.of(Body.JSON, json.toBuffer()), List.of());
  }

  /** An answer whose bytes are ready. */
  public static Answer of(int status, Body body) {
    return new Answer(status, body, List.of());
  }

  /** A page or file that is made once. */
  public static Answer page(String contentType, Buffer bytes, String caching) {
    return of(200, Body.shared(contentType, bytes)).caching(caching);
  }

  /** An HTML page of nothing but text, made once: all that it may load is our style sheet. */
  public static Answer text(Buffer html, String caching) {
    return page("text/html; charset=utf-8", html, caching)
        .with(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'");
  }

  /** The same answer with a header more. */
  public Answer with(String name, String value) {
    var more = new ArrayList<String>(headers.size() + 2);
    more.addAll(headers);
    more.add(name);
    more.add(value);
    return new Answer(status, body, more);
  }

  /** The same answer with a {@code Cache-Control}. */
  public Answer caching(String directives) {
    return with("Cache-Control", directives);
  }
}
