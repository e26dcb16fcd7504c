package dev.afterword.live;

import dev.afterword.article.Article;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** Turns a stream's entries into messages: each event as what it concerns is now. */
@FunctionalInterface
public interface Present {
  /**
   * The messages of some entries, one for each, in order, without {@code position}.
   *
   * @param article whose stream it is, as it stood when the entries were read
   */
  Future<List<JsonObject>> show(Article article, List<Streams.Entry> entries);
}
