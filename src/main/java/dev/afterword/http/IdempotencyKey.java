package dev.afterword.http;

import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header {@code Idempotency-Key}: what makes a retry a retry. */
public final class IdempotencyKey {
  private static final Pattern VISIBLE_ASCII = Pattern.compile("[!-~]{1,64}");
  private static final Pattern QUOTED = Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*)\"");

  private IdempotencyKey() {}

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
