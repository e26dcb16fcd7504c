package dev.afterword.moderation;

import dev.afterword.comment.Check;
import dev.afterword.comment.Finding;
import dev.afterword.comment.Submission;
import dev.afterword.http.Digest;
import io.vertx.core.Future;
import java.util.ArrayList;

/**
 * The same text again, within hours: by the same author or from the same network when it is longer
 * than a phrase, by anybody when it is longer than a sentence. Texts are the same when they look
 * the same, whatever stands between their letters.
 */
final class Repeats implements Check {
  /** Shorter ones are what everybody says, in letters and digits. */
  private static final int LEAST_OF_ONE = 20;

  /** Shorter ones may be said by two people, in letters and digits. */
  private static final int LEAST_OF_ALL = 40;

  private static final int DIGEST_LENGTH = 16;

  private final RepeatStore store;

  Repeats(RepeatStore store) {
    this.store = store;
  }

  @Override
  public Future<Finding> look(Submission submission) {
    var same = letters(submission.text());
    // Who mends a comma says the same again, but in the same place. So does who goes back to what
    // was posted, though that was left under the name of another attempt.
    if (same.length() < LEAST_OF_ONE
        || submission.before().stream().map(Repeats::letters).anyMatch(same::equals)) {
      return Future.succeededFuture(Finding.ALLOWED);
    }
    var digests = new ArrayList<String>();
    digests.add(Digest.of("author " + submission.author().id() + ' ' + same, DIGEST_LENGTH));
    digests.add(Digest.of("network " + submission.network() + ' ' + same, DIGEST_LENGTH));
    if (same.length() >= LEAST_OF_ALL) {
      digests.add(Digest.of("site " + same, DIGEST_LENGTH));
    }
    return store
        .isRepeated(submission.site().name(), submission.attempt(), digests)
        .map(repeated -> repeated ? Finding.hold("repeat") : Finding.ALLOWED);
  }

  private static String letters(String text) {
    return FoldedText.entry(text).keys().replace(" ", "");
  }
}
