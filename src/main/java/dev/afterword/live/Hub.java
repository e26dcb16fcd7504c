package dev.afterword.live;

import dev.afterword.article.AliasStore;
import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The followers of one event loop, by article. Each room mirrors the feed's: its position and the
 * last events, so that a client that comes back is served from here when it was not away for long.
 * A client joins a room only when it has been sent everything up to the room's position; from then
 * on it gets what the room gets, so it misses nothing and is told nothing twice.
 *
 * <p>Confined to its event loop; the feed's calls are put there.
 */
public final class Hub {
  /** Proxies give up after half a minute, some of them. */
  private static final long PING_MS = 15_000;

  /** Not all at once: so many turns it takes. */
  private static final int PING_TURNS = 15;

  /**
   * How often a change of readers is told at most, in milliseconds; to more than a thousand of an
   * event loop a millisecond later for each.
   */
  private static final long READERS_MS = 1_000;

  /** How long it is gathered who is writing, in milliseconds. */
  private static final long TYPING_MS = 500;

  private final Vertx vertx;
  private final Context context;
  private final LiveMeters meters;
  private final Feed feed;
  private final CatchUp catchUp;
  private final Readers readers;
  private final Map<ArticleRef, Room> rooms = new HashMap<>();
  private final Set<Follower> followers = new LinkedHashSet<>();
  private boolean closing;
  private int pinging;

  /** The hub of the current event loop. */
  public Hub(Vertx vertx, Feed feed, Readers readers, LiveMeters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.meters = meters;
    this.feed = feed;
    this.catchUp = new CatchUp(context, feed, meters);
    this.readers = readers;
    vertx.setPeriodic(PING_MS / PING_TURNS, id -> ping());
    vertx.setPeriodic(READERS_MS, id -> rooms.values().forEach(this::tellReaders));
  }

  private void ping() {
    pinging = (pinging + 1) % PING_TURNS;
    for (var follower : followers) {
      if (Math.floorMod(follower.hashCode(), PING_TURNS) == pinging) {
        follower.ping();
      }
    }
  }

  void enter(Follower follower) {
    followers.add(follower);
    if (closing) {
      follower.close(Follower.GOING_AWAY, "restarting");
    }
  }

  /** Forgets one that is gone; false when it was forgotten already. */
  boolean exit(Follower follower) {
    List.copyOf(follower.articles).forEach(article -> unsubscribe(follower, article));
    // Some may lead to what it was led away from since.
    List.copyOf(follower.ways.keySet()).forEach(from -> leave(follower, from));
    follower.ways.clear();
    return followers.remove(follower);
  }

  /**
   * Has an article followed. Who follows it already is told once more what it is: they may have
   * named it in another way, and cannot know that it is the same.
   *
   * @param requested the key as the client wrote it
   * @param since where the client was; {@code null} for a new one, and any text it may have sent
   */
  void subscribe(Follower follower, ArticleRef article, String requested, @Nullable String since) {
    subscribe(article, new Arrival(follower, requested, null, since));
  }

  private void subscribe(ArticleRef article, Arrival arrival) {
    if (!arrival.follower().articles.add(article)) {
      greet(article, arrival);
      return;
    }
    readers.add(article);
    var room = rooms.computeIfAbsent(article, this::open);
    room.arriving.add(arrival);
    if (room.degraded) {
      arrival.follower().degraded(article, true);
    }
    room.opening.future().onSuccess(opened -> enterRoom(room, arrival));
  }

  private void greet(ArticleRef article, Arrival arrival) {
    var room = rooms.get(article);
    if (room != null) {
      room.opening.future().onSuccess(opened -> greet(room, arrival));
    }
  }

  private void greet(Room room, Arrival arrival) {
    var follower = arrival.follower();
    if (room.elsewhere != null) {
      var at = follower.followed(room.article);
      if (!at.equals(room.article)) {
        greet(at, arrival);
      }
    } else if (room.members.contains(follower)) {
      var now = room.current();
      var greeting = arrival.greeting(now.with(room.views), now.position(), room.reading());
      room.tell(follower, now.position(), Frame.of(greeting));
    }
  }

  private Room open(ArticleRef article) {
    // Opened on this loop, after it is filled: nobody begins in an empty one.
    var room = new Room(context, article, readers, meters);
    // The feed itself puts the snapshot in line here, before whatever it will tell then.
    feed.watch(article, this, snapshot -> context.runOnContext(turn -> open(room, snapshot)));
    return room;
  }

  private void open(Room room, Feed.Snapshot snapshot) {
    letGo(room);
    room.open(snapshot);
  }

  private void enterRoom(Room room, Arrival arrival) {
    var elsewhere = room.elsewhere;
    if (elsewhere == null) {
      catchUp.admit(room, arrival).onSuccess(settled -> entered(settled, room, arrival));
      return;
    }
    room.arriving.remove(arrival);
    if (arrival.isFor(room.article)) {
      lead(room, elsewhere, arrival);
    }
    closeIfEmpty(room);
  }

  private void entered(boolean settled, Room room, Arrival arrival) {
    if (settled) {
      closeIfEmpty(room);
    } else {
      enterRoom(room, arrival);
    }
  }

  /** Has somebody follow an article where it lives, who came by a key that it has besides. */
  private void lead(Room from, ArticleRef to, Arrival arrival) {
    var follower = arrival.follower();
    follower.articles.remove(from.article);
    follower.degraded(from.article, false);
    readers.remove(from.article);
    if (follower.ways.containsKey(to)) {
      // Until it is noticed that one of two leads to the other no more, they lead in a circle.
      follower.close(Follower.GOING_AWAY, "its key leads in a circle");
      return;
    }
    follower.led(from.article, to);
    from.led.add(follower);
    subscribe(to, arrival);
  }

