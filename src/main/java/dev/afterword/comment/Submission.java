package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Site;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A comment that somebody would like to post, as checks see it.
 *
 * @param site whose
 * @param article on which
 * @param author who writes
 * @param text as it was written, 1–10,000 code points
 * @param before what the comment said at first, and what it says now, when this is an edit; else
 *     empty
 * @param links how many links it shows, mentions not counted
 * @param network the network it comes from, as limits know it
 * @param attempt the same when the same comment is sent again
 * @param form what the form tells of how it was filled in
 */
public record Submission(
    Site site,
    ArticleRef article,
    Author author,
    String text,
    List<String> before,
    int links,
    String network,
    String attempt,
    Form form) {

  /**
   * Who writes.
   *
   * @param kind {@code guest} or {@code member}
   * @param isNew whether this author comes into being with the comment
   */
  public record Author(String id, String name, String kind, boolean isNew) {}

  /**
   * How a form was filled in.
   *
   * @param trapped whether something stands in a field that people do not see
   * @param openMs how long it was open, in milliseconds; {@code null} when it does not say
   */
  public record Form(boolean trapped, @Nullable Long openMs) {
    /** Of a form nothing is known. */
    static final Form UNKNOWN = new Form(false, null);
  }

  /** The words of the text in one line, without markup: takes as long as rendering it. */
  public String words() {
    return Markup.words(text);
  }
}
