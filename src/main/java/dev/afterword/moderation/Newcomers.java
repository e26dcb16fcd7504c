package dev.afterword.moderation;

import dev.afterword.comment.Check;
import dev.afterword.comment.Finding;
import dev.afterword.comment.PastStore;
import dev.afterword.comment.Submission;
import io.vertx.core.Future;

/** The first comments of an author, until as many went out as the site's rules ask for. */
final class Newcomers implements Check {
  private static final Finding HELD = Finding.hold("newcomer");

  private final PastStore past;

  Newcomers(PastStore past) {
    this.past = past;
  }

  @Override
  public Future<Finding> look(Submission submission) {
    int wanted = submission.site().rules().heldNewcomers();
    if (wanted == 0) {
      return Future.succeededFuture(Finding.ALLOWED);
    }
    var author = submission.author();
    return author.isNew()
        ? Future.succeededFuture(HELD)
        : past.visible(submission.site(), author.id())
            .map(visible -> visible < wanted ? HELD : Finding.ALLOWED);
  }
}
