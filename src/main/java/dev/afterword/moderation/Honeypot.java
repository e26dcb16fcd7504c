package dev.afterword.moderation;

import dev.afterword.comment.Check;
import dev.afterword.comment.Finding;
import dev.afterword.comment.Submission;
import io.vertx.core.Future;

/** A field that people do not see and robots fill in. */
final class Honeypot implements Check {
  @Override
  public Future<Finding> look(Submission submission) {
    return Future.succeededFuture(
        submission.form().trapped() ? Finding.hold("honeypot") : Finding.ALLOWED);
  }
}
