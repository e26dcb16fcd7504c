package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.identity.Limit.Left;
import org.jspecify.annotations.Nullable;

/** What became of a draft. */
sealed interface Posting {
  /**
   * It is a comment now, and kept.
   *
   * @param comment as it is now
   * @param article as it stood right after
   * @param token the new guest's, or {@code null}
   * @param replayed whether the key had made this comment before
   * @param left what is left of the limits, or {@code null} when it is not told
   */
  record Posted(
      Shown comment, Article article, @Nullable String token, boolean replayed, @Nullable Left left)
      implements Posting {}

  /** It is none. */
  record Refused(Reason reason) implements Posting {}

  /** Why not. */
  enum Reason {
    NAME_MISSING,
    NAME_TAKEN,
    TEXT_TOO_RICH,
    PARENT_UNKNOWN,
    READ_ONLY,
    CLOSED,
    KEY_REUSED,
    COMMENT_REFUSED
  }
}
