package dev.afterword.view;

import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The salts of the day, without which no visitor's hash can be made again. Every process has them
 * from the store, and its clock decides what day it is. Confined to one event loop.
 */
final class SaltStore {
  private static final Script SALTS = Script.of(SaltStore.class, "salts.lua");

  /** How long they are believed: a process that dozes off asks again before it hashes. */
  private static final long LONGEST_MS = 60_000;

  /** How late a hash of yesterday may still arrive: what was believed, and a batch's retries. */
  private static final long MARGIN_MS = 2 * LONGEST_MS;

  private static final int SALT_BYTES = 16;

  private final RedisLink link;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Known> known = new HashMap<>();

  /**
   * A day's salts.
   *
   * @param number days since 1970, by the store's clock
   * @param before yesterday's, while a window of yesterday may be open
   * @param rewrite whether the store's log still holds one that is gone
   */
  record Day(long number, String salt, @Nullable String before, boolean rewrite) {}

  /** What was asked, and until when (in nanoseconds of this process) it is believed. */
  private static final class Known {
    private final Future<Day> day;
    private long until;

    private Known(Future<Day> day, long until) {
      this.day = day;
      this.until = until;
    }
  }

  SaltStore(RedisLink link) {
    this.link = link;
  }

  /** Today's, for a site. */
  Future<Day> of(Site site) {
    long now = System.nanoTime();
    var last = known.get(site.name());
    if (last != null && last.until - now > 0) {
      return last.day;
    }
    var asked = ask(site);
    var next = new Known(asked.map(Answer::day), now + ms(LONGEST_MS));
    known.put(site.name(), next);
    asked.onComplete(
        (answer, failure) ->
            next.until = answer == null ? now : Math.min(next.until, now + ms(answer.holdsForMs)));
    return next.day;
  }

  /** Forgets a site's: another process knows a newer day, or they are to be looked at anew. */
  void forget(Site site) {
    known.remove(site.name());
  }

  private record Answer(Day day, long holdsForMs) {}

  private Future<Answer> ask(Site site) {
    var fresh = new byte[SALT_BYTES];
    random.nextBytes(fresh);
    var args =
        List.of(
            Base64.getUrlEncoder().withoutPadding().encodeToString(fresh),
            site.viewWindow().toMillis() + MARGIN_MS);
    return SALTS
        .run(link, List.of(key(site.name())), args)
        .map(
            reply -> {
              var before = reply.get(2).toString();
              return new Answer(
                  new Day(
                      reply.get(0).toLong(),
                      reply.get(1).toString(),
                      before.isEmpty() ? null : before,
                      !reply.get(4).toString().isEmpty()),
                  reply.get(3).toLong());
            });
  }

  /** Whether a site has any: one that nobody visits has none. */
  Future<Boolean> areThere(Site site) {
    return link.send(Request.cmd(Command.EXISTS).arg(key(site.name())))
        .map(found -> found != null && found.toInteger() == 1);
  }

  /**
   * Lets all salts of a site go that was removed, and says whether the log may hold them. A process
   * that still counts there for a moment makes another one, for the next time to go.
   */
  Future<Boolean> drop(Site site) {
    forget(site);
    var key = key(site.name());
    return areThere(site)
        .compose(
            there ->
                there
                    ? link.send(Request.cmd(Command.HSET).arg(key).arg("x").arg("1"))
                        .compose(
                            noted ->
                                link.send(
                                    Request.cmd(Command.HDEL).arg(key).arg("d").arg("t").arg("y")))
                        .map(true)
                    : Future.succeededFuture(false));
  }

  /**
   * Has the store write its log anew, once for all these sites, without the salts that are gone;
   * fails while it is at it already, because it may have begun before they went.
   */
  Future<Void> rewriteLog(List<Site> sites) {
    return link.send(Request.cmd(Command.BGREWRITEAOF))
        .compose(
            begun ->
                Future.all(
                    sites.stream()
                        .map(
                            it -> link.send(Request.cmd(Command.HDEL).arg(key(it.name())).arg("x")))
                        .toList()))
        .mapEmpty();
  }

  private static long ms(long ms) {
    return TimeUnit.MILLISECONDS.toNanos(ms);
  }

  private static String key(String site) {
    return '{' + site + "}:salts";
  }
}
