package dev.afterword.live;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * One client that follows articles. What it cannot take in is bounded: a view count is dropped,
 * because a later one says more; at what is not told again, the client is let go, because it can
 * resume where it was, and knows then that votes may have changed.
 */
abstract class Follower {
  /** Going away: reconnect. */
  static final short GOING_AWAY = 4001;

  /** A message that is none of ours. */
  static final short BAD_MESSAGE = 4000;

  /** Too slow: reconnect. */
  static final short TOO_SLOW = 4008;

  /** A token that is not valid, or not any more. */
  static final short TOKEN_INVALID = 4401;

  /** What takes a token was asked without one, or by somebody who is banned. */
  static final short NOT_ALLOWED = 4403;

  /** Too many articles, connections or messages. */
  static final short TOO_MANY = 4429;

  /** In place of a position that says nothing of an article: it begins anew, and is told so. */
  static final String ASTRAY = "?";

  /** How much may wait to be written, in bytes. */
  static final int MOST_WAITING = 256 * 1024;

  /** How long a client that is told to go may take to hear it, in milliseconds. */
  private static final long LAST_WORD_MS = 5_000;

  /** The articles it follows, joined or about to be. */
  final Set<ArticleRef> articles = new HashSet<>();

  /** By which other keys it may speak of them. */
  final Map<ArticleKey, ArticleRef> names = new HashMap<>();

  /** From where it came to where it was led, step by step. */
  final Map<ArticleRef, ArticleRef> ways = new HashMap<>();

  /** What it follows and is not told of just now. */
  private final Set<Object> unheard = new HashSet<>();

  private final LiveMeters meters;
  private boolean closing;

  Follower(LiveMeters meters) {
    this.meters = meters;
  }

  /** What it follows when it names an article. */
  final ArticleRef followed(ArticleRef named) {
    var at = named;
    // Two of them may lead in a circle while one is not noticed to lead there no more.
    for (int steps = ways.size(); steps > 0 && !articles.contains(at); steps--) {
      at = ways.getOrDefault(at, at);
    }
    return articles.contains(at) ? at : names.getOrDefault(named.key(), named);
  }

  /** The article that it came for has been found elsewhere. */
  void led(ArticleRef from, ArticleRef to) {
    ways.put(from, to);
  }

  /** Forgets how it came to an article; answers from where. */
  final List<ArticleRef> forgetWays(ArticleRef to) {
    var all = new ArrayList<ArticleRef>();
    for (var from : List.copyOf(ways.keySet())) {
      if (ways.remove(from, to)) {
        all.add(from);
        all.addAll(forgetWays(from));
      }
    }
    return all;
  }

  /**
   * Tells it that something it follows cannot be heard of, or can again; once for all of that.
   *
   * @param what an article, or a site
   */
  final void degraded(Object what, boolean away) {
    boolean before = unheard.isEmpty();
    if (away ? unheard.add(what) : unheard.remove(what)) {
      if (before != unheard.isEmpty()) {
        send(before ? Messages.DEGRADED : Messages.RESTORED);
      }
    }
  }

  final boolean isOpen() {
    return !closing && !isGone();
  }

  /**
   * Sends something the client must not miss.
   *
   * @param at where the article is with it
   */
  final void send(ArticleRef article, Position at, Frame frame) {
    if (keepsUp()) {
      write(article, at, frame);
    }
  }

  /** Sends something without a number that the client must not miss. */
  final void send(Frame frame) {
    if (keepsUp()) {
      write(frame);
    }
  }

  private boolean keepsUp() {
    if (!isOpen()) {
      return false;
    }
    if (isFull()) {
      meters.slow.increment();
      close(TOO_SLOW, "too slow");
      return false;
    }
    meters.delivered.increment();
    return true;
  }

  /** Sends on what was begun with {@link #send}, however much waits. */
  final void sendOn(ArticleRef article, Position at, Frame frame) {
    if (isOpen()) {
      meters.delivered.increment();
      write(article, at, frame);
    }
  }

  /** Sends something that a later message makes up for. */
  final void offer(Frame frame) {
    if (!isOpen()) {
      return;
    }
    if (isFull()) {
      meters.dropped.increment();
    } else {
      meters.delivered.increment();
      write(frame);
    }
  }

  /** Keeps the connection from being taken for idle, here and in proxies. */
  final void ping() {
    if (isOpen() && !isFull()) {
      writePing();
    }
  }

  /** Lets the client go. */
  final void close(short code, String reason) {
    if (isOpen()) {
      closing = true;
      end(code, reason);
      // Vert.x ends a connection after its last write, which a stalled reader never takes in.
      Objects.requireNonNull(Vertx.currentContext()).owner().setTimer(LAST_WORD_MS, id -> cutOff());
    }
  }

  /** Ends the connection at once and without a word; the client can resume where it was. */
  final void cut() {
    closing = true;
    cutOff();
  }

  /** Whether the client has left. */
  abstract boolean isGone();

  /** Whether {@link #MOST_WAITING} bytes wait to be written. */
  abstract boolean isFull();

  abstract void write(ArticleRef article, Position at, Frame frame);

  abstract void write(Frame frame);

  abstract void writePing();

  abstract void end(short code, String reason);

  /** Ends the connection, whatever still waits to be written. */
  abstract void cutOff();
}
