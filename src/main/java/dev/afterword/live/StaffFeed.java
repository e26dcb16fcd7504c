package dev.afterword.live;

import dev.afterword.redis.RedisLink;
import dev.afterword.redis.RedisSubscriber;
import dev.afterword.redis.StoreException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What staff are told: how much waits, and what was decided. The counts of a site whose staff watch
 * on this process are read once a second, in one round trip, and told when they are others than
 * before: so whatever changes them need not announce it, and nothing that is lost leaves them
 * stale. Verdicts are published on a channel of the site's home; what is told of them are ids.
 *
 * <p>One for a process. Confined to the event loop it was made on, which is the feed's; {@link
 * #enter}, {@link #exit} and {@link #announce} may be called from any.
 */
public final class StaffFeed {
  private static final long ROUND_MS = 1_000;

  private final Context context;
  private final RedisSubscriber subscriber;
  private final RedisLink link;
  private final Function<String, Future<JsonObject>> counts;
  private final Ears ears = new Ears();

  /** By channel. */
  private final Map<String, Desk> desks = new HashMap<>();

  /** A site whose staff watch. */
  private static final class Desk {
    final String site;

    /** Who watches, and where. */
    final Map<Follower, Context> members = new LinkedHashMap<>();

    /** Those who have heard nothing yet. */
    final Set<Follower> waiting = new HashSet<>();

    /** The latest counts, as they were told; {@code null} when they are to be told in any case. */
    @Nullable String told;

    boolean reading;

    /** Whether everything that is published is heard. */
    boolean hearing;

    /** Whether its members know that they are told of nothing just now. */
    boolean degraded;

    Desk(String site) {
      this.site = site;
    }

    void tell(Follower follower, Frame frame) {
      onLoopOf(follower, () -> follower.send(frame));
    }

    void degrade(boolean away) {
      if (degraded != away) {
        degraded = away;
        members.keySet().forEach(this::tellWhetherDegraded);
      }
    }

    void tellWhetherDegraded(Follower follower) {
      boolean away = degraded;
      onLoopOf(follower, () -> follower.degraded(site, away));
    }

    private void onLoopOf(Follower follower, Runnable action) {
      Objects.requireNonNull(members.get(follower)).runOnContext(turn -> action.run());
    }
  }

  /**
   * The feed of a process, on the current event loop.
   *
   * @param counts how many comments each queue of a site has, by name
   */
  public StaffFeed(
      Vertx vertx,
      RedisSubscriber subscriber,
      RedisLink link,
      Function<String, Future<JsonObject>> counts) {
    this.context = vertx.getOrCreateContext();
    this.subscriber = subscriber;
    this.link = link;
    this.counts = counts;
    vertx.setPeriodic(ROUND_MS, id -> desks.values().forEach(this::read));
  }

  private static String channel(String site) {
    return '{' + site + "}:staff-live";
  }

  /**
   * Has every process tell what was decided. Nobody waits for it: while the store is away nobody is
   * told, and the decision stands.
   *
   * @param ids of comments
   * @param by name of who decided
   */
  public void announce(String site, List<String> ids, String verdict, String by) {
    var message =
        new JsonObject()
            .put("type", "verdict")
            .put("ids", new JsonArray(ids))
            .put("verdict", verdict)
            .put("by", by)
            .encode();
    context.runOnContext(turn -> link.publish(channel(site), message));
  }

  /** Begins to tell one of a site's staff, on the current event loop. */
  void enter(String site, Follower follower) {
    var loop = Objects.requireNonNull(Vertx.currentContext());
    context.runOnContext(
        turn -> {
          var desk = desks.computeIfAbsent(channel(site), channel -> open(site, channel));
          desk.members.put(follower, loop);
          desk.waiting.add(follower);
          desk.tellWhetherDegraded(follower);
          read(desk);
        });
  }

  private Desk open(String site, String channel) {
    subscriber.subscribe(channel, ears);
    return new Desk(site);
  }

  /** Stops telling somebody. */
  void exit(String site, Follower follower) {
    context.runOnContext(
        turn -> {
          var channel = channel(site);
          var desk = desks.get(channel);
          if (desk != null && desk.members.remove(follower) != null) {
            desk.waiting.remove(follower);
            if (desk.members.isEmpty()) {
              desks.remove(channel);
              subscriber.unsubscribe(channel);
            }
          }
        });
  }

  private void read(Desk desk) {
    if (desk.reading) {
      return;
    }
    desk.reading = true;
    counts
        .apply(desk.site)
        .onComplete(
            (now, failure) -> {
              desk.reading = false;
              if (now != null) {
                tell(desk, now);
              } else if (failure instanceof StoreException) {
                desk.degrade(true);
              }
            });
  }

  private void tell(Desk desk, JsonObject now) {
    if (desk.hearing) {
      desk.degrade(false);
    }
    var message = new JsonObject().put("type", "queue").put("counts", now).encode();
    boolean changed = !message.equals(desk.told);
    if (changed || !desk.waiting.isEmpty()) {
      var frame = Frame.of(message);
      var told = changed ? desk.members.keySet() : desk.waiting;
      told.forEach(follower -> desk.tell(follower, frame));
      desk.waiting.clear();
      desk.told = message;
    }
  }

  /** Hears what the store publishes. */
  private final class Ears implements RedisSubscriber.Listener {
    @Override
    public void published(String channel, String message) {
      var desk = desks.get(channel);
      if (desk != null) {
        var frame = Frame.of(message);
        desk.members.keySet().stream()
            .filter(follower -> !desk.waiting.contains(follower))
            .forEach(follower -> desk.tell(follower, frame));
      }
    }

    @Override
    public void subscribed(String channel) {
      var desk = desks.get(channel);
      if (desk != null) {
        desk.hearing = true;
        read(desk);
      }
    }

    /** Whoever is told the counts anew knows that something may have been missed. */
    @Override
    public void lost() {
      desks
          .values()
          .forEach(
              desk -> {
                desk.hearing = false;
                desk.told = null;
                desk.degrade(true);
              });
    }
  }
}
