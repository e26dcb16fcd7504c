package dev.afterword.identity;

import io.vertx.core.json.JsonObject;

/** Authors as answers and live messages show them. */
public final class AuthorJson {
  private AuthorJson() {}

  /** One who is known. */
  public static JsonObject of(Caller.Known who) {
    return of(who.id(), who.name(), who.kind());
  }

  /**
   * One author.
   *
   * @param kind {@code guest}, {@code member} or {@code staff}
   */
  public static JsonObject of(String id, String name, String kind) {
    return new JsonObject().put("id", id).put("name", name).put("kind", kind).putNull("avatar");
  }
}
