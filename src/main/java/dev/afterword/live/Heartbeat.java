package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import dev.afterword.live.ReadersStore.Open;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the store how many sockets this process has open on which articles: soon after that has
 * changed, and now and then as long as there are any, because a process that falls silent is not
 * believed for long. The answers say how many read them in all; so the deaths of other processes
 * and the fading of views are noticed too.
 *
 * <p>What the store could not be told is not kept for later: the next round tells what is so then.
 *
 * <p>One for a process. Confined to the event loop it was made on, which is the feed's.
 */
public final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** How often is looked for changes, in milliseconds. */
  private static final long ROUND_MS = 1_000;

  /** When what has not changed is told again, in milliseconds. */
  private static final long REPEAT_MS = 5_000;

  private static final int LARGEST_BATCH = 512;

  /** That the store has heard of it is not known. */
  private static final int UNSURE = -1;

  private final Vertx vertx;
  private final ReadersStore store;
  private final Readers readers;
  private final Feed feed;
  private final String process = UUID.randomUUID().toString();
  private final Map<ArticleRef, Report> reports = new HashMap<>();

  /** Hash tags of the buckets that are being told. */
  private final Set<String> underWay = new HashSet<>();

  private final long timer;

  /**
   * What the store was told of an article last.
   *
   * @param sockets how many were open, or {@link #UNSURE}
   * @param at when some were open, in milliseconds of this process
   */
  private record Report(int sockets, long at) {}

  /** The heartbeat of a process, on the current event loop. */
  public Heartbeat(Vertx vertx, RedisLink link, Readers readers, Feed feed) {
    this.vertx = vertx;
    this.store = new ReadersStore(link);
    this.readers = readers;
    this.feed = feed;
    this.timer = vertx.setPeriodic(ROUND_MS, id -> round());
  }

  /** Tells the store that nothing is open here any more; ends when it has heard, or cannot hear. */
  public Future<Void> close() {
    vertx.cancelTimer(timer);
    var last = reports.keySet().stream().map(article -> new Open(article, 0)).toList();
    return Future.join(tell(last)).transform(told -> Future.succeededFuture());
  }

  private void round() {
    long now = now();
    // What nobody repeated for so long is forgotten there, too.
    reports.values().removeIf(report -> now - report.at > ReadersStore.BELIEVED_MS);
    var all = new HashSet<>(readers.articles());
    all.addAll(reports.keySet());
    var due = new ArrayList<Open>();
    for (var article : all) {
      int sockets = readers.of(article);
      if (isDue(reports.get(article), sockets, now) && !underWay.contains(article.tag())) {
        due.add(new Open(article, sockets));
      }
    }
    tell(due);
  }

  private static boolean isDue(@Nullable Report told, int sockets, long now) {
    if (told == null) {
      return sockets > 0;
    }
    return told.sockets != sockets || now - told.at >= REPEAT_MS;
  }

  /** Tells the store bucket by bucket; one that does not answer holds up no other. */
  private List<Future<?>> tell(List<Open> all) {
    var buckets = new HashMap<String, List<Open>>();
    for (var open : all) {
      buckets.computeIfAbsent(open.article().tag(), tag -> new ArrayList<>()).add(open);
    }
    var telling = new ArrayList<Future<?>>(buckets.size());
    buckets.forEach((tag, opens) -> telling.add(tell(tag, opens)));
    return telling;
  }

  private Future<?> tell(String bucket, List<Open> opens) {
    underWay.add(bucket);
    var calls = new ArrayList<Future<?>>(1);
    for (int i = 0; i < opens.size(); i += LARGEST_BATCH) {
      calls.add(report(opens.subList(i, Math.min(opens.size(), i + LARGEST_BATCH))));
    }
    return Future.join(calls).onComplete(done -> underWay.remove(bucket));
  }

  private Future<?> report(List<Open> batch) {
    long now = now();
    var asking = new ArrayList<IntConsumer>(batch.size());
    for (var open : batch) {
      var before = reports.get(open.article());
      long at = open.sockets() == 0 && before != null ? before.at : now;
      reports.put(open.article(), new Report(UNSURE, at));
      asking.add(feed.askingReaders(open.article()));
    }
    return store
        .report(process, batch)
        .onSuccess(
            numbers -> {
              for (int i = 0; i < batch.size(); i++) {
                heard(batch.get(i), now);
                asking.get(i).accept(numbers.get(i));
              }
            })
        .onFailure(failure -> LOG.debug("The store was not told who reads", failure));
  }

  private void heard(Open open, long at) {
    if (open.sockets() == 0) {
      reports.remove(open.article());
    } else {
      reports.put(open.article(), new Report(open.sockets(), at));
    }
  }

  private static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
