package dev.afterword.identity;

import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Proxies;
import dev.afterword.identity.Caller.Known;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Guests: readers who gave a name. Their token is derived from their id and the secret, so it is
 * kept nowhere; their name is kept under the site's home. Confined to one event loop.
 */
public final class Guests {
  private static final Script ADMIT = Script.of(Guests.class, "admit.lua");
  private static final String PREFIX = "gt_";

  private final RedisLink link;
  private final Keys keys;
  private final Proxies proxies;
  private final boolean limited;

  /** A limit in GCRA terms: so many at once, then one each so often. */
  public enum Limit {
    /** Comments from one network. */
    COMMENTS("comments", 10, 6_000),
    /** New guests from one network. */
    GUESTS("guests", 10, 60_000),
    /** Articles that one network brings into being: 60 an hour. */
    ARTICLES("articles", 60, 60_000),
    /** Articles that come into being on a site: 2,000 an hour. */
    SITE_ARTICLES("site-articles", 2_000, 1_800);

    private final String word;
    private final int burst;
    private final long periodMs;

    Limit(String word, int burst, long periodMs) {
      this.word = word;
      this.burst = burst;
      this.periodMs = periodMs;
    }
  }

  /**
   * A write that may go on, and what is left of its limit.
   *
   * @param name the guest's name as it is kept
   * @param remaining how many more would be let in now; -1 without a limit
   */
  public record Admitted(String name, int remaining) {}

  /**
   * @param limited false to let everyone in at any rate
   */
  public Guests(RedisLink link, Keys keys, Proxies proxies, boolean limited) {
    this.link = link;
    this.keys = keys;
    this.proxies = proxies;
    this.limited = limited;
  }

  /** A new guest's id: always the same for the same seed, so that a retry makes no second guest. */
  public String newId(Site site, String seed) {
    return keys.guestId(site.name(), seed);
  }

  /** A new guest's id. */
  public String newId(Site site) {
    return newId(site, UUID.randomUUID().toString());
  }

  /** The network of a request, as a keyed digest that leads back to nobody. */
  public String network(Site site, HttpServerRequest request) {
    return keys.network(site.name(), Proxies.network(proxies.client(request)));
  }

  /** The token of a guest. */
  public String token(Site site, String guest) {
    return PREFIX + guest + '.' + keys.guestProof(site.name(), guest);
  }

  /** Whether a token has a guest token's form. */
  static boolean isGuestToken(String token) {
    return token.startsWith(PREFIX);
  }

  /** The guest of a token; empty when the token is not one of ours, or void. */
  Future<Optional<Known>> of(Site site, String token) {
    int dot = token.indexOf('.');
    var id = dot < 0 ? "" : token.substring(PREFIX.length(), dot);
    if (!id.matches("g[A-Za-z0-9]{16}")
        || !keys.isGuestProof(site.name(), id, token.substring(dot + 1))) {
      return Future.succeededFuture(Optional.empty());
    }
    return link.send(Request.cmd(Command.HGET).arg(record(site, id)).arg("n"))
        .map(
            name ->
                name == null
                    ? Optional.empty()
                    : Optional.of(new Caller.Guest(id, name.toString())));
  }

  /**
   * Asks the site's home whether a write may go on, and brings a new guest into being.
   *
   * @param limit what is limited, per network
   * @param network the writer's, as {@link #network} names it
   * @param guest the new guest's id, or {@code null} when nobody is new
   * @return fails with a {@link Problem} (429) when the network has to wait
   */
  public Future<Admitted> admit(
      Site site, Limit limit, String network, @Nullable String guest, String name, String email) {
    var limitKey = home(site) + ":l:" + limit.word + ':' + network;
    var guestKey = guest == null ? limitKey : record(site, guest);
    var args =
        List.of(guest == null ? "" : "new", name, email, limited ? limit.burst : 0, limit.periodMs);
    return ADMIT
        .run(link, List.of(limitKey, guestKey), args)
        .compose(
            reply ->
                reply.get(0).toString().equals("ok")
                    ? Future.succeededFuture(new Admitted(name, reply.get(1).toInteger()))
                    : Future.failedFuture(wait(limit, reply.get(1).toLong())));
  }

  private static Problem wait(Limit limit, long ms) {
    long seconds = Math.max(1, (ms + 999) / 1_000);
    return Problem.of(
            ProblemType.RATE_LIMITED, "Please wait " + seconds + " seconds before the next one.")
        .with("Retry-After", Long.toString(seconds))
        .with("RateLimit-Policy", policy(limit))
        .with("RateLimit", '"' + limit.word + "\";r=0;t=" + seconds);
  }

  /** The limit as the field {@code RateLimit-Policy} states it. */
  public static String policy(Limit limit) {
    return '"' + limit.word + "\";q=" + limit.burst + ";w=" + limit.burst * limit.periodMs / 1_000;
  }

  /** What is left of a limit, as the field {@code RateLimit} states it. */
  public static String left(Limit limit, Admitted admitted) {
    return '"' + limit.word + "\";r=" + admitted.remaining() + ";t=" + limit.periodMs / 1_000;
  }

  private static String record(Site site, String guest) {
    return home(site) + ":g:" + guest;
  }

  private static String home(Site site) {
    return '{' + site.name() + '}';
  }
}
