package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Site;
import dev.afterword.identity.SiteStore;
import dev.afterword.redis.RedisLink;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts articles anew, one after the other: all of a site when asked, and a few of those commented
 * last in the background, where a count of faults that is not zero tells of a mistake of ours.
 * Confined to one event loop.
 */
public final class Reconciler {
  private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);

  /** How long after one look in the background the next one begins, in milliseconds. */
  private static final long PAUSE_MS = 60_000;

  /** How many articles of a bucket one look takes. */
  private static final int LOOK = 5;

  private final Vertx vertx;
  private final SiteStore sites;
  private final RecountStore recount;
  private Iterator<Place> places = List.<Place>of().iterator();

  private record Place(String site, int bucket) {}

  /** On the current event loop. */
  public Reconciler(Vertx vertx, RedisLink link, SiteStore sites) {
    this.vertx = vertx;
    this.sites = sites;
    this.recount = new RecountStore(link);
  }

  /** What was counted so far. */
  public record Tally(long articles, long comments, long faults, long unsettled) {
    static final Tally NOTHING = new Tally(0, 0, 0, 0);

    private Tally plus(RecountStore.Result result) {
      return new Tally(
          articles + 1,
          comments + result.comments(),
          faults + result.faults(),
          unsettled + (result.done() ? 0 : 1));
    }
  }

  /** Hears how far a count has come. */
  @FunctionalInterface
  public interface Progress {
    /**
     * After each article.
     *
     * @param of how many articles there are
     */
    void at(Tally tally, long of);
  }

  /** Counts all articles of a site that have comments, however large. */
  public Future<Tally> site(Site site, Progress progress) {
    Future<List<ArticleRef>> articles = Future.succeededFuture(List.of());
    for (int bucket = 0; bucket < site.buckets(); bucket++) {
      int next = bucket;
      articles =
          articles.compose(
              before ->
                  recount
                      .articles(site.name(), next, Integer.MAX_VALUE)
                      .map(
                          more -> {
                            var all = new ArrayList<>(before);
                            all.addAll(more);
                            return all;
                          }));
    }
    return articles.compose(
        all ->
            count(
                all.iterator(),
                Long.MAX_VALUE,
                Tally.NOTHING,
                tally -> progress.at(tally, all.size())));
  }

  private Future<Tally> count(
      Iterator<ArticleRef> articles, long most, Tally tally, Consumer<Tally> progress) {
    if (!articles.hasNext()) {
      return Future.succeededFuture(tally);
    }
    return recount
        .article(articles.next(), most)
        .compose(
            result -> {
              var now = tally.plus(result);
              progress.accept(now);
              // In a turn of its own: thousands of small articles would pile up their callbacks.
              return vertx.timer(1).compose(turn -> count(articles, most, now, progress));
            });
  }

  /** Begins to look in the background, a bucket at a time. */
  public void start(MeterRegistry meters) {
    var counted =
        Counter.builder("afterword.recount.articles")
            .description("Articles counted anew in the background")
            .register(meters);
    var faults =
        Counter.builder("afterword.recount.faults")
            .description("Counters and entries of indexes that were found wrong; stays zero")
            .register(meters);
    vertx.setTimer(PAUSE_MS, id -> look(counted, faults));
  }

  private void look(Counter counted, Counter faults) {
    next()
        .compose(
            place ->
                place.isEmpty()
                    ? Future.succeededFuture(List.<ArticleRef>of())
                    : recount.articles(place.get().site(), place.get().bucket(), LOOK))
        .compose(
            articles ->
                count(articles.iterator(), RecountStore.BACKGROUND, Tally.NOTHING, now -> {}))
        .onComplete(
            (tally, failure) -> {
              if (tally != null) {
                counted.increment((double) tally.articles());
                faults.increment((double) tally.faults());
              }
              if (tally != null && tally.faults() > 0) {
                LOG.error("A recount found {} faults and put them right", tally.faults());
              }
              vertx.setTimer(PAUSE_MS, id -> look(counted, faults));
            });
  }

  private Future<Optional<Place>> next() {
    if (places.hasNext()) {
      return Future.succeededFuture(Optional.of(places.next()));
    }
    return sites
        .all()
        .map(
            all -> {
              places =
                  all.stream()
                      .flatMap(
                          site ->
                              IntStream.range(0, site.buckets())
                                  .mapToObj(bucket -> new Place(site.name(), bucket)))
                      .iterator();
              return places.hasNext() ? Optional.of(places.next()) : Optional.empty();
            });
  }
}
