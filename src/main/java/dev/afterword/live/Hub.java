package dev.afterword.live;

import dev.afterword.article.AliasStore;
import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
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

  /** In so many turns all are asked to go, so that they do not come back as one. */
  private static final int GOODBYE_TURNS = 40;

  private static final long GOODBYE_PAUSE_MS = 50;

  /** So few may come back as one. */
  private static final int FEWEST_GOODBYES = 100;

  /** When nobody remembers any more where a key led, on any process, in milliseconds. */
  private static final long FORGOTTEN_MS = AliasStore.REMEMBERED_MS + 100;

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
  private final Readers readers;
  private final Map<ArticleRef, Room> rooms = new HashMap<>();
  private final Set<Follower> followers = new LinkedHashSet<>();
  private boolean storeAway;
  private boolean closing;
  private int pinging;

  /** The hub of the current event loop. */
  public Hub(Vertx vertx, Feed feed, Readers readers, LiveMeters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.meters = meters;
    this.feed = feed;
    this.readers = readers;
    feed.join(this);
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
    if (storeAway) {
      follower.send(Messages.DEGRADED);
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
    subscribe(follower, article, new Asked(requested, null), since);
  }

  /**
   * What a follower asked for.
   *
   * @param key as they wrote it
   * @param known what they were told of until now, when that has given way; else {@code null}
   */
  private record Asked(String key, @Nullable ArticleRef known) {
    /** How it begins: they have to know what becomes of the one that they were told of. */
    List<String> greeting(Article now, Position position, int readers) {
      var hello = Messages.hello(now, key, position, readers);
      return known == null || known.key().equals(now.ref().key())
          ? List.of(hello)
          : List.of(Messages.moved(known, now.ref()), hello);
    }
  }

  private void subscribe(
      Follower follower, ArticleRef article, Asked asked, @Nullable String since) {
    if (!follower.articles.add(article)) {
      greet(follower, article, asked);
      return;
    }
    readers.add(article);
    var room = rooms.computeIfAbsent(article, this::open);
    room.joining++;
    room.opening.future().onSuccess(opened -> enterRoom(room, follower, asked, since));
  }

  private void greet(Follower follower, ArticleRef article, Asked asked) {
    var room = rooms.get(article);
    if (room != null) {
      room.opening.future().onSuccess(opened -> greet(room, follower, asked));
    }
  }

  private void greet(Room room, Follower follower, Asked asked) {
    var elsewhere = room.elsewhere;
    var now = room.now;
    if (elsewhere != null) {
      var at = follower.followed(room.article);
      if (!at.equals(room.article)) {
        greet(follower, at, asked);
      }
    } else if (now != null && room.members.contains(follower)) {
      var greeting = asked.greeting(now.with(room.views), now.position(), reading(room));
      room.tell(follower, now.position(), Frame.of(greeting));
    }
  }

  private Room open(ArticleRef article) {
    // Opened on this loop, after it is filled: nobody begins in an empty one.
    var room = new Room(context, article, meters);
    // The feed itself puts the snapshot in line here, before whatever it will tell then.
    feed.watch(article, this, snapshot -> context.runOnContext(turn -> open(room, snapshot)));
    return room;
  }

  private void open(Room room, Feed.Snapshot snapshot) {
    letGo(room);
    room.open(snapshot);
  }

  private void enterRoom(Room room, Follower follower, Asked asked, @Nullable String since) {
    var elsewhere = room.elsewhere;
    if (elsewhere == null) {
      begin(room, follower, asked, since);
      return;
    }
    room.joining--;
    if (follower.isOpen() && follower.articles.contains(room.article)) {
      lead(follower, room, elsewhere, asked, since);
    }
    closeIfEmpty(room);
  }

  /** Has somebody follow an article where it lives, who came by a key that it has besides. */
  private void lead(
      Follower follower, Room from, ArticleRef to, Asked asked, @Nullable String since) {
    follower.articles.remove(from.article);
    readers.remove(from.article);
    if (follower.ways.containsKey(to)) {
      // Until it is noticed that one of two leads to the other no more, they lead in a circle.
      follower.close(Follower.GOING_AWAY, "its key leads in a circle");
      return;
    }
    follower.led(from.article, to);
    from.led.add(follower);
    subscribe(follower, to, asked, since);
  }

  void unsubscribe(Follower follower, ArticleRef article) {
    if (!follower.articles.remove(article)) {
      return;
    }
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

  private void begin(Room room, Follower follower, Asked asked, @Nullable String since) {
    var now = room.now;
    if (now == null) {
      throw new IllegalStateException("the room is open before its snapshot came");
    }
    if (since == null) {
      welcome(room, follower, asked, now.position(), List.of());
      return;
    }
    var position = Position.parse(since).orElse(null);
    if (position == null || !position.epoch().equals(now.position().epoch())) {
      restart(room, follower, asked);
      return;
    }
    // A client may come from a process that was faster than this one: then the store is asked.
    boolean ahead = position.revision() > room.revision();
    var missed = ahead ? null : room.since(position.revision());
    if (missed != null) {
      resume(room, follower, asked, position, missed);
      return;
    }
    feed.replay(room.article, position)
        .onComplete(
            (events, failure) ->
                context.runOnContext(
                    turn -> {
                      if (room.elsewhere != null) {
                        enterRoom(room, follower, asked, since);
                      } else if (events == null) {
                        restart(room, follower, asked);
                      } else {
                        catchUp(room, follower, asked, position, events);
                      }
                    }));
  }

  /** Joins what was read from the stream to what the room has got meanwhile. */
  private void catchUp(
      Room room, Follower follower, Asked asked, Position since, List<Event> read) {
    var now = room.now;
    long reached = read.isEmpty() ? since.revision() : read.get(read.size() - 1).revision();
    var later = room.since(reached);
    if (now == null || !now.position().epoch().equals(since.epoch()) || later == null) {
      restart(room, follower, asked);
      return;
    }
    var all = new ArrayList<>(read);
    all.addAll(later);
    resume(room, follower, asked, since, all);
  }

  /**
   * The gap cannot be filled: the stream begins where the article is, and the client is told so.
   */
  private void restart(Room room, Follower follower, Asked asked) {
    var now = room.now;
    if (now != null) {
      meters.resets.increment();
      welcome(room, follower, asked, now.position(), List.of());
      var reset = Frame.of(Messages.reset(now.ref(), now.position()));
      follower.send(room.article, now.position(), reset);
    }
  }

  private void resume(
      Room room, Follower follower, Asked asked, Position since, List<Event> missed) {
    if (isTooMuch(missed)) {
      restart(room, follower, asked);
      return;
    }
    meters.replayed.record(missed.size());
    welcome(room, follower, asked, since, missed);
  }

  /** All of it waits in memory for a follower that takes nothing in. */
  private static boolean isTooMuch(List<Event> missed) {
    long bytes = 0;
    for (var event : missed) {
      bytes += ByteBufUtil.utf8Bytes(event.json());
    }
    return bytes > Streams.LARGEST_REPLAY;
  }

  private void welcome(
      Room room, Follower follower, Asked asked, Position position, List<Event> missed) {
    room.joining--;
    var now = room.now;
    if (now == null || !follower.isOpen() || !follower.articles.contains(room.article)) {
      closeIfEmpty(room);
      return;
    }
    room.members.add(follower);
    follower.names.put(now.ref().key(), room.article);
    var greeting = asked.greeting(now.with(room.views), position, reading(room));
    var parts = Part.of(greeting, position, missed);
    follower.send(room.article, parts.get(0).at, parts.get(0).frame());
    // What is in between is no more than was asked for, and bounded, however much of it waits.
    parts.stream().skip(1).forEach(part -> follower.sendOn(room.article, part.at, part.frame()));
  }

  /**
   * A part of what a client has missed, and where it is with it. In parts, because on a slow line a
   * client that is let go in the middle has then got further than it was.
   */
  private record Part(List<String> messages, Position at) {
    /** From what one message too many is for the next part, in characters. */
    private static final int LARGE = 32 * 1024;

    static List<Part> of(List<String> greeting, Position position, List<Event> missed) {
      var parts = new ArrayList<Part>();
      var messages = new ArrayList<>(greeting);
      var at = position;
      int length = greeting.stream().mapToInt(String::length).sum();
      for (var event : missed) {
        if (length + event.json().length() > LARGE) {
          parts.add(new Part(messages, at));
          messages = new ArrayList<>();
          length = 0;
        }
        messages.add(event.json());
        length += event.json().length();
        at = new Position(position.epoch(), event.revision());
      }
      parts.add(new Part(messages, at));
      return parts;
    }

    Frame frame() {
      return Frame.of(messages);
    }
  }

  /** Connections that were just opened here are not in the store's number yet. */
  private int reading(Room room) {
    return Math.max(room.readers, readers.of(room.article));
  }

  private void tellReaders(Room room) {
    int reading = reading(room);
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
            var asked = new Asked(now.ref().key().value(), now.ref());
            members.forEach(each -> lead(each, room, place, asked, Follower.ASTRAY));
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
          FORGOTTEN_MS, id -> sayGoodbye(all, "its key leads here no more", Promise.promise()));
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

  /** The feed: the store went away or came back. */
  void storeIsAway(boolean away) {
    context.runOnContext(
        turn -> {
          storeAway = away;
          var message = away ? Messages.DEGRADED : Messages.RESTORED;
          List.copyOf(followers).forEach(follower -> follower.send(message));
        });
  }

  /** Asks every client to come back elsewhere, or later; within a few seconds. */
  public Future<Void> close() {
    Promise<Void> promise = Promise.promise();
    context.runOnContext(
        turn -> {
          closing = true;
          sayGoodbye(List.copyOf(followers), "restarting", promise);
        });
    return promise.future();
  }

  private void sayGoodbye(List<Follower> all, String why, Promise<Void> done) {
    int most = Math.max(FEWEST_GOODBYES, all.size() / GOODBYE_TURNS + 1);
    sayGoodbye(all, why, most, done);
  }

  private void sayGoodbye(List<Follower> left, String why, int most, Promise<Void> done) {
    int now = Math.min(most, left.size());
    left.subList(0, now).forEach(each -> each.close(Follower.GOING_AWAY, why));
    if (now == left.size()) {
      done.complete();
    } else {
      var rest = left.subList(now, left.size());
      vertx.setTimer(GOODBYE_PAUSE_MS, id -> sayGoodbye(rest, why, most, done));
    }
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
