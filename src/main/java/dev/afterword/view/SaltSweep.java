package dev.afterword.view;

import dev.afterword.identity.Site;
import dev.afterword.identity.SiteStore;
import dev.afterword.redis.RedisLink;
import dev.afterword.view.SaltStore.Day;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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
    Future.all(due(sites.all(), this::isLogDue), due(sites.removed(), salts::drop))
        .compose(
            both -> {
              var gone = new ArrayList<Site>(both.<List<Site>>resultAt(0));
              gone.addAll(both.<List<Site>>resultAt(1));
              return gone.isEmpty() || !rewrites
                  ? Future.<Void>succeededFuture()
                  : salts.rewriteLog(gone);
            })
        .onFailure(failure -> LOG.debug("Salts were not swept", failure))
        .onComplete(done -> vertx.setTimer(PAUSE_MS, id -> sweep()));
  }

  private static Future<List<Site>> due(
      Future<List<Site>> sites, Function<Site, Future<Boolean>> isDue) {
    return sites.compose(
        all ->
            Future.all(all.stream().map(isDue).toList())
                .map(
                    due -> {
                      var found = new ArrayList<Site>();
                      for (int i = 0; i < all.size(); i++) {
                        if (due.<Boolean>resultAt(i)) {
                          found.add(all.get(i));
                        }
                      }
                      return found;
                    }));
  }

  /** Lets a site's salts go that are due, and says whether the log may hold one that went. */
  private Future<Boolean> isLogDue(Site site) {
    salts.forget(site);
    return salts
        .areThere(site)
        .compose(there -> there ? salts.of(site).map(Day::rewrite) : Future.succeededFuture(false));
  }
}
