package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A place in a list. It names the score that a comment has in its index, unique among its like, and
 * not a count, so comments that come and go move nothing.
 *
 * @param sort the order it was made for
 * @param score the last one seen
 */
record Cursor(Sort sort, long score) {
  /** In which order: by which index of an article's roots, or of a comment's replies. */
  enum Sort {
    NEWEST("newest", "r", "k", true),
    OLDEST("oldest", "r", "k", false),
    /** By the lower bound of the Wilson interval of the votes, then newest first. */
    BEST("best", "rb", "kb", true),
    /** Roots only: by how many visible comments stand below, then newest first. */
    DISCUSSED("discussed", "rd", null, true);

    private final String word;
    private final String roots;
    private final @Nullable String replies;
    private final boolean descending;

    Sort(String word, String roots, @Nullable String replies, boolean descending) {
      this.word = word;
      this.roots = roots;
      this.replies = replies;
      this.descending = descending;
    }

    /** The order of a word that the API uses. */
    static Optional<Sort> of(String word) {
      for (var sort : values()) {
        if (sort.word.equals(word)) {
          return Optional.of(sort);
        }
      }
      return Optional.empty();
    }

    String word() {
      return word;
    }

    /** The order of the replies shown below comments in this one. */
    Sort below() {
      return this == BEST ? BEST : OLDEST;
    }

    /** A score before all others. */
    long first() {
      return descending ? (1L << 53) - 1 : 0;
    }

    /** Whether replies can be listed so. */
    boolean isForReplies() {
      return replies != null;
    }

    /**
     * The index that a comment stands in.
     *
     * @param parent the id of what it replies to; {@code null} for a root
     */
    String index(ArticleRef article, @Nullable String parent) {
      return parent == null ? rootsOf(article) : repliesOf(article, parent);
    }

    /** The index of an article's roots. */
    String rootsOf(ArticleRef article) {
      return article.at(roots);
    }

    /** The index of a comment's replies. */
    String repliesOf(ArticleRef article, String comment) {
      if (replies == null) {
        throw new IllegalStateException("Replies cannot be listed as " + word);
      }
      return article.tag() + ':' + replies + ':' + comment;
    }

    /** The word that scripts use for the direction of the scores. */
    String direction() {
      return descending ? "down" : "up";
    }
  }

  /** The cursor of a text; empty when it is none of this order's. */
  static Optional<Cursor> parse(String text, Sort sort) {
    if (!text.matches("[nobd][0-9a-v]{1,11}") || text.charAt(0) != sort.word.charAt(0)) {
      return Optional.empty();
    }
    return Optional.of(new Cursor(sort, Long.parseLong(text.substring(1), 32)));
  }

  /** As the API writes it. */
  String text() {
    return sort.word.charAt(0) + Long.toString(score, 32);
  }
}
