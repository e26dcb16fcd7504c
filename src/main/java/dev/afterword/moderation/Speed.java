package dev.afterword.moderation;

import dev.afterword.comment.Check;
import dev.afterword.comment.Finding;
import dev.afterword.comment.Submission;
import io.vertx.core.Future;

/** A text that nobody could have written in the time that its form was open. */
final class Speed implements Check {
  /** Less is too little for more than {@link #MOST_AT_ONCE}, in milliseconds. */
  private static final long LEAST_MS = 1_500;

  /** So many characters anybody may have at hand, in code points. */
  private static final int MOST_AT_ONCE = 20;

  @Override
  public Future<Finding> look(Submission submission) {
    var openMs = submission.form().openMs();
    var text = submission.text();
    return Future.succeededFuture(
        openMs != null && openMs < LEAST_MS && text.codePointCount(0, text.length()) > MOST_AT_ONCE
            ? Finding.hold("speed")
            : Finding.ALLOWED);
  }
}
