package dev.afterword.moderation;

import dev.afterword.comment.Check;
import dev.afterword.comment.Finding;
import dev.afterword.comment.Submission;
import io.vertx.core.Future;

/** More links than the site's rules let through at once. */
final class Links implements Check {
  @Override
  public Future<Finding> look(Submission submission) {
    return Future.succeededFuture(
        submission.links() > submission.site().rules().mostLinks()
            ? Finding.hold("links")
            : Finding.ALLOWED);
  }
}
