package dev.afterword.live;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.RedisSubscriber;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens on the articles that somebody on this process has open. A published message only
 * wakes it up: what happened is read from the article's stream, by number, and positions are read
 * again now and then even when nothing wakes it. Each event is encoded once and handed to the event
 * loops' hubs.
 *
 * <p>One for a process. Confined to the event loop it was made on; hubs enter by {@link #watch} and
 * {@link #leave}, which may be called from any.
 */
public final class Feed {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

  /** How often positions are read again although nothing was heard, in milliseconds. */
  private static final long CHECK_MS = 5_000;

  private static final long RETRY_MS = 500;

  /** How long messages without a number wait for others. */
  private static final long GATHER_MS = 250;

  /**
   * Views that changed and were not told for this long are told by us: there is no tick to come.
   */
  private static final long QUIET_MS = 2_000;

  private final Vertx vertx;
  private final Context context;
  private final RedisLink link;
  private final Streams streams;
  private final ReadersStore readers;
  private final Present present;
  private final LiveMeters meters;
  private final RedisSubscriber subscriber;
  private final Ears ears = new Ears();
  private final Map<String, Room> rooms = new HashMap<>();

  /** Rooms by channel, to know which channels somebody still needs. */
  private final Map<String, Set<Room>> channels = new HashMap<>();

  private final Set<String> confirmed = new LinkedHashSet<>();

  /** Whether nothing is heard, because the connection broke. */
  private boolean deaf;

  /** An article that somebody watches. */
  private static final class Room {
    final ArticleRef article;
    final Set<Hub> hubs = new LinkedHashSet<>();
    final List<Consumer<Snapshot>> waiting = new ArrayList<>();
    final ArrayDeque<Event> tail = new ArrayDeque<>();
    @Nullable Article now;

    /** Whether the article was found elsewhere: it is looked whether it still is. */
    boolean away;

    /** Whether its hubs know that it cannot be read, or was not since nothing was heard. */
    boolean degraded;

    boolean reading;
    boolean stale;

    /** When the first event happened that was announced and for which nothing was read yet. */
    long announced;

    /** The views that the hubs know of, and when they were told. */
    long views;

    long heard;

    /** How many read it, as far as is known, and how often that was heard. */
    int readers;

    long readersHeard;

    /** What waits to be told without a number, by type. */
    final Map<String, JsonObject> unnumbered = new LinkedHashMap<>();

    Room(ArticleRef article) {
      this.article = article;
    }

    /** The article under the key that it has, as far as is known. */
    ArticleRef named() {
      return now == null ? article : now.ref();
    }
  }

  /**
   * A room as a hub takes it over.
   *
   * @param article as it stands
   * @param views its latest number of views, which may be later than the article
   * @param readers how many read it
   * @param tail the last events, ending at the article's position
   */
  record Snapshot(Article article, long views, int readers, List<Event> tail) {}

  /** The feed of a process, on the current event loop. */
  public Feed(
      Vertx vertx, RedisSubscriber subscriber, RedisLink link, Present present, LiveMeters meters) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.link = link;
    this.streams = new Streams(link);
    this.readers = new ReadersStore(link);
    this.present = present;
    this.meters = meters;
    this.subscriber = subscriber;
    vertx.setPeriodic(CHECK_MS, id -> rooms.values().forEach(this::read));
  }

  /**
   * Begins to tell a hub of an article.
   *
   * @param opened gets the article as it is then, on the feed's event loop and before the hub is
   *     told anything that comes later
   */
  void watch(ArticleRef article, Hub hub, Consumer<Snapshot> opened) {
    context.runOnContext(
        turn -> {
          var room =
              rooms.computeIfAbsent(
                  article.at(""),
                  fresh -> {
                    var first = new Room(article);
                    first.degraded = deaf;
                    listen(first);
                    return first;
                  });
          room.hubs.add(hub);
          if (room.degraded) {
            hub.degraded(article, true);
          }
          if (room.now != null) {
            opened.accept(snapshot(room, room.now));
          } else {
            room.waiting.add(opened);
            if (confirmed.contains(article.channel())) {
              read(room);
            }
          }
        });
  }

  /** Stops telling a hub of an article. */
  void leave(ArticleRef article, Hub hub) {
    context.runOnContext(
        turn -> {
          var room = rooms.get(article.at(""));
          if (room != null && room.hubs.remove(hub) && room.hubs.isEmpty()) {
            rooms.remove(article.at(""));
            var others = channels.get(article.channel());
            if (others != null && others.remove(room) && others.isEmpty()) {
              channels.remove(article.channel());
              confirmed.remove(article.channel());
              subscriber.unsubscribe(article.channel());
              meters.subscriptions.set(channels.size());
            }
          }
        });
  }

  private void listen(Room room) {
    var channel = room.article.channel();
    channels.computeIfAbsent(channel, fresh -> new LinkedHashSet<>()).add(room);
    subscriber.subscribe(channel, ears);
    meters.subscriptions.set(channels.size());
  }

  private static Snapshot snapshot(Room room, Article now) {
    return new Snapshot(now, room.views, room.readers, List.copyOf(room.tail));
  }

  /** Reads what is new in a room; while a reading is under way, one more is noted. */
  private void read(Room room) {
    if (room.reading) {
      room.stale = true;
      return;
    }
    room.reading = true;
    room.stale = false;
    // What comes with this reading was announced by now, or is told sooner than its time says.
    long announced = room.announced;
    room.announced = 0;
    var now = room.now;
    long from = now == null ? Position.MAX_REVISION - 1 : now.position().revision();
    // Who comes first is told at once how many read it elsewhere.
    Future<Void> counted =
        now == null && !room.away ? countReaders(room) : Future.succeededFuture();
    streams
        .since(room.article, from)
        .compose(
            since ->
                now == null || !isContinuation(now, since)
                    ? Future.succeededFuture(new News(since.article(), null))
                    : events(since).map(events -> new News(since.article(), events)))
        .compose(news -> counted.map(news))
        .onComplete(
            (news, failure) -> {
              if (news != null) {
                room.reading = false;
                tell(room, news, announced);
                setDegraded(room, false);
                if (room.stale) {
                  read(room);
                }
              } else if (failure instanceof ArticleMovedException moved && moved.place() != null) {
                setDegraded(room, false);
                lead(room, moved.place());
              } else {
                LOG.debug("reading {} failed", room.article, failure);
                setDegraded(room, true);
                vertx.setTimer(RETRY_MS, id -> retry(room));
              }
            });
  }

  /** What was opened here lives elsewhere: whoever is here is led there. */
  private void lead(Room room, ArticleRef place) {
    room.reading = false;
    room.now = null;
    room.away = true;
    room.views = 0;
    room.heard = 0;
    room.tail.clear();
    room.waiting.clear();
    List.copyOf(room.hubs).forEach(hub -> hub.lead(room.article, place));
    if (room.stale) {
      read(room);
    }
  }

  /** Asks the store how many read an article; without an answer the next heartbeat will tell. */
  private Future<Void> countReaders(Room room) {
    var asking = askingReaders(room.article);
    return readers
        .read(room.article)
        .onSuccess(asking::accept)
        .transform(answered -> Future.succeededFuture());
  }

  private void retry(Room room) {
    room.reading = false;
    if (rooms.get(room.article.at("")) == room) {
      read(room);
    }
  }

  private static boolean isContinuation(Article before, Streams.Since since) {
    return since.whole() && since.article().position().epoch().equals(before.position().epoch());
  }

  /** What a reading brought: the events in between, or {@code null} when they cannot be known. */
  private record News(Article article, @Nullable List<Event> events) {}

  private Future<List<Event>> events(Streams.Since since) {
    if (since.entries().isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    return present
        .show(since.article(), since.entries())
        .map(messages -> number(since.article(), since.entries(), messages));
  }

  static List<Event> number(
      Article article, List<Streams.Entry> entries, List<JsonObject> messages) {
    var events = new ArrayList<Event>(entries.size());
    for (int i = 0; i < entries.size(); i++) {
      long revision = entries.get(i).revision();
      var position = new Position(article.position().epoch(), revision).toString();
      events.add(new Event(revision, messages.get(i).put("position", position).encode()));
    }
    return events;
  }

  private void tell(Room room, News news, long announced) {
    var before = room.now;
    var named = news.article().ref();
    boolean renamed = before != null && !before.ref().isSameAs(named);
    room.now = news.article();
    if (renamed) {
      // What is told of it from now on has another key.
      room.tail.clear();
    }
    if (before == null) {
      room.views = Math.max(room.views, news.article().views());
      var snapshot = snapshot(room, news.article());
      room.waiting.forEach(opened -> opened.accept(snapshot));
      room.waiting.clear();
      if (room.away) {
        room.away = false;
        room.hubs.forEach(hub -> hub.leadBack(room.article, snapshot));
      }
      return;
    }
    var events = news.events();
    if (events == null) {
      // Perhaps another history, in which there were fewer.
      room.views = -1;
      room.heard = 0;
      room.tail.clear();
      var told = new ArrayList<>(List.of(Messages.reset(named, news.article().position())));
      if (renamed) {
        told.add(0, Messages.moved(before.ref(), named));
      }
      var frame = Frame.of(told);
      room.hubs.forEach(hub -> hub.reset(room.article, news.article(), frame));
    } else if (!events.isEmpty()) {
      room.tail.addAll(events);
      while (room.tail.size() > Streams.MOST_REPLAYED) {
        room.tail.poll();
      }
      var told = new ArrayList<>(events.stream().map(Event::json).toList());
      if (renamed) {
        told.add(0, Messages.moved(before.ref(), named));
      }
      var frame = Frame.of(told);
      room.hubs.forEach(hub -> hub.happened(news.article(), events, frame, announced));
    }
    if (!room.stale && now() - room.heard > QUIET_MS) {
      // A tick was owed by a process that is gone, or was published while nobody listened.
      viewed(room, news.article().views());
    }
  }

  /** A number that was read may be older than one that was heard, and views do not go down. */
  private static void viewed(Room room, long views) {
    if (views > room.views) {
      room.views = views;
      room.heard = now();
      var frame = Messages.views(room.named(), views);
      room.hubs.forEach(hub -> hub.viewed(room.article, views, frame));
    }
  }

  /**
   * Who asks the store for the readers of an article brings the answer here. It is passed over when
   * a number was heard meanwhile: every change is published, so an answer that is newer than that
   * will be heard as well.
   */
  IntConsumer askingReaders(ArticleRef article) {
    var room = rooms.get(article.at(""));
    if (room == null) {
      return number -> {};
    }
    long heard = room.readersHeard;
    return number -> {
      if (room.readersHeard == heard) {
        readBy(room, number);
      }
    };
  }

  private static void readBy(Room room, int readers) {
    if (room.readers != readers) {
      room.readers = readers;
      room.hubs.forEach(hub -> hub.readBy(room.article, readers));
    }
  }

  /** Has a message without a number told by every process; while the store is away by none. */
  void publish(ArticleRef article, JsonObject message) {
    var said = "l " + article.id() + ' ' + message.encode();
    context.runOnContext(turn -> link.publish(article.channel(), said));
  }

  /** Messages without a number wait for others of their type: of each thing the latest is told. */
  private void later(Room room, JsonObject message) {
    if (room.unnumbered.isEmpty()) {
      vertx.setTimer(GATHER_MS, id -> tellUnnumbered(room));
    }
    room.unnumbered.merge(
        message.getString("type"),
        message,
        (before, now) -> {
          meters.coalesced.increment();
          return before.mergeIn(now, true);
        });
  }

  private static void tellUnnumbered(Room room) {
    // A closed article shows no comments, nor what readers make of them.
    boolean shown = room.now == null || room.now.state() != Article.State.CLOSED;
    if (shown) {
      room.unnumbered
          .values()
          .forEach(
              message -> {
                var json = message.put("article", room.named().key().value());
                var frame = Frame.of(json.encode());
                boolean passes = json.getString("type").equals("typing");
                room.hubs.forEach(
                    passes
                        ? hub -> hub.writing(room.article, frame)
                        : hub -> hub.said(room.article, frame));
              });
    }
    room.unnumbered.clear();
  }

  private static long now() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  private static void setDegraded(Room room, boolean degraded) {
    if (room.degraded != degraded) {
      room.degraded = degraded;
      room.hubs.forEach(hub -> hub.degraded(room.article, degraded));
    }
  }

  /** Reads streams for a hub whose client is further behind than the tail reaches. */
  Future<@Nullable List<Event>> replay(ArticleRef article, Position since) {
    Promise<@Nullable List<Event>> promise = Promise.promise();
    context.runOnContext(
        turn ->
            streams
                .since(article, since.revision())
                .compose(
                    found ->
                        found.whole() && found.article().position().epoch().equals(since.epoch())
                            ? events(found)
                            : Future.<@Nullable List<Event>>succeededFuture(null))
                .onComplete(promise));
    return promise.future();
  }

  /** Hears what the store publishes. */
  private final class Ears implements RedisSubscriber.Listener {
    @Override
    public void published(String channel, String message) {
      var words = message.split(" ", 3);
      if (words.length < 2) {
        return;
      }
      var tag = channel.substring(0, channel.length() - ":live".length());
      var room = rooms.get(tag + "::" + words[1]);
      if (room == null) {
        return;
      }
      if (words[0].equals("e")) {
        if (room.announced == 0 && words.length == 3) {
          room.announced = Long.parseLong(words[2]);
        }
        read(room);
      } else if (words[0].equals("v") && words.length == 3) {
        viewed(room, Long.parseLong(words[2]));
      } else if (words[0].equals("n") && words.length == 3) {
        room.readersHeard++;
        readBy(room, Integer.parseInt(words[2]));
      } else if (words[0].equals("l") && words.length == 3) {
        later(room, new JsonObject(words[2]));
      }
    }

    @Override
    public void subscribed(String channel) {
      deaf = false;
      confirmed.add(channel);
      // Whatever was published before this moment is only in the streams.
      var waiting = channels.get(channel);
      if (waiting != null) {
        waiting.forEach(Feed.this::read);
      }
    }

    @Override
    public void lost() {
      deaf = true;
      confirmed.clear();
      rooms.values().forEach(room -> setDegraded(room, true));
    }
  }
}
