package dev.afterword.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads the body of a paused request: bounded in size and time, strict UTF-8, one JSON object or
 * the fields of one form.
 */
final class RequestBodies {
  /** The largest body, in bytes. */
  static final int LARGEST = 64 * 1024;

  /** The largest form: the same once it is decoded, which makes three characters a byte. */
  private static final int LARGEST_FORM = 3 * LARGEST;

  private static final int MOST_FIELDS = 32;

  /** How long a body may take to arrive, in milliseconds. */
  private static final long PATIENCE_MS = 10_000;

  /** Stricter than Vert.x's own, which admits comments and takes the last of two equal keys. */
  private final JsonFactory strict =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /**
   * Reads the body.
   *
   * @param required whether a JSON object has to be there
   * @param named whether what is there has to be called application/json
   * @return the object, empty when none was sent; fails with a {@link Problem}
   */
  Future<JsonObject> json(HttpServerRequest request, boolean required, boolean named) {
    boolean empty = isEmpty(request);
    if (named && (required || !empty) && !isOfType(request, "application/json")) {
      return Future.failedFuture(Problem.of(ProblemType.MEDIA_TYPE_UNSUPPORTED));
    }
    if (empty) {
      return required ? malformed() : Future.succeededFuture(new JsonObject());
    }
    return read(request, LARGEST)
        .compose(
            bytes ->
                bytes.length() == 0 && !required
                    ? Future.succeededFuture(new JsonObject())
                    : parse(bytes));
  }

  /**
   * Reads the fields of a form (WHATWG URL, 5.1), each at most once.
   *
   * @return texts by name, their line breaks line feeds; fails with a {@link Problem}
   */
  Future<JsonObject> form(HttpServerRequest request) {
    if (!isOfType(request, "application/x-www-form-urlencoded")) {
      return Future.failedFuture(Problem.of(ProblemType.MEDIA_TYPE_UNSUPPORTED));
    }
    return (isEmpty(request)
            ? Future.succeededFuture(Buffer.buffer())
            : read(request, LARGEST_FORM))
        .map(bytes -> fields(bytes.getBytes()));
  }

  private static JsonObject fields(byte[] bytes) {
    var fields = new JsonObject();
    try {
      for (var pair : new String(bytes, StandardCharsets.ISO_8859_1).split("&", MOST_FIELDS + 1)) {
        int sign = pair.indexOf('=');
        var name = decoded(sign < 0 ? pair : pair.substring(0, sign));
        var value = decoded(sign < 0 ? "" : pair.substring(sign + 1)).replace("\r\n", "\n");
        if (fields.containsKey(name) || fields.size() == MOST_FIELDS) {
          throw Problem.of(ProblemType.REQUEST_MALFORMED, "The form has a field too many.");
        }
        if (!pair.isEmpty()) {
          fields.put(name, value);
        }
      }
      return fields;
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw Problem.of(ProblemType.REQUEST_MALFORMED, "The form is not valid UTF-8.");
    }
  }

  /** Stricter than the decoders at hand, which put a question mark for what is no UTF-8. */
  private static String decoded(String encoded) throws CharacterCodingException {
    var bytes = ByteBuffer.allocate(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        if (i + 2 >= encoded.length()) {
          throw new CharacterCodingException();
        }
        bytes.put((byte) HexFormat.fromHexDigits(encoded, i + 1, i + 3));
        i += 2;
      } else {
        bytes.put((byte) (c == '+' ? ' ' : c));
      }
    }
    return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
  }

  /** Whether a request says that it has no body. */
  static boolean isEmpty(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.version() == HttpVersion.HTTP_2
        ? request.isEnded()
        : (length == null || length.equals("0"))
            && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private static boolean isOfType(HttpServerRequest request, String wanted) {
    var contentType = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (contentType == null) {
      return false;
    }
    int semicolon = contentType.indexOf(';');
    var type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.trim().toLowerCase(Locale.ROOT).equals(wanted);
  }

  private static Future<Buffer> read(HttpServerRequest request, int largest) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && (length.length() > 9 || Integer.parseInt(length) > largest)) {
      return Future.failedFuture(Problem.of(ProblemType.BODY_TOO_LARGE));
    }
    var expect = request.getHeader(HttpHeaders.EXPECT);
    if (expect != null) {
      if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expect)) {
        return Future.failedFuture(Problem.of(ProblemType.EXPECTATION_FAILED));
      }
      request.response().writeContinue();
    }
    Promise<Buffer> promise = Promise.promise();
    var bytes = Buffer.buffer();
    request.handler(
        chunk -> {
          if (bytes.length() + chunk.length() > largest) {
            request.pause();
            promise.tryFail(Problem.of(ProblemType.BODY_TOO_LARGE));
          } else {
            bytes.appendBuffer(chunk);
          }
        });
    request.exceptionHandler(promise::tryFail);
    request.endHandler(end -> promise.tryComplete(bytes));
    request.resume();
    var reading = promise.future();
    return reading.isComplete() ? reading : patiently(reading);
  }

  private static Future<Buffer> patiently(Future<Buffer> reading) {
    return reading
        .timeout(PATIENCE_MS, TimeUnit.MILLISECONDS)
        .recover(
            failure ->
                Future.failedFuture(
                    failure instanceof TimeoutException
                        ? Problem.of(ProblemType.REQUEST_TIMEOUT)
                        : failure));
  }

  private Future<JsonObject> parse(Buffer bytes) {
    try {
      var text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes())).toString();
      return JacksonCodec.fromParser(strict.createParser(text), Object.class)
              instanceof JsonObject object
          ? Future.succeededFuture(object)
          : malformed();
    } catch (IOException | DecodeException e) {
      return malformed();
    }
  }

  private static Future<JsonObject> malformed() {
    return Future.failedFuture(Problem.of(ProblemType.JSON_MALFORMED));
  }
}
