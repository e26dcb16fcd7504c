package dev.afterword.comment;

import dev.afterword.comment.Comment.Written;
import dev.afterword.http.Problem;
import dev.afterword.http.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Renders Markdown off the event loop, a bounded number of texts at a time: the worst text takes
 * some tens of milliseconds. One for a process.
 */
final class Renderer {
  private static final int MOST_WAITING = 512;
  private static final int THREADS = 2;

  private final Workers workers;

  /** Opens the workers; they end with their Vert.x. */
  Renderer(Vertx vertx) {
    this.workers = new Workers(vertx, "afterword-render", THREADS, MOST_WAITING);
  }

  /** HTML of a text; fails with a {@link Problem} (503) when too many texts wait. */
  Future<Markup.Rendering> render(String text, Map<String, String> people) {
    return off(() -> Markup.render(text, people::get));
  }

  /** The names that a text may mention. */
  Future<Set<String>> candidates(String text) {
    return text.indexOf('@') < 0
        ? Future.succeededFuture(Set.of())
        : off(() -> Markup.candidates(text));
  }

  /** Does something long off the event loop, in its turn. */
  <T> Future<T> off(Callable<T> work) {
    return workers.run(work);
  }

  /** HTML of a kept comment: as it was kept, or made anew when an older renderer made it. */
  String htmlOf(Written body) {
    var current = body.currentHtml();
    if (current != null) {
      return current;
    }
    return Markup.render(body.text(), body.people()::get) instanceof Markup.Rendered rendered
        ? rendered.html()
        : Markup.plainHtml(body.text());
  }
}
