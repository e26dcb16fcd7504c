package dev.afterword.identity;

import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Proxies;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Limit.Left;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Guests: readers who gave a name. Their token is derived from their id and the secret, so it is
 * kept nowhere; their name is kept under the site's home. Confined to one event loop.
 */
public final class Guests {
  private static final Script ADMIT = Script.of(Guests.class, "admit.lua");
  private static final Script GIVE_BACK = Script.of(Guests.class, "give_back.lua");
  private static final String PREFIX = "gt_";

  /** The field beside the bans that is another one after each change of them. */
  public static final String BANS_VERSION = "v";

  /** How long the network that an author wrote from is remembered, in milliseconds. */
  private static final long NETWORK_MS = TimeUnit.DAYS.toMillis(30);

  private final RedisLink link;
  private final Keys keys;
  private final Proxies proxies;
  private final boolean limited;

  /** A guest who is about to come into being. */
  public record NewGuest(String id, String name, String email) {}

  /**
   * Who is asking, as bans know it.
   *
   * @param author an id, or empty for nobody in particular
   * @param network as {@link #network} names it, or empty
   * @param writes whether the network is remembered for the author, for a while
   */
  public record Asker(String author, String network, boolean writes) {
    /** One whom no ban keeps out: for what everybody may. */
    public static final Asker ANYBODY = new Asker("", "", false);
  }

  /**
   * That something may be done.
   *
   * @param left the limit of which least is left, empty without one
   * @param shadowed whether nobody else is to see anything of it
   */
  public record Admitted(Optional<Left> left, boolean shadowed) {}

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
   * Asks the site's home whether something may be done; all limits are asked at once, and what one
   * of them refuses counts in none.
   *
   * @param limits at least one
   * @param guest who comes into being with it, or {@code null} when nobody is new
   * @return fails with a {@link Problem} (429) when it has to wait, or is banned (403)
   */
  public Future<Admitted> admit(
      Site site, Asker asker, List<Limit.Applied> limits, @Nullable NewGuest guest) {
    var asked = limited ? limits : List.<Limit.Applied>of();
    if (asked.isEmpty() && guest == null && asker.equals(Asker.ANYBODY)) {
      return Future.succeededFuture(new Admitted(Optional.empty(), false));
    }
    var bans = bans(site);
    var keys = new ArrayList<String>();
    keys.add(guest == null ? bans : record(site, guest.id));
    keys.add(bans);
    keys.add(lastNetwork(site, asker.author));
    asked.forEach(each -> keys.add(key(site, each)));
    var args =
        new ArrayList<Object>(
            guest == null ? List.of("", "", "") : List.of("new", guest.name, guest.email));
    args.addAll(List.of(asker.author, asker.network, asker.writes ? NETWORK_MS : ""));
    for (var each : asked) {
      var rate = site.rules().rate(each.limit());
      args.addAll(List.of(rate.burst(), rate.periodMs()));
    }
    return ADMIT
        .run(link, keys, args)
        .compose(
            reply -> {
              if (reply.get(0).toString().equals("banned")) {
                return Future.failedFuture(banned(reply.get(1).toLong()));
              }
              int which = reply.get(1).toInteger();
              if (reply.get(0).toString().equals("wait")) {
                var limit = asked.get(which - 1).limit();
                long seconds = Math.max(1, (reply.get(2).toLong() + 999) / 1_000);
                return Future.failedFuture(
                    wait(new Left(limit, site.rules().rate(limit), 0, seconds)));
              }
              boolean shadowed = reply.get(3).toString().equals("shadow");
              if (which == 0) {
                return Future.succeededFuture(new Admitted(Optional.empty(), shadowed));
              }
              var limit = asked.get(which - 1).limit();
              var rate = site.rules().rate(limit);
              int remaining = reply.get(2).toInteger();
              var left = new Left(limit, rate, remaining, rate.periodMs() / 1_000);
              return Future.succeededFuture(new Admitted(Optional.of(left), shadowed));
            });
  }

  /** Which bans a site has: another text after each change of them. */
  Future<String> bansVersion(Site site) {
    return link.send(Request.cmd(Command.HGET).arg(bans(site)).arg(BANS_VERSION))
        .map(reply -> reply == null ? "" : reply.toString());
  }

  /** Those of some authors who are, or were, banned. */
  Future<Set<String>> everBanned(Site site, List<String> authors) {
    var request = Request.cmd(Command.HMGET).arg(bans(site));
    authors.forEach(request::arg);
    return link.send(request)
        .map(
            reply -> {
              var banned = new HashSet<String>();
              for (int i = 0; reply != null && i < authors.size(); i++) {
                if (reply.get(i) != null) {
                  banned.add(authors.get(i));
                }
              }
              return banned;
            });
  }

  /** Takes a guest away who has done nothing yet. */
  public Future<Void> forget(Site site, String guest) {
    return link.send(Request.cmd(Command.DEL).arg(record(site, guest))).mapEmpty();
  }

  /** Has what counted in a limit not count: it was no attempt of a stranger. */
  Future<Void> giveBack(Site site, Limit.Applied applied) {
    return limited
        ? GIVE_BACK
            .run(
                link,
                List.of(key(site, applied)),
                List.of(site.rules().rate(applied.limit()).periodMs()))
            .mapEmpty()
        : Future.succeededFuture();
  }

  /** The key of a limit as it applies to somebody. */
  static String key(Site site, Limit.Applied applied) {
    return home(site) + ":l:" + applied.limit().word() + ':' + applied.whose();
  }

  private static Problem banned(long until) {
    return until == 0
        ? Problem.of(ProblemType.BANNED)
        : Problem.of(
            ProblemType.BANNED, "That ends at " + Times.format(Instant.ofEpochMilli(until)) + '.');
  }

  /** The key of who is banned on a site. */
  public static String bans(Site site) {
    return home(site) + ":bans";
  }

  /** The key of the network that an author came from last, as {@link #network} names it. */
  public static String lastNetwork(Site site, String author) {
    return home(site) + ":w:" + author;
  }

  private static Problem wait(Left none) {
    return Problem.of(
            ProblemType.RATE_LIMITED,
            "Please wait " + none.seconds() + " seconds before the next one.")
        .with("Retry-After", Long.toString(none.seconds()))
        .with("RateLimit-Policy", none.policy())
        .with("RateLimit", none.field());
  }

  /** The key of what is known of a guest. */
  static String record(Site site, String guest) {
    return home(site) + ":g:" + guest;
  }

  private static String home(Site site) {
    return '{' + site.name() + '}';
  }
}
