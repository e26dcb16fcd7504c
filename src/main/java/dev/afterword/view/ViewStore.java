package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.redis.GroupCommit;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreException;
import dev.afterword.view.Recorded.Outcome;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Counts hits in Redis, exactly once each. The hits of a moment go as one numbered batch per
 * bucket, and a batch whose outcome is unknown is sent again under its number: the store then
 * answers what it did the first time. Repeats that the store has confirmed are answered here until
 * their window ends.
 *
 * <p>Confined to one event loop, but for the memory of repeats, which its process shares.
 */
final class ViewStore {
  private static final Script COUNT = Script.of(ViewStore.class, "count.lua");
  private static final int LARGEST_BATCH = 512;
  private static final int MOST_BUCKETS = 4_096;

  /** At most two ticks a second for an article. */
  private static final long TICK_PAUSE_MS = 500;

  /** How long a batch is sent again before its callers are told to come back, in milliseconds. */
  private static final long RETRY_FOR_MS = 1_400;

  private static final long RETRY_PAUSE_MS = 100;

  private final Vertx vertx;
  private final RedisLink link;
  private final Repeats repeats;
  private final String producer = UUID.randomUUID().toString();
  private final Map<String, Bucket> buckets = new HashMap<>();

  /** A hit, or ({@code window} empty) the wish for a tick that is owed. */
  private record Entry(ArticleRef article, String window, Hit hit) {}

  ViewStore(Vertx vertx, RedisLink link, Repeats repeats) {
    this.vertx = vertx;
    this.link = link;
    this.repeats = repeats;
  }

  /** Whether a visitor was counted on an article inside the window; changes nothing. */
  Future<Boolean> isCounted(ArticleRef article, String visitor) {
    return link.send(Request.cmd(Command.EXISTS).arg(window(article, visitor)))
        .map(found -> found != null && found.toInteger() == 1);
  }

  private static String window(ArticleRef article, String visitor) {
    return article.at("w") + ':' + visitor;
  }

  /** Counts a hit, or finds that its visitor was counted inside the window. */
  Future<Recorded> count(Hit hit) {
    var window = window(hit.article(), hit.visitor());
    var views = repeats.viewsIfOpen(window, hit.article());
    if (views != null) {
      return Future.succeededFuture(new Recorded(views, Outcome.REPEAT));
    }
    return bucket(hit.article()).commit.add(new Entry(hit.article(), window, hit));
  }

  private Bucket bucket(ArticleRef article) {
    if (buckets.size() >= MOST_BUCKETS) {
      buckets.values().removeIf(bucket -> bucket.commit.isIdle());
    }
    return buckets.computeIfAbsent(article.tag(), tag -> new Bucket());
  }

  /** One bucket's batches: one in flight, numbered. */
  private final class Bucket {
    final GroupCommit<Entry, Recorded> commit =
        new GroupCommit<>(vertx.getOrCreateContext(), LARGEST_BATCH, this::send);

    /** Articles for which a tick will be asked for. */
    final Map<ArticleRef, Long> owed = new HashMap<>();

    long number = System.currentTimeMillis() << 16;

    Future<List<Recorded>> send(List<Entry> entries) {
      var batch = new Batch(entries, producer, ++number);
      long sent = System.nanoTime();
      return batch.run(sent).map(reply -> settle(batch, reply, sent));
    }

    private List<Recorded> settle(Batch batch, String reply, long sent) {
      var halves = reply.split("\\|", -1);
      var states = halves[0].split(" ", -1);
      var windows = halves[1].split(" ", -1);
      var refs = List.copyOf(batch.articles.keySet());
      for (int i = 0; i < refs.size(); i++) {
        repeats.sawViews(refs.get(i), Long.parseLong(states[2 * i]));
        if (states[2 * i + 1].equals("1")) {
          owe(refs.get(i));
        }
      }
      long lag = Duration.ofNanos(System.nanoTime() - sent).toMillis();
      var answers = new ArrayList<Recorded>(batch.entries.size());
      int next = 0;
      for (var entry : batch.entries) {
        long views = Long.parseLong(states[2 * batch.indexOf(entry.article)]);
        answers.add(
            entry.window.isEmpty()
                ? new Recorded(views, Outcome.REPEAT)
                : outcome(entry, views, Long.parseLong(windows[next++]), lag));
      }
      return answers;
    }

    private Recorded outcome(Entry entry, long views, long open, long lag) {
      if (open < 0) {
        return new Recorded(0, Outcome.LIMIT);
      }
      // The store began the window before we heard of it: never remember it for longer.
      long rest = (open == 0 ? entry.hit.windowMs() : open) - lag;
      if (rest > 0) {
        repeats.opened(entry.window, rest);
      }
      return new Recorded(views, open == 0 ? Outcome.COUNTED : Outcome.REPEAT);
    }

    /** The process that flushed sends the trailing tick, so that the last number is told too. */
    private void owe(ArticleRef article) {
      owed.computeIfAbsent(
          article,
          ref ->
              vertx.setTimer(
                  TICK_PAUSE_MS,
                  id -> {
                    owed.remove(ref);
                    commit.add(new Entry(ref, "", new Hit(ref, "", "", "", 1)));
                  }));
    }
  }

  /** One call of the script, the same each time it is sent. */
  private final class Batch {
    final List<Entry> entries;
    final Map<ArticleRef, Integer> articles = new LinkedHashMap<>();
    final List<String> keys = new ArrayList<>();
    final List<Object> args = new ArrayList<>();

    Batch(List<Entry> entries, String producer, long number) {
      this.entries = entries;
      var first = entries.get(0);
      var named = new HashMap<ArticleRef, Hit>();
      for (var entry : entries) {
        articles.putIfAbsent(entry.article, articles.size());
        named.putIfAbsent(entry.article, entry.hit);
      }
      keys.add(first.article.tag() + ":p:" + producer);
      for (var ref : articles.keySet()) {
        keys.add(ref.at("a"));
        keys.add(ref.at("h"));
      }
      args.addAll(List.of(number, articles.size(), window(), first.article.channel()));
      args.add(TICK_PAUSE_MS);
      for (var ref : articles.keySet()) {
        var hit = Objects.requireNonNull(named.get(ref));
        args.addAll(List.of(ref.key().value(), ref.id(), hit.title(), hit.url()));
      }
      for (var entry : entries) {
        if (!entry.window.isEmpty()) {
          keys.add(entry.window);
          args.add(indexOf(entry.article) + 1);
          args.add(entry.hit.visitor());
        }
      }
    }

    int indexOf(ArticleRef article) {
      return Objects.requireNonNull(articles.get(article));
    }

    /** The window is the site's, and a bucket belongs to one site. */
    private long window() {
      return entries.stream().mapToLong(entry -> entry.hit.windowMs()).max().orElse(1);
    }

    Future<String> run(long started) {
      return COUNT
          .run(link, keys, args)
          .map(reply -> reply.toString())
          .recover(failure -> again(started, failure));
    }

    private Future<String> again(long started, Throwable failure) {
      long spent = Duration.ofNanos(System.nanoTime() - started).toMillis();
      if (failure instanceof StoreException store
          && store.outcomeUnknown()
          && spent + RETRY_PAUSE_MS < RETRY_FOR_MS) {
        return vertx.timer(RETRY_PAUSE_MS).compose(waited -> run(started));
      }
      return Future.failedFuture(failure);
    }
  }
}
