package dev.afterword.comment;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A comment with the replies that are shown below it.
 *
 * @param comment the comment
 * @param descendants how many visible comments stand in its branch; meant for roots
 * @param total how many direct replies it has
 * @param replies the first of them, as many as are shown
 * @param next where the rest begins; {@code null} when there is none
 */
record Shown(
    Comment comment, long descendants, long total, List<Shown> replies, @Nullable Cursor next) {
  /** Whether lists show it, be it as a tombstone. */
  boolean isListed() {
    return comment.isVisible() || total > 0;
  }

  /** A comment that has no reply yet. */
  static Shown alone(Comment comment) {
    return new Shown(comment, 0, 0, List.of(), null);
  }
}
