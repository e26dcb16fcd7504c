package dev.afterword.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code Idempotency-Key}: what makes a retry a retry. */
public final class IdempotencyKey {
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,64}");
  private static final Pattern QUOTED = Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*)\"");

  private static final int DIGEST_LENGTH = 22;

  private IdempotencyKey() {}

  /**
   * A request that may be repeated.
   *
   * @param key what makes a retry a retry, or {@code null} when it is meant only once
   * @param fingerprint of who asks for what
   */
  public record Once(@Nullable String key, String fingerprint) {}

  /**
   * A request as its retries repeat it.
   *
   * @param body as it was sent; empty without one
   * @param who asks
   * @throws Problem 422 when the header is there and not a key
   */
  public static Once once(HttpServerRequest request, JsonObject body, String who) {
    var asked = new JsonArray().add(who).add(request.method().name()).add(request.uri()).add(body);
    return new Once(of(request), Digest.of(asked.encode(), DIGEST_LENGTH));
  }

  /**
   * The key of a request; a quoted string (RFC 8941, 3.3.3) and its bare content are the same.
   *
   * @return 1 to 64 visible ASCII characters, or {@code null} without the header
   * @throws Problem 422 when it is not one such key
   */
  public static @Nullable String of(HttpServerRequest request) {
    var given = request.headers().getAll("Idempotency-Key");
    if (given.isEmpty()) {
      return null;
    }
    var quoted = QUOTED.matcher(given.get(0));
    var key = quoted.matches() ? quoted.group(1).replaceAll("\\\\(.)", "$1") : given.get(0);
    if (given.size() > 1 || !VISIBLE_ASCII.matcher(key).matches()) {
      throw Problem.invalid(
          Fault.in("Idempotency-Key", "One key of 1 to 64 visible ASCII characters."));
    }
    return key;
  }
}
