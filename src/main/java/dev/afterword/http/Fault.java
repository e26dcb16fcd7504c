package dev.afterword.http;

import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing wrong with a request's values, as the member {@code errors} of a problem document lists
 * them.
 *
 * @param pointer where in the body, as a URI fragment of an RFC 6901 pointer ({@code
 *     #/author/name})
 * @param parameter which query parameter; exactly one of both is present
 * @param detail what is wrong, for humans
 */
public record Fault(@Nullable String pointer, @Nullable String parameter, String detail) {
  /** A fault in the body. */
  public static Fault at(String pointer, String detail) {
    return new Fault(pointer, null, detail);
  }

  /** A fault in a query parameter. */
  public static Fault in(String parameter, String detail) {
    return new Fault(null, parameter, detail);
  }

  /** Whether another fault is about the same value. */
  boolean isAtSamePlace(Fault other) {
    return Objects.equals(pointer, other.pointer) && Objects.equals(parameter, other.parameter);
  }

  JsonObject json() {
    var json = new JsonObject();
    if (pointer != null) {
      json.put("pointer", pointer);
    }
    if (parameter != null) {
      json.put("parameter", parameter);
    }
    return json.put("detail", detail);
  }
}
