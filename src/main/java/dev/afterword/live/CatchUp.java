package dev.afterword.live;

import dev.afterword.article.Article;
import dev.afterword.article.Position;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets those who arrive into an open room: each is sent what it has missed, from the room's last
 * events or else from the store, and is a member from then on. Where that cannot be told without a
 * hole, the stream begins anew. Confined to the event loop of its context.
 */
final class CatchUp {
  private final Context context;
  private final Feed feed;
  private final LiveMeters meters;

  CatchUp(Context context, Feed feed, LiveMeters meters) {
    this.context = context;
    this.feed = feed;
    this.meters = meters;
  }

  /**
   * Has somebody be a member of a room, unless they left meanwhile.
   *
   * @return completes on the event loop with whether this is settled; with false when the article
   *     was found elsewhere meanwhile
   */
  Future<Boolean> admit(Room room, Arrival arrival) {
    var now = room.current();
    var since = arrival.since();
    if (since == null) {
      return welcome(room, arrival, now.position(), List.of());
    }
    var position = Position.parse(since).orElse(null);
    if (position == null || !position.epoch().equals(now.position().epoch())) {
      return restart(room, arrival);
    }
    // A client may come from a process that was faster than this one: then the store is asked.
    boolean ahead = position.revision() > room.revision();
    var missed = ahead ? null : room.since(position.revision());
    return missed == null
        ? replay(room, arrival, position)
        : resume(room, arrival, position, missed);
  }

  private Future<Boolean> replay(Room room, Arrival arrival, Position since) {
    Promise<Boolean> settled = Promise.promise();
    feed.replay(room.article, since)
        .otherwiseEmpty()
        .onSuccess(
            events ->
                context.runOnContext(
                    turn -> {
                      if (room.elsewhere != null) {
                        settled.complete(false);
                      } else if (events == null) {
                        restart(room, arrival).onComplete(settled);
                      } else {
                        join(room, arrival, since, events).onComplete(settled);
                      }
                    }));
    return settled.future();
  }

  /** Joins what was read from the stream to what the room has got meanwhile. */
  private Future<Boolean> join(Room room, Arrival arrival, Position since, List<Event> read) {
    long reached = read.isEmpty() ? since.revision() : read.get(read.size() - 1).revision();
    var later = room.since(reached);
    if (later == null || !room.current().position().epoch().equals(since.epoch())) {
      return restart(room, arrival);
    }
    var all = new ArrayList<>(read);
    all.addAll(later);
    return resume(room, arrival, since, all);
  }

  /**
   * The gap cannot be filled: the stream begins where the article is, and the client is told so.
   */
  private Future<Boolean> restart(Room room, Arrival arrival) {
    Article now = room.current();
    meters.resets.increment();
    var welcomed = welcome(room, arrival, now.position(), List.of());
    var reset = Frame.of(Messages.reset(now.ref(), now.position()));
    arrival.follower().send(room.article, now.position(), reset);
    return welcomed;
  }

  private Future<Boolean> resume(Room room, Arrival arrival, Position since, List<Event> missed) {
    if (isTooMuch(missed)) {
      return restart(room, arrival);
    }
    meters.replayed.record(missed.size());
    return welcome(room, arrival, since, missed);
  }

  /** All of it waits in memory for a follower that takes nothing in. */
  private static boolean isTooMuch(List<Event> missed) {
    long bytes = 0;
    for (var event : missed) {
      bytes += ByteBufUtil.utf8Bytes(event.json());
    }
    return bytes > Streams.LARGEST_REPLAY;
  }

  private static Future<Boolean> welcome(
      Room room, Arrival arrival, Position position, List<Event> missed) {
    room.arriving.remove(arrival);
    if (arrival.isFor(room.article)) {
      var now = room.current();
      var follower = arrival.follower();
      room.members.add(follower);
      follower.names.put(now.ref().key(), room.article);
      var greeting = arrival.greeting(now.with(room.views), position, room.reading());
      var parts = Part.of(greeting, position, missed);
      follower.send(room.article, parts.get(0).at, parts.get(0).frame());
      // What is in between is no more than was asked for, and bounded, however much of it waits.
      parts.stream().skip(1).forEach(part -> follower.sendOn(room.article, part.at, part.frame()));
    }
    return Future.succeededFuture(true);
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
}
