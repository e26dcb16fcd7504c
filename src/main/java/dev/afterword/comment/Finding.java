package dev.afterword.comment;

/**
 * What a check says of a comment.
 *
 * @param reason a word of the API, for those who decide about it: {@code words}, {@code links};
 *     empty when it is allowed
 */
public record Finding(Answer answer, String reason) {
  /** Nothing is to be said against it. */
  public static final Finding ALLOWED = new Finding(Answer.ALLOW, "");

  /** What becomes of the comment, the mildest first. */
  public enum Answer {
    /** It goes out. */
    ALLOW,
    /** It waits for a moderator. */
    HOLD,
    /** It is not taken. */
    REFUSE
  }

  /** It has to wait. */
  public static Finding hold(String reason) {
    return new Finding(Answer.HOLD, reason);
  }

  /** It is not taken. */
  public static Finding refuse(String reason) {
    return new Finding(Answer.REFUSE, reason);
  }

  Finding orIfStricter(Finding other) {
    return other.answer.compareTo(answer) > 0 ? other : this;
  }
}
