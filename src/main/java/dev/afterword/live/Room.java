package dev.afterword.live;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import io.netty.channel.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An article that somebody follows on an event loop: who, where it is, and what happened last.
 * Confined to the event loop.
 */
final class Room {
  private static final Logger LOG = LoggerFactory.getLogger(Room.class);

  /** How many are written to before other work has its turn; a write takes some microseconds. */
  private static final int AT_ONCE = 500;

  /** How many messages that later ones make up for wait at most; an older one is dropped. */
  private static final int MOST_PASSING = 8;

  final ArticleRef article;

  /** Succeeds once {@link #now} is known, or {@link #elsewhere}. */
  final Promise<Void> opening = Promise.promise();

  /** Where the article lives of which this is another key. */
  @Nullable ArticleRef elsewhere;

  /** Those who came here and were led there. */
  final Set<Follower> led = new LinkedHashSet<>();

  /** Those who have got everything up to {@link #now}, or will by what is on its way to them. */
  final Set<Follower> members = new LinkedHashSet<>();

  /** The last events, ending where the article is. */
  final ArrayDeque<Event> tail = new ArrayDeque<>();

  @Nullable Article now;
  long views;

  /** How many read it, as the feed knows. */
  int readers;

  /** Those on their way to become members; one may be on its way twice. */
  final Set<Arrival> arriving = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Whether what happens here cannot be known just now. */
  boolean degraded;

  int readersTold;

  /** When that may be told again, in nanoseconds. */
  long readersNext = System.nanoTime();

  /** Who was last heard to be writing here, until that is told. */
  @Nullable JsonObject typist;

  private final Readers here;
  private final LiveMeters meters;
  private final Context context;
  private final EventLoop loop;

  /** What nobody may miss, one after the other, so that each follower gets it in order. */
  private final ArrayDeque<Broadcast> certain = new ArrayDeque<>();

  /** What waits until nothing of that does; the first of them may be on its way. */
  private final List<Broadcast> passing = new ArrayList<>();

  private boolean telling;

  /**
   * A frame on its way to those who were members when it came.
   *
   * @param at where the article is with it, {@code null} when it has no number
   * @param passes whether a later one makes up for it
   * @param told runs when all are told
   */
  private record Broadcast(
      Iterator<Follower> to, @Nullable Position at, boolean passes, Frame frame, Runnable told) {}

  Room(Context context, ArticleRef article, Readers here, LiveMeters meters) {
    this.here = here;
    this.meters = meters;
    this.context = context;
    this.loop = ((ContextInternal) context).nettyEventLoop();
    this.article = article;
  }

  /** Begins where the article is. */
  void open(Feed.Snapshot snapshot) {
    elsewhere = null;
    now = snapshot.article();
    views = Math.max(views, snapshot.views());
    readers = snapshot.readers();
    tail.addAll(snapshot.tail());
    opening.tryComplete();
  }

  /** The article lives elsewhere: nobody is told anything here. */
  void isAt(ArticleRef place) {
    elsewhere = place;
    now = null;
    views = 0;
    tail.clear();
    members.clear();
    opening.tryComplete();
  }

  boolean isEmpty() {
    return members.isEmpty() && led.isEmpty() && arriving.isEmpty();
  }

  /** The article, where members are or may come. */
  Article current() {
    return Objects.requireNonNull(now, "nobody comes before the snapshot, or where it is not");
  }

  long revision() {
    return now == null ? 0 : now.position().revision();
  }

  /** How many read it. Connections that were just opened here are not in the store's number yet. */
  int reading() {
    return Math.max(readers, here.of(article));
  }

  /** Takes in how the article is now; after a move it has another key. */
  void become(Article article) {
    if (now != null && !now.ref().isSameAs(article.ref())) {
      tail.clear();
      members.forEach(member -> member.names.put(article.ref().key(), this.article));
    }
    now = article;
  }

  /** Takes in the events that follow the last. */
  void append(List<Event> events) {
    tail.addAll(events);
    while (tail.size() > Streams.MOST_REPLAYED) {
      tail.poll();
    }
  }

  /** The events after a revision; {@code null} when the tail does not reach back that far. */
  @Nullable List<Event> since(long revision) {
    long missed = revision() - revision;
    if (missed > tail.size()) {
      return null;
    }
    var events = new ArrayList<Event>((int) Math.max(0, missed));
    for (var event : tail) {
      if (event.revision() > revision) {
        events.add(event);
      }
    }
    return events;
  }

  /**
   * Tells all members.
   *
   * @param at where the article is with it
   */
  void broadcast(Position at, Frame frame) {
    broadcast(at, frame, () -> {});
  }

  /**
   * Tells all members.
   *
   * @param at where the article is with it
   * @param told runs when all are told
   */
  void broadcast(Position at, Frame frame, Runnable told) {
    put(new Broadcast(all(), at, false, frame, told));
  }

  /** Tells all members something without a number. What they miss is not told again. */
  void say(Frame frame) {
    put(new Broadcast(all(), null, false, frame, () -> {}));
  }

  /** Tells all members something without a number, which a later message makes up for. */
  void offer(Frame frame) {
    put(new Broadcast(all(), null, true, frame, () -> {}));
  }

  /** Tells all who are here, and those who are on their way, whether they hear of the article. */
  void degrade(boolean away) {
    degraded = away;
    List.copyOf(members).forEach(member -> member.degraded(article, away));
    arriving.stream()
        .filter(arrival -> arrival.isFor(article))
        .forEach(arrival -> arrival.follower().degraded(article, away));
  }

  private Iterator<Follower> all() {
    return List.copyOf(members).iterator();
  }

  /**
   * Tells one member, after all that is on its way to it.
   *
   * @param at where the article is with it
   */
  void tell(Follower member, Position at, Frame frame) {
    put(new Broadcast(List.of(member).iterator(), at, false, frame, () -> {}));
  }

  private void put(Broadcast broadcast) {
    if (!broadcast.passes) {
      certain.add(broadcast);
    } else {
      passing.add(broadcast);
      if (passing.size() > MOST_PASSING) {
        meters.coalesced.increment();
        passing.remove(1);
      }
    }
    if (!telling) {
      telling = true;
      goOn();
    }
  }

  private @Nullable Broadcast next() {
    var first = certain.peek();
    return first != null || passing.isEmpty() ? first : passing.get(0);
  }

  private void goOn() {
    int written = 0;
    for (var head = next(); head != null; head = next()) {
      while (head.to.hasNext()) {
        if (written++ == AT_ONCE) {
          // A task for the end of this turn would come before what has arrived meanwhile.
          var unused =
              loop.schedule(() -> context.runOnContext(turn -> goOn()), 0, TimeUnit.NANOSECONDS);
          return;
        }
        tell(head.to.next(), head);
      }
      (head.passes ? passing : certain).remove(head);
      head.told.run();
    }
    telling = false;
  }

  private void tell(Follower member, Broadcast broadcast) {
    if (!members.contains(member)) {
      return;
    }
    try {
      if (broadcast.passes) {
        member.offer(broadcast.frame);
      } else if (broadcast.at == null) {
        member.send(broadcast.frame);
      } else {
        member.send(article, broadcast.at, broadcast.frame);
      }
    } catch (RuntimeException defect) {
      // One must not keep the others from what is on its way to them, and must not miss it
      // silently.
      LOG.error("A follower of {} could not be told", article, defect);
      members.remove(member);
      member.cut();
    }
  }
}
