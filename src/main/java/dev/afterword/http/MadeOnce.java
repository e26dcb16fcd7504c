package dev.afterword.http;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * An answer that costs time to make: made when somebody first asks for it, off the event loop, and
 * kept. Confined to one event loop.
 */
public final class MadeOnce implements Endpoint {
  private final Callable<Answer> make;
  private @Nullable Future<Answer> made;

  /**
   * @param make may block
   */
  public MadeOnce(Callable<Answer> make) {
    this.make = make;
  }

  @Override
  public Future<Answer> answer(RoutingContext ctx) {
    var asked = made;
    if (asked == null) {
      asked = ctx.vertx().executeBlocking(make, false);
      made = asked;
      // A failure is not worth keeping.
      asked.onFailure(failure -> made = null);
    }
    return asked;
  }
}
