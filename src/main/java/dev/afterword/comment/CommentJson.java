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

  JsonObject one(Shown shown) {
    var comment = shown.comment();
    var body = comment.body();
    var json =
        new JsonObject()
            .put("id", comment.id())
            .put("article", article.key().value())
            .put("url", address == null ? null : withoutFragment(address) + "#aw-" + comment.id())
            .put("parent", comment.parent())
            .put("depth", comment.depth())
            .put("author", AuthorJson.of(body.author(), body.name(), body.kind()))
            .put("html", renderer.htmlOf(body));
    if (text) {
      json.put("text", body.text());
    }
    json.put("created", Times.format(comment.created()))
        .putNull("edited")
        .put("state", "visible")
        .put("score", 0)
        .put("up", 0)
        .put("down", 0)
        .put("pinned", false)
        .put("featured", false);
    if (comment.depth() == 0) {
      json.put("descendants", shown.descendants());
    }
    return json.put("replies", replies(shown));
  }

  private JsonObject replies(Shown shown) {
    var next = shown.next();
    return new JsonObject()
        .put("total", shown.total())
        .put("comments", list(shown.replies()))
        .put("next", next == null ? null : next.text());
  }

  private static String withoutFragment(String address) {
    int hash = address.indexOf('#');
    return hash < 0 ? address : address.substring(0, hash);
  }
}
