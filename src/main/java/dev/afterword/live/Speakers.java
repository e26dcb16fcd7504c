package dev.afterword.live;

import dev.afterword.http.Problem;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.function.BooleanSupplier;

/** Those who may say something on the live sockets of a site, as their tokens tell. */
public interface Speakers {
  /**
   * Whose a token is.
   *
   * @param author as it is told to others
   * @param heard whether others are told what the author says
   */
  record Speaker(JsonObject author, boolean heard) {}

  /**
   * Whose a token is; fails with a {@link Problem} when it is nobody's, or when its author is
   * banned.
   */
  Future<Speaker> of(String token);

  /**
   * Has it told within a second when an author is banned.
   *
   * @param open whether that still matters
   * @param banned what to do then
   */
  void watch(String author, BooleanSupplier open, Runnable banned);
}
