package dev.afterword.moderation;

import dev.afterword.comment.CommentDesk;
import dev.afterword.identity.Site;
import dev.afterword.identity.SiteStore;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes on with jobs that were broken off, and with those that are to go through once more. Several
 * processes may do that at once. Confined to one event loop.
 */
public final class JobSweep {
  private static final Logger LOG = LoggerFactory.getLogger(JobSweep.class);
  private static final long PAUSE_MS = 5_000;

  private final Vertx vertx;
  private final SiteStore sites;
  private final Jobs jobs;

  /** How each job stood when it was looked at last. */
  private Map<String, String> seen = Map.of();

  /** On the current event loop. */
  public JobSweep(Vertx vertx, RedisLink link, SiteStore sites, StoreClock clock) {
    this.vertx = vertx;
    this.sites = sites;
    this.jobs = Jobs.over(vertx, link, CommentDesk.over(vertx, link), clock);
  }

  /** Sweeps every few seconds. */
  public void start() {
    vertx.setTimer(PAUSE_MS, id -> sweep());
  }

  private void sweep() {
    sites
        .all()
        .compose(this::goOn)
        .onFailure(failure -> LOG.debug("Not all jobs were looked at", failure))
        .onComplete(done -> vertx.setTimer(PAUSE_MS, id -> sweep()));
  }

  /** A job that came further since it was looked at last is in good hands. */
  private Future<Void> goOn(List<Site> all) {
    return Future.all(all.stream().map(jobs::open).toList())
        .compose(
            found -> {
              var now = new HashMap<String, String>();
              Future<Void> gone = Future.succeededFuture();
              for (int i = 0; i < all.size(); i++) {
                var site = all.get(i);
                for (var job : found.<Map<String, String>>resultAt(i).entrySet()) {
                  var name = site.name() + ' ' + job.getKey();
                  now.put(name, job.getValue());
                  if (job.getValue().equals(seen.get(name))) {
                    gone = gone.compose(before -> goOn(site, job.getKey()));
                  }
                }
              }
              seen = now;
              return gone;
            });
  }

  /** One that cannot be gone on with does not hold up the others. */
  private Future<Void> goOn(Site site, String job) {
    return jobs.carryOut(site, job)
        .otherwise(
            failure -> {
              LOG.debug("Job {} will be gone on with", job, failure);
              return null;
            });
  }
}
