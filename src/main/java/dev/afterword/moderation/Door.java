package dev.afterword.moderation;

import dev.afterword.comment.Check;
import dev.afterword.comment.PastStore;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * What is looked at before a comment goes out: all checks there are, each a class of its own. One
 * more is a line here.
 */
public final class Door {
  private final List<Check> everywhere;
  private final boolean limited;

  /**
   * What the event loops of a process share.
   *
   * @param limited false for no automatic holds: then only the site's word lists count
   */
  public Door(Vertx vertx, boolean limited) {
    this.everywhere =
        limited
            ? List.of(new Words(vertx), new Honeypot(), new Speed(), new Links())
            : List.of(new Words(vertx));
    this.limited = limited;
  }

  /** All checks, for one event loop. */
  public Check on(RedisLink link) {
    var checks = new ArrayList<>(everywhere);
    if (limited) {
      checks.add(new Newcomers(new PastStore(link)));
      checks.add(new Repeats(new RepeatStore(link)));
    }
    return Check.all(checks);
  }
}
