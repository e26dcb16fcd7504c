package dev.afterword.moderation;

import dev.afterword.comment.Comment;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.CommentDesk.Ruled;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a moderator can decide about a comment. */
enum Verdict {
  /** It is shown; readers' reports of it are seen to. */
  APPROVE(State.VISIBLE),
  /** It is not shown. */
  REJECT(State.REJECTED),
  /** It is not shown, for it is an advertisement. */
  SPAM(State.SPAM),
  /** It is taken away. */
  DELETE(State.DELETED),
  /** What a moderator took away comes back, as it was; what was refused is shown. */
  RESTORE(State.VISIBLE),
  /** It is marked as pinned. */
  PIN(Comment.PINNED, true),
  /** It is not any more. */
  UNPIN(Comment.PINNED, false),
  /** It is marked as featured. */
  FEATURE(Comment.FEATURED, true),
  /** It is not any more. */
  UNFEATURE(Comment.FEATURED, false);

  private final State to;
  private final String flag;
  private final boolean on;

  Verdict(State to) {
    this.to = to;
    this.flag = "";
    this.on = false;
  }

  Verdict(String flag, boolean on) {
    this.to = State.VISIBLE;
    this.flag = flag;
    this.on = on;
  }

  static Optional<Verdict> of(String word) {
    for (var verdict : values()) {
      if (verdict.word().equals(word)) {
        return Optional.of(verdict);
      }
    }
    return Optional.empty();
  }

  /** The word of the API and the journal. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it marks a comment, and says nothing of whether it may be seen. */
  boolean marks() {
    return !flag.isEmpty();
  }

  /** States of comments that it can be given on. */
  EnumSet<State> from() {
    return switch (this) {
      case APPROVE, REJECT, SPAM -> EnumSet.complementOf(EnumSet.of(State.DELETED));
      case DELETE -> EnumSet.allOf(State.class);
      case RESTORE -> EnumSet.complementOf(EnumSet.of(State.PENDING));
      case PIN, UNPIN, FEATURE, UNFEATURE -> EnumSet.of(State.VISIBLE);
    };
  }

  /**
   * What a comment becomes by it, as state and flags.
   *
   * @return {@code null} when it cannot be given on this comment
   */
  @Nullable String on(Ruled ruled) {
    var comment = ruled.comment();
    if (comment == null || !from().contains(comment.state())) {
      return null;
    }
    var flags = comment.flags();
    if (marks()) {
      return to.letter() + (on ? with(flags) : flags.replace(flag, ""));
    }
    if (this == RESTORE && comment.state() == State.DELETED) {
      var latest = ruled.history().latest();
      // What its author took away stays away.
      return latest != null && latest.after().startsWith(State.DELETED.letter())
          ? latest.before().substring(0, 1) + flags
          : null;
    }
    return to.letter() + flags;
  }

  private String with(String flags) {
    boolean pinned = flag.equals(Comment.PINNED) || flags.contains(Comment.PINNED);
    boolean featured = flag.equals(Comment.FEATURED) || flags.contains(Comment.FEATURED);
    return (pinned ? Comment.PINNED : "") + (featured ? Comment.FEATURED : "");
  }
}
