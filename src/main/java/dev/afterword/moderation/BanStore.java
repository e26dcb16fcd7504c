package dev.afterword.moderation;

import dev.afterword.identity.Guests;
import dev.afterword.identity.JournalStore;
import dev.afterword.identity.JournalStore.Decision;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Keeps who is banned, in one hash of a site's home, where every write asks first: by author, and
 * by the networks that authors came from. A value is when the ban ends in milliseconds since 1970,
 * or 0, an {@code s} when it is one in the shadow, and what moderators should know as JSON. A
 * network's is the ends alone, each with a space behind it. Confined to one event loop.
 */
final class BanStore {
  private static final String NETWORK = "n:";

  private final RedisLink link;

  BanStore(RedisLink link) {
    this.link = link;
  }

  /**
   * A ban as it is kept.
   *
   * @param until when it ends, in milliseconds since 1970; 0 for never
   * @param shadow whether the author is let in, and seen by nobody
   * @param about what moderators should know
   */
  record Kept(long until, boolean shadow, JsonObject about) {
    static Kept of(String text) {
      int space = text.indexOf(' ');
      boolean shadow = text.charAt(space - 1) == 's';
      return new Kept(
          Long.parseLong(text.substring(0, shadow ? space - 1 : space)),
          shadow,
          new JsonObject(text.substring(space + 1)));
    }

    String text() {
      return until + (shadow ? "s " : " ") + about.encode();
    }
  }

  /**
   * What is kept for a network: the last end of its bans, and that of those in the shadow, which
   * may hold for longer; empty when there are none.
   */
  static String ofNetwork(List<Kept> bans) {
    return lastEnd(bans, false, " ") + lastEnd(bans, true, "s ");
  }

  private static String lastEnd(List<Kept> bans, boolean shadow, String ending) {
    return bans.stream()
        .filter(ban -> ban.shadow == shadow)
        .map(Kept::until)
        .max(Comparator.comparingLong(until -> until == 0 ? Long.MAX_VALUE : until))
        .map(until -> until + ending)
        .orElse("");
  }

  /**
   * All that a site keeps of bans.
   *
   * @param version another text after each change
   * @param bans of authors, ended ones as well, and of networks
   */
  record Held(String version, Map<String, String> bans) {}

  /** The bans of authors, ended ones as well, and those of networks. */
  Future<Map<String, String>> all(Site site) {
    return held(site).map(Held::bans);
  }

  /** What there is to decide on. */
  Future<Held> held(Site site) {
    return link.send(Request.cmd(Command.HGETALL).arg(Guests.bans(site)))
        .map(
            reply -> {
              var all = new TreeMap<String, String>();
              if (reply != null) {
                for (var field : reply.getKeys()) {
                  all.put(field, reply.get(field).toString());
                }
              }
              var version = all.remove(Guests.BANS_VERSION);
              return new Held(version == null ? "" : version, all);
            });
  }

  /** The field of a network that an author came from; {@code null} when it is not remembered. */
  Future<@Nullable String> network(Site site, String author) {
    return link.send(Request.cmd(Command.GET).arg(Guests.lastNetwork(site, author)))
        .map(reply -> reply == null ? null : NETWORK + reply);
  }

  static boolean isNetwork(String field) {
    return field.startsWith(NETWORK);
  }

  /**
   * What an entry decides about bans: of each field what it held, and what it holds then. No other
   * ban may have changed meanwhile: what a network's comes to is made of all of them.
   */
  static Decision decision(
      Site site, Held held, JsonObject before, JsonObject after, JournalStore.@Nullable Job job) {
    var fields = texts(after);
    fields.put(Guests.BANS_VERSION, UUID.randomUUID().toString());
    var expected = texts(before);
    expected.put(Guests.BANS_VERSION, held.version);
    return new Decision(Guests.bans(site), expected, fields, job);
  }

  private static Map<String, String> texts(JsonObject fields) {
    var texts = new TreeMap<String, String>();
    fields.forEach(each -> texts.put(each.getKey(), String.valueOf(each.getValue())));
    return texts;
  }
}
