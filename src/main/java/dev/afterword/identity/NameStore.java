package dev.afterword.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.http.Fault;
import dev.afterword.http.LookAlikes;
import dev.afterword.http.Problem;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps whose names guests may not take: those of staff, and of members who have written. Names are
 * compared as the eye has them, see {@link LookAlikes#skeleton}. Confined to one event loop.
 */
public final class NameStore {
  private final RedisLink link;

  /** New staff is known of within a second. */
  private final Cache<String, Future<Set<String>>> staff =
      Caffeine.newBuilder().maximumSize(1_000).expireAfterWrite(Duration.ofSeconds(1)).build();

  /** Names that need not be kept again for a while: a member who is erased may come back. */
  private final Cache<String, Boolean> kept =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(1)).build();

  /** Kept through a link. */
  public NameStore(RedisLink link) {
    this.link = link;
  }

  /** The problem (422) of a name that is somebody else's. */
  public static Problem taken(String pointer) {
    return Problem.invalid(Fault.at(pointer, "That name belongs to somebody else here."));
  }

  /** Whether a name looks like that of one of the site's staff, or of a member who has written. */
  public Future<Boolean> isTaken(Site site, String name) {
    var skeleton = LookAlikes.skeleton(name);
    if (skeleton.isEmpty()) {
      return Future.succeededFuture(false);
    }
    return staffOf(site.name())
        .compose(
            names ->
                names.contains(skeleton)
                    ? Future.succeededFuture(true)
                    : link.send(Request.cmd(Command.HEXISTS).arg(members(site)).arg(skeleton))
                        .map(found -> found != null && found.toInteger() == 1));
  }

  /** Keeps a member's name for them, whoever had it first. */
  public Future<Void> keep(Site site, String member, String name) {
    var skeleton = LookAlikes.skeleton(name);
    var once = site.name() + ' ' + skeleton;
    if (skeleton.isEmpty() || kept.getIfPresent(once) != null) {
      return Future.succeededFuture();
    }
    return link.send(Request.cmd(Command.HSETNX).arg(members(site)).arg(skeleton).arg(member))
        .onSuccess(done -> kept.put(once, true))
        .mapEmpty();
  }

  private Future<Set<String>> staffOf(String site) {
    var known = staff.getIfPresent(site);
    if (known != null && !known.failed()) {
      return known;
    }
    var asked = new ArrayList<Request>();
    for (var key : List.of(StaffStore.home(site), StaffStore.EVERYWHERE)) {
      asked.add(Request.cmd(Command.HVALS).arg(key));
    }
    var found =
        link.sendAll(asked)
            .map(
                replies -> {
                  Set<String> names = new HashSet<>();
                  for (var each : replies) {
                    if (each != null) {
                      each.forEach(
                          json ->
                              names.add(
                                  LookAlikes.skeleton(
                                      new JsonObject(json.toString()).getString("name", ""))));
                    }
                  }
                  return names;
                });
    staff.put(site, found);
    return found;
  }

  /** The key of whose names those of members are. */
  static String members(Site site) {
    return '{' + site.name() + "}:nm";
  }
}