  void unsubscribe(Follower follower, ArticleRef article) {
    if (!follower.articles.remove(article)) {
      return;
    }
    follower.degraded(article, false);
    follower.names.values().removeIf(article::equals);
    readers.remove(article);
    follower.forgetWays(article).forEach(from -> leave(follower, from));
    leave(follower, article);
  }

  private void leave(Follower follower, ArticleRef article) {
    var room = rooms.get(article);
    if (room != null) {
      room.members.remove(follower);
      room.led.remove(follower);
      closeIfEmpty(room);
    }
  }

  private void closeIfEmpty(Room room) {
    if (room.isEmpty() && rooms.remove(room.article, room)) {
      feed.leave(room.article, this);
    }
  }

  private void tellReaders(Room room) {
    int reading = room.reading();
    long now = System.nanoTime();
    if (room.readersTold != reading && room.now != null && now - room.readersNext >= 0) {
      room.readersTold = reading;
      // Of a crowd the number changes all the time, and telling it keeps everything else waiting.
      room.readersNext = now + TimeUnit.MILLISECONDS.toNanos(room.members.size());
      room.offer(Messages.readers(room.now.ref(), reading));
    }
  }

  /**
   * Has it told to all who follow an article, on every process, that somebody is writing there; of
   * several within half a second the latest.
   */
  void typing(ArticleRef article, JsonObject author) {
    var room = rooms.get(article);
    if (room == null) {
      return;
    }
    if (room.typist == null) {
      vertx.setTimer(TYPING_MS, id -> tellTypist(room));
    } else {
      meters.coalesced.increment();
    }
    room.typist = author;
  }

  private void tellTypist(Room room) {
    if (room.typist != null) {
      feed.publish(room.article, Messages.typing(room.typist));
      room.typist = null;
    }
  }

  /**
   * The feed: these events follow the ones before.
   *
   * @param at when the first of them happened, as {@link LiveMeters#told} takes it
   */
  void happened(Article article, List<Event> events, Frame frame, long at) {
    inRoom(
        article.ref(),
        room -> {
          room.become(article);
          room.append(events);
          room.broadcast(article.position(), frame, () -> meters.told(at));
        });
  }

  /** The feed: what happened in between cannot be known. */
  void reset(ArticleRef ref, Article article, Frame frame) {
    inRoom(
        ref,
        room -> {
          room.become(article);
          room.tail.clear();
          meters.resets.increment(room.members.size());
          room.broadcast(article.position(), frame);
        });
  }

  /** The feed: what was opened as an article is another key of one that lives elsewhere. */
  void lead(ArticleRef ref, ArticleRef place) {
    context.runOnContext(
        turn -> {
          var room = rooms.get(ref);
          if (room == null || place.equals(room.elsewhere)) {
            return;
          }
          letGo(room);
          var now = room.now;
          var members = List.copyOf(room.members);
          room.isAt(place);
          if (now != null) {
            var key = now.ref().key().value();
            for (var each : members) {
              lead(room, place, new Arrival(each, key, now.ref(), Follower.ASTRAY));
            }
          }
          closeIfEmpty(room);
        });
  }

  /** The feed: what led elsewhere is an article again, or a key that means nothing. */
  void leadBack(ArticleRef ref, Feed.Snapshot snapshot) {
    context.runOnContext(
        turn -> {
          var room = rooms.get(ref);
          if (room != null && room.elsewhere != null) {
            open(room, snapshot);
            closeIfEmpty(room);
          }
        });
  }

  /**
   * Has those come anew who came by a key that leads there no more. No message could tell them: of
   * several keys that became one article they may not know which they came by. And not before
   * everybody has forgotten where it led: they would read there.
   */
  private void letGo(Room room) {
    var all = List.copyOf(room.led);
    room.led.clear();
    if (!all.isEmpty()) {
      all.forEach(each -> each.ways.remove(room.article));
      vertx.setTimer(
          AliasStore.FORGOTTEN_MS, id -> Goodbye.say(vertx, all, "its key leads here no more"));
    }
  }

  /** The feed: an article has so many views now. */
  void viewed(ArticleRef ref, long views, Frame frame) {
    inRoom(
        ref,
        room -> {
          room.views = views;
          room.offer(frame);
        });
  }

  /** The feed: so many read an article now. */
  void readBy(ArticleRef ref, int readers) {
    inRoom(ref, room -> room.readers = readers);
  }

  /** The feed: something without a number, which will not be told again. */
  void said(ArticleRef ref, Frame frame) {
    inRoom(ref, room -> room.say(frame));
  }

  /** The feed: somebody is writing. */
  void writing(ArticleRef ref, Frame frame) {
    inRoom(ref, room -> room.offer(frame));
  }

  /** The feed: an article's store went away or came back. */
  void degraded(ArticleRef ref, boolean away) {
    context.runOnContext(
        turn -> {
          var room = rooms.get(ref);
          if (room != null) {
            room.degrade(away);
          }
        });
  }

  /** Asks every client to come back elsewhere, or later; within a few seconds. */
  public Future<Void> close() {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(
        turn -> {
          closing = true;
          Goodbye.say(vertx, List.copyOf(followers), "restarting").onComplete(promise);
        });
    return promise.future();
  }

  /** How many connections are open. */
  public int size() {
    return followers.size();
  }

  private void inRoom(ArticleRef ref, Consumer<Room> action) {
    context.runOnContext(
        turn -> {
          var room = rooms.get(ref);
          if (room != null && room.now != null) {
            action.accept(room);
          }
        });
  }
}
