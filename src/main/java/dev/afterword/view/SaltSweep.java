package dev.afterword.view;

import dev.afterword.identity.Site;
import dev.afterword.identity.SiteStore;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that salts go when their time is over, also where nobody visits, and that nothing is
 * left of them in the store's files. Confined to one event loop.
 */
public final class SaltSweep {
  private static final Logger LOG = LoggerFactory.getLogger(SaltSweep.class);
  private static final long SOON_MS = 1_000;
  private static final long PAUSE_MS = 60_000;

  private final Vertx vertx;
  private final SiteStore sites;
  private final SaltStore salts;
  private final boolean rewrites;

  /**
   * On the current event loop.
   *
   * @param rewrites whether the store is ours to have its log written anew
   */
  public SaltSweep(Vertx vertx, RedisLink link, SiteStore sites, boolean rewrites) {
    this.vertx = vertx;
    this.sites = sites;
    this.salts = new SaltStore(link);
    this.rewrites = rewrites;
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
                swept = swept.compose(before -> sweep(site));
              }
              return swept;
            })
        .onFailure(failure -> LOG.debug("Salts were not swept", failure))
        .onComplete(done -> vertx.setTimer(PAUSE_MS, id -> sweep()));
  }

  private Future<Void> sweep(Site site) {
    return salts.areThere(site).compose(there -> there ? letGo(site) : Future.succeededFuture());
  }

  private Future<Void> letGo(Site site) {
    salts.forget(site);
    return salts
        .of(site)
        .compose(
            day -> day.rewrite() && rewrites ? salts.rewriteLog(site) : Future.succeededFuture());
  }
}
