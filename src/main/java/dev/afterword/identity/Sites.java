package dev.afterword.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The sites, as requests meet them: known for a second, then read again, so that a change holds
 * everywhere within a second. Confined to one event loop.
 */
public final class Sites {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,31}");
  private static final String SITE = "site";

  private final SiteStore store;
  private final Cache<String, Future<Site>> known =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofSeconds(1)).build();

  /** What was known last: nothing to decide by, but whose pages may read that the store is away. */
  private final Cache<String, Site> latest = Caffeine.newBuilder().maximumSize(10_000).build();

  /**
   * @param store where they are kept
   */
  public Sites(SiteStore store) {
    this.store = store;
  }

  /** Whether a name is one that a site can have. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** Whether a name is one that a new site can have: two have a meaning of their own. */
  public static boolean isNewName(String name) {
    return isName(name) && !name.equals("afterword") && !name.equals("sites");
  }

  /** The site of a request that has passed {@link #enter}. */
  public static Site of(RoutingContext ctx) {
    return ctx.get(SITE);
  }

  /** Whether anything is known of the site that a request names; no more when the gate failed. */
  public static boolean isKnown(RoutingContext ctx) {
    return ctx.get(SITE) != null;
  }

  /** The site of a name; fails with a {@link Problem} (404) when there is none. */
  public Future<Site> named(String name) {
    var found = known.getIfPresent(name);
    if (found == null) {
      if (!isName(name)) {
        return Future.failedFuture(Problem.of(ProblemType.SITE_UNKNOWN));
      }
      found = store.read(name).compose(Sites::known);
      known.put(name, found);
      found.onSuccess(site -> latest.put(name, site)).onFailure(failure -> forget(name, failure));
    }
    return found;
  }

  private static Future<Site> known(Optional<Site> site) {
    return site.map(Future::succeededFuture)
        .orElseGet(() -> Future.failedFuture(Problem.of(ProblemType.SITE_UNKNOWN)));
  }

  /** That there is no such site is worth remembering, that the store was away is not. */
  private void forget(String name, Throwable failure) {
    if (!(failure instanceof Problem)) {
      known.invalidate(name);
    }
  }

  /** A gate: finds the site that the path names. */
  public Future<Void> enter(RoutingContext ctx) {
    var name = ctx.pathParam(SITE);
    var found = named(name);
    if (found.succeeded()) {
      ctx.put(SITE, found.result());
      return Future.succeededFuture();
    }
    return found
        .onFailure(
            failure -> {
              if (!(failure instanceof Problem)) {
                ctx.put(SITE, latest.getIfPresent(name));
              }
            })
        .map(
            site -> {
              ctx.put(SITE, site);
              return null;
            });
  }
}
