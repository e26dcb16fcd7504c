package dev.afterword.comment;

import io.vertx.core.Future;
import java.util.List;

/** One thing that is looked at before a comment is kept. */
@FunctionalInterface
public interface Check {
  /** What it finds; when it fails, the comment is not kept and its author is told why. */
  Future<Finding> look(Submission submission);

  /** All of some checks at once; the strictest finding counts, of equal ones the first. */
  static Check all(List<Check> checks) {
    return submission ->
        Future.all(checks.stream().map(check -> check.look(submission)).toList())
            .map(
                all -> all.<Finding>list().stream().reduce(Finding.ALLOWED, Finding::orIfStricter));
  }
}
