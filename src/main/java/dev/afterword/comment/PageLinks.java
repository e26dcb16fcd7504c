package dev.afterword.comment;

import dev.afterword.comment.Cursor.Sort;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages of a thread are.
 *
 * @param base what stands before each path: the server's URL, on its own pages the path of it
 * @param site the site's name
 * @param article the article's key
 * @param language in which they speak; {@code null} when none was named
 */
record PageLinks(String base, String site, String article, @Nullable String language) {
  /** The first page. */
  String thread() {
    return base
        + "/thread/"
        + site
        + "?article="
        + URLEncoder.encode(article, StandardCharsets.UTF_8)
        + (language == null ? "" : "&lang=" + language);
  }

  /** The page of a comment: what it answers, itself, its replies, and the form to reply. */
  String comment(String id) {
    return thread() + "&comment=" + id;
  }

  /**
   * A page of a list.
   *
   * @param comment whose replies are listed; {@code null} for the article's roots
   * @param after where it goes on; {@code null} for its first page
   */
  String list(@Nullable String comment, Sort sort, @Nullable Cursor after) {
    return (comment == null ? thread() : comment(comment))
        + "&sort="
        + sort.word()
        + (after == null ? "" : "&after=" + after.text());
  }

  /** The picture of an author. */
  String avatar(String author) {
    return base + "/avatars/" + author + ".svg";
  }
}
