package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Hour;
import dev.afterword.article.Rankings;
import dev.afterword.article.Rankings.By;
import dev.afterword.redis.GroupCommit;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreClock;
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
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts hits in Redis, exactly once each. The hits of a moment go as one numbered batch per
 * bucket, and a batch whose outcome is unknown is sent again under its number: the store then
 * answers what it did the first time. Repeats that the store has confirmed are answered here until
 * their window ends; they, and all that is no view, are told to the store at most twice a second.
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

  /** What is told beside the views, in the order of the script. */
  private static final List<Outcome> TOLD =
      List.of(Outcome.REPEAT, Outcome.BOT, Outcome.PREFETCH, Outcome.LIMIT);

  private final Vertx vertx;
  private final RedisLink link;
  private final StoreClock clock;
  private final Repeats repeats;
  private final String producer = UUID.randomUUID().toString();
  private final Map<String, Bucket> buckets = new HashMap<>();

  /**
   * A hit; or none, to tell the store what else there was, and hear how many views there are.
   *
   * @param window the key of the hit's window
   */
  private record Entry(ArticleRef article, @Nullable Hit hit, String window) {
    static Entry asking(ArticleRef article) {
      return new Entry(article, null, "");
    }
  }

  ViewStore(Vertx vertx, RedisLink link, StoreClock clock, Repeats repeats) {
    this.vertx = vertx;
    this.link = link;
    this.clock = clock;
    this.repeats = repeats;
  }

  /** Whether a hit's visitor was counted on its article inside the window; changes nothing. */
  Future<Boolean> isCounted(Hit hit) {
    var request = Request.cmd(Command.EXISTS).arg(window(hit.article(), hit.visitor()));
    if (hit.before() != null) {
      request.arg(window(hit.article(), hit.before()));
    }
    return link.send(request).map(found -> found != null && found.toInteger() > 0);
  }

  private static String window(ArticleRef article, String visitor) {
    return article.at("w") + ':' + visitor;
  }

  /**
   * Counts a hit, or finds that its visitor was counted inside the window.
   *
   * @return {@link Outcome#UNSEEN} or {@link Outcome#STALE} when nothing was done
   */
  Future<Recorded> count(Hit hit) {
    var article = hit.article();
    var window = window(article, hit.visitor());
    var views = repeats.viewsIfOpen(window, article);
    if (views != null) {
      bucket(article).tell(article, Outcome.REPEAT);
      return Future.succeededFuture(new Recorded(views, Outcome.REPEAT));
    }
    return bucket(article).commit.add(new Entry(article, hit, window));
  }

  /** Notes a hit that is no view, and says how many views there are. */
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
            .map(state -> new Recorded(state.views(), outcome))
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
  private final class Bucket {
    final GroupCommit<Entry, Recorded> commit =
        new GroupCommit<>(vertx.getOrCreateContext(), LARGEST_BATCH, this::send);

    /** Articles for which the store will be asked once more. */
    final Map<ArticleRef, Long> owed = new HashMap<>();

    /** What came beside views and the store has not been told. */
    final Map<ArticleRef, long[]> untold = new HashMap<>();

    long number = System.currentTimeMillis() << 16;

    void tell(ArticleRef article, Outcome outcome) {
      untold.computeIfAbsent(article, ref -> new long[TOLD.size()])[TOLD.indexOf(outcome)]++;
      owe(article);
    }

    Future<List<Recorded>> send(List<Entry> entries) {
      var batch = new Batch(entries, untold, ++number);
      long sent = System.nanoTime();
      return batch.run(sent).map(reply -> settle(batch, reply, sent));
    }

    private List<Recorded> settle(Batch batch, String reply, long sent) {
      if (reply.equals("again")) {
        return batch.entries.stream().map(entry -> new Recorded(0, Outcome.STALE)).toList();
      }
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
        var hit = entry.hit;
        if (hit == null) {
          answers.add(new Recorded(views, Outcome.REPEAT));
        } else if (hit.day() < batch.day) {
          answers.add(new Recorded(0, Outcome.STALE));
        } else {
          answers.add(recorded(entry.window, hit, views, Long.parseLong(windows[next++]), lag));
        }
      }
      return answers;
    }

    private Recorded recorded(String window, Hit hit, long views, long open, long lag) {
      if (open < 0) {
        return new Recorded(0, open == -2 ? Outcome.UNSEEN : Outcome.LIMIT);
      }
      // The store began the window before we heard of it: never remember it for longer.
      long rest = (open == 0 ? hit.windowMs() : open) - lag;
      if (rest > 0) {
        repeats.opened(window, rest);
      }
      if (open > 0) {
        tell(hit.article(), Outcome.REPEAT);
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
                    commit.add(Entry.asking(ref));
                  }));
    }
  }

  /** One call of the script, the same each time it is sent. */
  private final class Batch {
    final List<Entry> entries;
    final Map<ArticleRef, Integer> articles = new LinkedHashMap<>();
    final long day;
    final List<String> keys = new ArrayList<>();
    final List<Object> args = new ArrayList<>();

    Batch(List<Entry> entries, Map<ArticleRef, long[]> untold, long number) {
      this.entries = entries;
      entries.forEach(entry -> articles.putIfAbsent(entry.article, articles.size()));
      this.day = entries.stream().mapToLong(Batch::day).max().orElse(0);
      var hits = entries.stream().filter(entry -> entry.hit != null && day(entry) == day).toList();
      boolean both = hits.stream().anyMatch(entry -> hit(entry).before() != null);
      var now = Hour.at(clock.now());
      var tag = entries.get(0).article.tag();
      keys.add(tag + ":p:" + producer);
      keys.add(tag + ":y");
      keys.addAll(Rankings.keys(tag, By.VIEWS, now));
      args.addAll(List.of(number, articles.size(), window(hits)));
      args.addAll(List.of(entries.get(0).article.channel(), TICK_PAUSE_MS, day, both ? 2 : 1));
      args.addAll(List.of(now.day(), now.ofDay(), now.day() - Series.HOURS_KEPT_DAYS));
      var names = names(hits);
      articles
          .keySet()
          .forEach(article -> add(article, names.get(article), untold.remove(article)));
      hits.forEach(entry -> add(entry, hit(entry), both));
    }

    private static Hit hit(Entry entry) {
      return Objects.requireNonNull(entry.hit);
    }

    private static long day(Entry entry) {
      return entry.hit == null ? 0 : entry.hit.day();
    }

    /** Whoever may be the first to see an article also names it. */
    private static Map<ArticleRef, Hit> names(List<Entry> hits) {
      var names = new HashMap<ArticleRef, Hit>();
      for (var entry : hits) {
        if (hit(entry).mayCreate()) {
          names.putIfAbsent(entry.article, hit(entry));
        }
      }
      return names;
    }

    private void add(ArticleRef article, @Nullable Hit name, long @Nullable [] beside) {
      keys.add(article.at("a"));
      keys.add(article.at("h"));
      keys.add(Series.key(article));
      args.add(article.key().value());
      args.add(name == null ? "" : name.title() + '\n' + name.url());
      args.add(
          beside == null
              ? ""
              : LongStream.of(beside).mapToObj(Long::toString).collect(Collectors.joining(" ")));
    }

    private void add(Entry entry, Hit hit, boolean both) {
      keys.add(entry.window);
      if (both) {
        var before = hit.before();
        keys.add(before == null ? entry.window : ViewStore.window(entry.article, before));
      }
      int index = indexOf(entry.article) + 1;
      args.add(hit.mayCreate() ? -index : index);
    }

    int indexOf(ArticleRef article) {
      return Objects.requireNonNull(articles.get(article));
    }

    /** The window is the site's, and a bucket belongs to one site. */
    private static long window(List<Entry> hits) {
      return hits.stream().mapToLong(entry -> hit(entry).windowMs()).max().orElse(1);
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
