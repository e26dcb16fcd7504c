package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.http.Times;
import dev.afterword.identity.AuthorJson;
import dev.afterword.identity.Site;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Comments as answers and live messages show them: the same for everybody. */
final class CommentJson {
  private final Renderer renderer;
  private final ArticleRef article;
  private final @Nullable String address;
  private final boolean text;

  /**
   * @param url what the article said of where it is read
   * @param text whether the source text is shown too
   */
  CommentJson(
      Renderer renderer, Site site, ArticleRef article, @Nullable String url, boolean text) {
    this.renderer = renderer;
    this.article = article;
    this.address = site.addressOf(article, url);
    this.text = text;
  }

  JsonArray list(List<Shown> comments) {
    var list = new JsonArray();
    comments.forEach(shown -> list.add(one(shown)));
    return list;
  }

  /** As everybody sees it: a hidden one as a tombstone. */
  JsonObject one(Shown shown) {
    boolean visible = shown.comment().isVisible();
    return json(shown, visible, visible ? "visible" : "deleted").put("replies", replies(shown));
  }

  /** As everybody sees it, with nothing of what stands below it. */
  JsonObject alone(Comment comment) {
    var json = json(Shown.alone(comment), true, "visible");
    json.remove("descendants");
    return json;
  }

  /** As staff see it: whole, in its true state; of what was erased there is only the place. */
  JsonObject staff(Comment comment) {
    var alone = Shown.alone(comment);
    return json(alone, !comment.isErased(), comment.state().word()).put("replies", replies(alone));
  }

  /** As its author sees it, who is not told what it was refused for. */
  JsonObject own(Comment comment) {
    var alone = Shown.alone(comment);
    return json(alone, true, comment.state().toAuthor().word()).put("replies", replies(alone));
  }

  private JsonObject json(Shown shown, boolean whole, String state) {
    var comment = shown.comment();
    var body = comment.body();
    var edited = comment.edited();
    var json =
        new JsonObject()
            .put("id", comment.id())
            .put("article", article.key().value())
            .put("url", address == null ? null : urlOf(address, comment.id()))
            .put("parent", comment.parent())
            .put("depth", comment.depth());
    if (whole) {
      json.put("author", AuthorJson.of(body.author(), body.name(), body.kind()))
          .put("html", renderer.htmlOf(body));
    }
    if (whole && text) {
      json.put("text", body.text());
    }
    int up = whole ? comment.up() : 0;
    int down = whole ? comment.down() : 0;
    json.put("created", Times.format(comment.created()))
        .put("edited", edited == null || !whole ? null : Times.format(edited))
        .put("state", state)
        .put("score", up - down)
        .put("up", up)
        .put("down", down)
        .put("pinned", whole && comment.flags().contains(Comment.PINNED))
        .put("featured", whole && comment.flags().contains(Comment.FEATURED));
    if (comment.depth() == 0) {
      json.put("descendants", shown.descendants());
    }
    return json;
  }

  private JsonObject replies(Shown shown) {
    var next = shown.next();
    return new JsonObject()
        .put("total", shown.total())
        .put("comments", list(shown.replies()))
        .put("next", next == null ? null : next.text());
  }

  /**
   * Where a comment is read.
   *
   * @param page where its article is
   */
  static String urlOf(String page, String id) {
    int hash = page.indexOf('#');
    return (hash < 0 ? page : page.substring(0, hash)) + "#aw-" + id;
  }
}
