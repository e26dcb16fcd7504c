package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.http.CleanText;
import dev.afterword.http.Times;
import dev.afterword.identity.Site;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A thread for programs that read pages: schema.org's words, as JSON-LD. */
final class ThreadData {
  private final @Nullable String address;

  private ThreadData(@Nullable String address) {
    this.address = address;
  }

  /**
   * The data of what a page shows, fit to stand in a {@code script} element.
   *
   * @param title what the article is called
   */
  static String of(Site site, Article article, String title, List<Shown> comments) {
    var address = site.addressOf(article.ref(), article.url());
    var created = article.created();
    var posting =
        new JsonObject()
            .put("@context", "https://schema.org")
            .put("@type", "DiscussionForumPosting")
            .put("headline", title)
            .put("author", new JsonObject().put("@type", "Organization").put("name", site.name()))
            .put("commentCount", article.comments())
            .put("comment", new ThreadData(address).list(comments));
    if (address != null) {
      posting.put("url", address).put("mainEntityOfPage", address);
    }
    if (created != null) {
      posting.put("datePublished", Times.format(created));
    }
    // Inside a string, the only place where one can be, this is the same character.
    return posting.encode().replace("<", "\\u003c");
  }

  private JsonArray list(List<Shown> comments) {
    var list = new JsonArray();
    comments.forEach(shown -> list.add(one(shown)));
    return list;
  }

  private JsonObject one(Shown shown) {
    var comment = shown.comment();
    var json = new JsonObject().put("@type", "Comment");
    if (address != null) {
      json.put("url", CommentJson.urlOf(address, comment.id()));
    }
    json.put("datePublished", Times.format(comment.created()));
    if (comment.isVisible()) {
      var body = comment.body();
      var edited = comment.edited();
      json.put("text", CleanText.of(body.text()))
          .put("author", new JsonObject().put("@type", "Person").put("name", body.name()))
          .put("upvoteCount", comment.up())
          .put("downvoteCount", comment.down());
      if (edited != null) {
        json.put("dateModified", Times.format(edited));
      }
    } else {
      json.put("text", "").put("creativeWorkStatus", "Deleted");
    }
    if (!shown.replies().isEmpty()) {
      json.put("comment", list(shown.replies()));
    }
    return json;
  }
}
