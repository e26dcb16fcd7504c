package dev.afterword.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.http.Digest;
import dev.afterword.http.Workers;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Member;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;

/**
 * Members: readers with an account on the site. What there is to know of one stands in the token
 * that the site signed, so nothing of them is kept. A signature takes up to a millisecond and is
 * verified on a worker; a token that was valid is remembered. Safe for any thread, one for a
 * process.
 */
public final class Members {
  /** One, so that a flood of forged tokens never takes more than one core. */
  private static final int THREADS = 1;

  private static final int MOST_WAITING = 512;

  private final Workers workers;
  private final StoreClock clock;

  /** By digest of the token and what it was verified under. */
  private final Cache<String, Member> known = Caffeine.newBuilder().maximumSize(20_000).build();

  /** Opens the workers; they end with their Vert.x. */
  public Members(Vertx vertx, StoreClock clock) {
    this.workers = new Workers(vertx, "afterword-sign-on", THREADS, MOST_WAITING);
    this.clock = clock;
  }

  /**
   * The member of a token; empty when it is not valid on the site now. Fails with a problem (503)
   * when too many tokens wait to be verified.
   */
  Future<Optional<Known>> of(Site site, String token) {
    if (!site.sso().isOn() || token.length() > SignedToken.LONGEST) {
      return Future.succeededFuture(Optional.empty());
    }
    var digest = digest(site, token);
    var remembered = known.getIfPresent(digest);
    if (remembered != null) {
      return Future.succeededFuture(
          remembered.validUntil() > clock.now() ? Optional.of(remembered) : Optional.empty());
    }
    return workers.run(
        () -> {
          var found = SignedToken.verify(site, token, clock.now());
          found.ifPresent(member -> known.put(digest, member));
          return found.map(member -> member);
        });
  }

  /** Each change of the settings makes another version, under which nothing was verified yet. */
  private static String digest(Site site, String token) {
    var under = site.name() + ' ' + site.version() + ' ' + site.sso().memberKey();
    return Digest.of(under + ' ' + token, 43);
  }
}
