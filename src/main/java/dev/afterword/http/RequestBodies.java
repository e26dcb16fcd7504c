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
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Reads the body of a paused request: bounded in size and time, strict UTF-8, one JSON object. */
final class RequestBodies {
  /** The largest body, in bytes. */
  static final int LARGEST = 64 * 1024;

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
    if (named && (required || !empty) && !isJson(request.getHeader(HttpHeaders.CONTENT_TYPE))) {
      return Future.failedFuture(Problem.of(ProblemType.MEDIA_TYPE_UNSUPPORTED));
    }
    if (empty) {
      return required ? malformed() : Future.succeededFuture(new JsonObject());
    }
    return read(request)
        .compose(
            bytes ->
                bytes.length() == 0 && !required
                    ? Future.succeededFuture(new JsonObject())
                    : parse(bytes));
  }

  /** Whether a request says that it has no body. */
  static boolean isEmpty(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    return request.version() == HttpVersion.HTTP_2
        ? request.isEnded()
        : (length == null || length.equals("0"))
            && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
  }

  private static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int semicolon = contentType.indexOf(';');
    var type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.trim().toLowerCase(Locale.ROOT).equals("application/json");
  }

  private static Future<Buffer> read(HttpServerRequest request) {
    var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length != null && (length.length() > 9 || Integer.parseInt(length) > LARGEST)) {
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
          if (bytes.length() + chunk.length() > LARGEST) {
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
