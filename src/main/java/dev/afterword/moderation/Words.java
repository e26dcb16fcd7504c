package dev.afterword.moderation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.comment.Check;
import dev.afterword.comment.Finding;
import dev.afterword.comment.Submission;
import dev.afterword.http.Workers;
import dev.afterword.identity.Rules;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.stream.Stream;

/**
 * The site's word lists: looked for in the text as it was written, in what it shows, and in the
 * author's name. Safe for any thread, one for a process.
 */
final class Words implements Check {
  private static final String REASON = "words";
  private static final int THREADS = 1;
  private static final int MOST_WAITING = 512;
  private static final int MOST_SITES = 200;

  private final Workers workers;

  /** By site; a change of its settings makes another version. */
  private final Cache<String, Lists> compiled =
      Caffeine.newBuilder().maximumSize(MOST_SITES).build();

  private record Lists(long version, WordList held, WordList refused) {}

  /** Opens the worker; it ends with its Vert.x. */
  Words(Vertx vertx) {
    this.workers = new Workers(vertx, "afterword-words", THREADS, MOST_WAITING);
  }

  @Override
  public Future<Finding> look(Submission submission) {
    var rules = submission.site().rules();
    return rules.heldWords().isEmpty() && rules.refusedWords().isEmpty()
        ? Future.succeededFuture(Finding.ALLOWED)
        : workers.run(() -> find(submission, rules));
  }

  private Finding find(Submission submission, Rules rules) {
    var site = submission.site();
    var lists =
        compiled
            .asMap()
            .compute(
                site.name(),
                (name, known) ->
                    known != null && known.version == site.version()
                        ? known
                        : new Lists(
                            site.version(),
                            new WordList(rules.heldWords()),
                            new WordList(rules.refusedWords())));
    var texts =
        Stream.of(submission.text(), submission.words(), submission.author().name())
            .distinct()
            .map(FoldedText::of)
            .toList();
    if (occurs(lists.refused, texts)) {
      return Finding.refuse(REASON);
    }
    return occurs(lists.held, texts) ? Finding.hold(REASON) : Finding.ALLOWED;
  }

  private static boolean occurs(WordList list, List<FoldedText> texts) {
    return texts.stream().anyMatch(text -> !list.find(text).entries().isEmpty());
  }
}
