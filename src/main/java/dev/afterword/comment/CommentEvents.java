package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.live.Present;
import dev.afterword.live.Streams.Entry;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows what happened to comments: each entry as the comment is now. What is no longer there goes
 * out as removed under its number, so that numbering stays dense; of a closed article, which shows
 * no comments, all goes out like that.
 */
public final class CommentEvents implements Present {
  private final CommentStore store;
  private final Sites sites;
  private final Renderer renderer;

  /** On the feed's event loop. */
  public CommentEvents(RedisLink link, Sites sites, CommentRoutes.Shared shared) {
    this.store = new CommentStore(link);
    this.sites = sites;
    this.renderer = shared.renderer();
  }

  @Override
  public Future<List<JsonObject>> show(Article article, List<Entry> entries) {
    var ids = entries.stream().map(entry -> article.ref().id() + entry.member()).toList();
    return sites
        .named(article.ref().site())
        .compose(
            site ->
                store
                    .many(article.ref(), ids)
                    .compose(
                        found ->
                            renderer.off(
                                () -> {
                                  var writer =
                                      new CommentJson(
                                          renderer, site, article.ref(), article.url(), false);
                                  return messages(site, article, entries, byId(found), writer);
                                })));
  }

  private static Map<String, Comment> byId(List<Comment> comments) {
    var byId = new HashMap<String, Comment>();
    comments.forEach(comment -> byId.put(comment.id(), comment));
    return byId;
  }

  private static List<JsonObject> messages(
      Site site,
      Article article,
      List<Entry> entries,
      Map<String, Comment> found,
      CommentJson writer) {
    var messages = new ArrayList<JsonObject>(entries.size());
    for (var entry : entries) {
      if (entry.kind().equals("a")) {
        messages.add(updated(article, site));
        continue;
      }
      var id = article.ref().id() + entry.member();
      var comment = found.get(id);
      var json =
          comment != null && comment.isVisible() && article.state() != Article.State.CLOSED
              ? message(
                  "u".equals(entry.kind()) ? "updated" : "created",
                  writer.one(Shown.alone(comment)))
              : message("removed", removed(id, comment));
      messages.add(json.put("article", article.ref().key().value()));
    }
    return messages;
  }

  private static JsonObject updated(Article article, Site site) {
    return new JsonObject()
        .put("type", "article.updated")
        .put("article", article.ref().key().value())
        .put("title", article.title())
        .put("url", article.url())
        .put("state", article.state().word())
        .put("moderation", site.moderationOf(article));
  }

  private static JsonObject message(String what, JsonObject comment) {
    return new JsonObject().put("type", "comment." + what).put("comment", comment);
  }

  private static JsonObject removed(String id, @Nullable Comment comment) {
    return new JsonObject()
        .put("id", id)
        .put("parent", comment == null ? null : comment.parent())
        .put("depth", comment == null ? 0 : comment.depth())
        .put("state", "deleted");
  }
}
