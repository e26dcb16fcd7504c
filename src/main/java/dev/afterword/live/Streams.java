package dev.afterword.live;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads articles' streams: what happened, by number. A stream holds no text, only kinds and ids
 * under their revisions; what is shown is read when it is shown. Features write their events
 * themselves, in the script that makes the change: {@code XADD key MAXLEN ~ LONGEST revision-0 kind
 * member}.
 */
public final class Streams {
  /** How many entries a stream keeps, about. */
  public static final int LONGEST = 400;

  /** How many events are replayed before a client is better off reading the list again. */
  static final int MOST_REPLAYED = 300;

  /** How many bytes are replayed before a client is better off reading the list again. */
  static final int LARGEST_REPLAY = 1024 * 1024;

  private static final Script SINCE =
      Script.of(Streams.class, "/dev/afterword/article/epoch.lua", "since.lua");

  private final RedisLink link;

  Streams(RedisLink link) {
    this.link = link;
  }

  /** The key of an article's stream. */
  public static String key(ArticleRef article) {
    return article.at("s");
  }

  /**
   * One event.
   *
   * @param revision its number
   * @param kind one letter, known to the feature that wrote it
   * @param member what it concerns, likewise
   */
  public record Entry(long revision, String kind, String member) {}

  /**
   * What happened since a revision, and the article as it stood then.
   *
   * @param whole whether the entries are all of them, from the one after that revision to the
   *     article's own
   */
  record Since(Article article, List<Entry> entries, boolean whole) {}

  /**
   * Reads at most {@link #MOST_REPLAYED} events after a revision, and the article under the key
   * that it has now. Fails with an {@link ArticleMovedException} when it lives elsewhere.
   */
  Future<Since> since(ArticleRef article, long revision) {
    var keys = List.of(article.bucketKey(), article.at("a"), key(article));
    return SINCE
        .run(link, keys, List.of((revision + 1) + "-0", MOST_REPLAYED + 1))
        .map(
            reply -> {
              var now = ArticleStore.called(article, reply.get(0).toString(), reply.get(1));
              var entries = entries(reply.get(2));
              long missed = now.position().revision() - revision;
              boolean whole =
                  missed >= 0
                      && missed <= MOST_REPLAYED
                      && entries.size() == missed
                      && (missed == 0 || entries.get(0).revision() == revision + 1);
              return new Since(now, entries, whole);
            });
  }

  private static List<Entry> entries(Response raw) {
    var entries = new ArrayList<Entry>(raw.size());
    for (var each : raw) {
      var id = each.get(0).toString();
      entries.add(
          new Entry(
              Long.parseLong(id.substring(0, id.indexOf('-'))),
              each.get(1).get(0).toString(),
              each.get(1).get(1).toString()));
    }
    return entries;
  }
}
