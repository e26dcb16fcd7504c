package dev.afterword.view;

import dev.afterword.identity.SiteStore;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds views that a process counted and could not fold any more, because it was killed or lost the
 * store: into the hour in which the first of them was counted. Confined to one event loop.
 */
public final class FoldSweep {
  private static final Logger LOG = LoggerFactory.getLogger(FoldSweep.class);
  private static final long SOON_MS = 1_000;
  private static final long PAUSE_MS = 60_000;

  private final Vertx vertx;
  private final SiteStore sites;
  private final FoldStore store;

  /** On the current event loop. */
  public FoldSweep(Vertx vertx, RedisLink link, SiteStore sites) {
    this.vertx = vertx;
    this.sites = sites;
    this.store = new FoldStore(link);
  }

  /** Sweeps soon and then every minute. */
  public void start() {
    vertx.setTimer(SOON_MS, id -> sweep());
  }

  private void sweep() {
    sites
        .all()
        .compose(
            all -> {
              Future<Void> swept = Future.succeededFuture();
              for (var site : all) {
                swept = swept.compose(before -> store.fold(site));
              }
              return swept;
            })
        .onFailure(failure -> LOG.debug("Views were not folded", failure))
        .onComplete(done -> vertx.setTimer(PAUSE_MS, id -> sweep()));
  }
}
