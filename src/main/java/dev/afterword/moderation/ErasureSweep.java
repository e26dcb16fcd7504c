package dev.afterword.moderation;

import dev.afterword.comment.ErasureStore;
import dev.afterword.identity.AuthorStore;
import dev.afterword.identity.Site;
import dev.afterword.identity.SiteStore;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what was begun of erasing authors: goes on where it was broken off, takes what was still on
 * its way when it began, and sees to it that nothing is left in the store's files. Two processes
 * may do that at once. Confined to one event loop.
 */
public final class ErasureSweep {
  private static final Logger LOG = LoggerFactory.getLogger(ErasureSweep.class);
  private static final long PAUSE_MS = 5_000;

  /** By then, whatever was asked for before the author was erased has come to an end. */
  private static final long LAST_WRITE_MS = 5_000;

  private final Vertx vertx;
  private final SiteStore sites;
  private final AuthorStore authors;
  private final Erasures erasures;
  private final StoreClock clock;
  private final boolean rewrites;

  private record Begun(Site site, String author) {}

  /**
   * On the current event loop.
   *
   * @param rewrites whether the store is ours to have its log written anew
   */
  public ErasureSweep(
      Vertx vertx, RedisLink link, SiteStore sites, StoreClock clock, boolean rewrites) {
    this.vertx = vertx;
    this.sites = sites;
    this.authors = new AuthorStore(link);
    this.erasures = new Erasures(authors, ErasureStore.over(link));
    this.clock = clock;
    this.rewrites = rewrites;
  }

  /** Sweeps every few seconds. */
  public void start() {
    vertx.setTimer(PAUSE_MS, id -> sweep());
  }

  private void sweep() {
    // On a site that was removed as well: it may be brought back.
    Future.all(sites.all(), sites.removed())
        .map(
            both ->
                Stream.concat(
                        both.<List<Site>>resultAt(0).stream(),
                        both.<List<Site>>resultAt(1).stream())
                    .toList())
        .compose(this::begun)
        .compose(all -> all.isEmpty() ? Future.succeededFuture() : end(all))
        .onFailure(failure -> LOG.debug("Not all authors were erased yet", failure))
        .onComplete(done -> vertx.setTimer(PAUSE_MS, id -> sweep()));
  }

  private Future<List<Begun>> begun(List<Site> all) {
    long before = clock.now() - LAST_WRITE_MS;
    return Future.all(all.stream().map(site -> authors.begun(site, before)).toList())
        .map(
            found -> {
              var begun = new ArrayList<Begun>();
              for (int i = 0; i < all.size(); i++) {
                var site = all.get(i);
                found.<List<String>>resultAt(i).forEach(it -> begun.add(new Begun(site, it)));
              }
              return begun;
            });
  }

  /** One after the other; then one rewrite for all that were erased. */
  private Future<Void> end(List<Begun> all) {
    var erased = new ArrayList<Begun>();
    Future<Void> gone = Future.succeededFuture();
    for (var each : all) {
      gone = gone.compose(before -> carryOut(each, erased));
    }
    return gone.compose(done -> erased.isEmpty() ? Future.succeededFuture() : forget(erased));
  }

  /** One who cannot be erased does not hold up the others. */
  private Future<Void> carryOut(Begun one, List<Begun> erased) {
    return erasures
        .carryOut(one.site, one.author)
        .onSuccess(done -> erased.add(one))
        .otherwise(
            failure -> {
              LOG.debug("An author will be erased later", failure);
              return null;
            });
  }

  private Future<Void> forget(List<Begun> erased) {
    return (rewrites ? authors.rewriteLog() : Future.<Void>succeededFuture())
        .compose(
            begun ->
                Future.all(
                    erased.stream().map(each -> authors.end(each.site, each.author)).toList()))
        .mapEmpty();
  }
}
