package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Hour;
import dev.afterword.redis.Departures;
import dev.afterword.redis.GroupCommit;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreClock;
import dev.afterword.redis.StoreException;
import dev.afterword.view.HitBatch.Entry;
import dev.afterword.view.Recorded.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Counts hits in Redis, exactly once each. The hits of a moment go as one numbered batch per
 * bucket, and a batch whose outcome is unknown is sent again under its number: the store then
 * answers what it did the first time. Repeats that the store has confirmed are answered here until
 * their window ends; they, and all that is no view, are told to the store at most twice a second.
 *
 * <p>Confined to one event loop, but for the memory of repeats, which its process shares.
 */
final class ViewStore {
  static final Script COUNT =
      Script.of(ViewStore.class, "/dev/afterword/article/tally.lua", "count.lua");

  /** How many hits or articles one call may be about. */
  static final int LARGEST_BATCH = 512;

  private static final int MOST_BUCKETS = 4_096;

  /** At most two ticks a second for an article. */
  static final long TICK_PAUSE_MS = 500;

  /** How long a batch is sent again before its callers are told to come back, in milliseconds. */
  private static final long RETRY_FOR_MS = 1_400;

  private static final long RETRY_PAUSE_MS = 100;

  /** What is told beside the views, in the order of the script. */
  private static final List<Outcome> TOLD =
      List.of(Outcome.REPEAT, Outcome.BOT, Outcome.PREFETCH, Outcome.LIMIT);

  private final Vertx vertx;
  private final RedisLink link;
  private final StoreClock clock;
  private final Repeats repeats;
  private final Departures departures;
  private final String producer = UUID.randomUUID().toString();
  private final Map<String, Bucket> buckets = new HashMap<>();

  ViewStore(Vertx vertx, RedisLink link, StoreClock clock, Repeats repeats) {
    this.vertx = vertx;
    this.link = link;
    this.clock = clock;
    this.repeats = repeats;
    this.departures = new Departures(vertx);
  }

  /** Whether a hit's visitor was counted on its article inside the window; changes nothing. */
  Future<Boolean> isCounted(Hit hit) {
    var request = Request.cmd(Command.EXISTS).arg(HitBatch.window(hit.article(), hit.visitor()));
    if (hit.before() != null) {
      request.arg(HitBatch.window(hit.article(), hit.before()));
    }
    return link.send(request).map(found -> found != null && found.toInteger() > 0);
  }

  /**
   * Counts a hit, or finds that its visitor was counted inside the window.
   *
   * @return {@link Outcome#UNSEEN}, {@link Outcome#STALE} or {@link Outcome#MOVED} when nothing was
   *     done
   */
  Future<Recorded> count(Hit hit) {
    var article = hit.article();
    var window = HitBatch.window(article, hit.visitor());
    var views = repeats.viewsIfOpen(window, article);
    if (views != null) {
      bucket(article).tell(article, Outcome.REPEAT);
      return Future.succeededFuture(new Recorded(views, Outcome.REPEAT));
    }
    return bucket(article).commit.add(new Entry(article, hit, window));
  }

  /**
   * Notes a hit that is no view, and says how many views there are; or {@link Outcome#MOVED}, and
   * nothing was done.
   */
  Future<Recorded> note(ArticleRef article, Outcome outcome) {
    var bucket = bucket(article);
    if (TOLD.contains(outcome)) {
      bucket.tell(article, outcome);
    }
    var known = repeats.views(article);
    return known == null
        ? bucket
            .commit
            .add(Entry.asking(article))
            .map(state -> state.outcome() == Outcome.MOVED ? state : state.with(outcome))
        : Future.succeededFuture(new Recorded(known, outcome));
  }

  /** Tells the store what it has not been told yet. */
  Future<Void> flush() {
    var telling = new ArrayList<Future<?>>();
    for (var bucket : buckets.values()) {
      List.copyOf(bucket.owed.keySet())
          .forEach(article -> telling.add(bucket.commit.add(Entry.asking(article))));
    }
    return Future.join(telling).mapEmpty();
  }

  private Bucket bucket(ArticleRef article) {
    if (buckets.size() >= MOST_BUCKETS) {
      buckets.values().removeIf(bucket -> bucket.commit.isIdle() && bucket.owed.isEmpty());
    }
    return buckets.computeIfAbsent(article.tag(), tag -> new Bucket());
  }

  /** One bucket's batches: one in flight, numbered. */
  private final class Bucket implements HitBatch.Hearer {
    final GroupCommit<Entry, Recorded> commit =
        new GroupCommit<>(departures::join, LARGEST_BATCH, this::send);

    /** Articles for which the store will be asked once more. */
    final Map<ArticleRef, Long> owed = new HashMap<>();

    /** What came beside views and the store has not been told. */
    final Map<ArticleRef, long[]> untold = new HashMap<>();

    long number = System.currentTimeMillis() << 16;

    /** When the batch that is in flight, or was, was sent for the first time. */
    long sent;

    void tell(ArticleRef article, Outcome outcome) {
      untold.computeIfAbsent(article, ref -> new long[TOLD.size()])[TOLD.indexOf(outcome)]++;
      owe(article);
    }

    Future<List<Recorded>> send(List<Entry> entries) {
      var now = Hour.at(clock.now());
      var batch = new HitBatch(entries, untold, producer, ++number, now, TICK_PAUSE_MS);
      sent = System.nanoTime();
      return departures.await(run(batch)).map(reply -> batch.read(reply, this));
    }

    private Future<String> run(HitBatch batch) {
      return COUNT
          .run(link, batch.keys, batch.args)
          .map(reply -> reply.toString())
          .recover(failure -> again(batch, failure));
    }

    /** Under the same number: what was carried out is answered and not done again. */
    private Future<String> again(HitBatch batch, Throwable failure) {
      if (failure instanceof StoreException store
          && store.outcomeUnknown()
          && msSinceSent() + RETRY_PAUSE_MS < RETRY_FOR_MS) {
        return vertx.timer(RETRY_PAUSE_MS).compose(waited -> run(batch));
      }
      return Future.failedFuture(failure);
    }

    private long msSinceSent() {
      return Duration.ofNanos(System.nanoTime() - sent).toMillis();
    }

    @Override
    public void article(ArticleRef article, long views, boolean owes) {
      repeats.sawViews(article, views);
      if (owes) {
        owe(article);
      }
    }

    @Override
    public Recorded hit(Hit hit, String window, long views, long open) {
      if (open < 0) {
        return new Recorded(
            0, open == -1 ? Outcome.MOVED : open == -2 ? Outcome.UNSEEN : Outcome.STALE);
      }
      // The store began the window before we heard of it: never remember it for longer.
      long rest = (open == 0 ? hit.windowMs() : open) - msSinceSent();
      if (rest > 0) {
        repeats.opened(window, rest);
      }
      if (open > 0) {
        tell(hit.article(), Outcome.REPEAT);
      }
      return new Recorded(views, open == 0 ? Outcome.COUNTED : Outcome.REPEAT);
    }

    /**
     * The process that flushed sends the trailing tick, so that the last number is told too: again
     * and again while the store is away.
     */
    private void owe(ArticleRef article) {
      owed.computeIfAbsent(
          article,
          ref ->
              vertx.setTimer(
                  TICK_PAUSE_MS,
                  id -> {
                    owed.remove(ref);
                    commit.add(Entry.asking(ref)).onFailure(failure -> owe(ref));
                  }));
    }
  }
}
