package dev.afterword.view;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.http.HttpHeaders;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Tells readers from browsers that load ahead and from robots. One for a process, asked by every
 * event loop, each answered on its own.
 *
 * <p>An agent that was met before is answered at once. An unseen one costs a millisecond, twelve
 * when it is made to hurt, and the first of all waits for {@link Robots} to be loaded; so a worker
 * looks at it, one for all who ask at the same time.
 */
final class Audience {
  /** Who opened a page. */
  enum Kind {
    READER,
    /** A browser that loads a page before anybody asked for it. */
    PREFETCH,
    BOT
  }

  /** The longest in the wild, of browsers inside apps, stay below. */
  static final int LONGEST_AGENT = 512;

  /** Keeps the wait below two seconds even when all of them are made to hurt. */
  static final int MOST_WAITING = 128;

  /** At 512 characters they take six megabytes, at the usual 150 two and a half. */
  private static final int MOST_KNOWN = 10_000;

  /** When the robots are loaded, if nobody has asked by then: a start has better things to do. */
  private static final long READY_MS = 2_000;

  private static final Future<Kind> READER = Future.succeededFuture(Kind.READER);
  private static final Future<Kind> PREFETCH = Future.succeededFuture(Kind.PREFETCH);
  private static final Future<Kind> BOT = Future.succeededFuture(Kind.BOT);

  /** The standard's, then what WebKit and older Chrome, Safari and Firefox send. */
  private static final CharSequence[] PURPOSES = {
    HttpHeaders.createOptimized("sec-purpose"),
    HttpHeaders.createOptimized("purpose"),
    HttpHeaders.createOptimized("x-purpose"),
    HttpHeaders.createOptimized("x-moz"),
  };

  /** A member of a structured-field list, whatever its parameters. */
  private static final Pattern AHEAD =
      Pattern.compile(
          "(?:^|,)[ \\t]*+(?:prefetch|prerender|preview)[ \\t]*+(?:[;,]|$)",
          Pattern.CASE_INSENSITIVE);

  private static final int LONGEST_PURPOSE = 256;

  private final Vertx vertx;
  private final WorkerExecutor worker;
  private final AtomicInteger waiting = new AtomicInteger();
  private final AsyncCache<String, Kind> known =
      Caffeine.newBuilder().maximumSize(MOST_KNOWN).buildAsync();

  /** Opens the worker, which ends with its Vert.x; one thread, so that a flood costs one core. */
  Audience(Vertx vertx) {
    this.vertx = vertx;
    this.worker = vertx.createSharedWorkerExecutor("afterword-audience", 1);
    vertx.setTimer(READY_MS, id -> of(""));
  }

  /** Who sends a request with these headers. */
  Future<Kind> of(MultiMap headers) {
    if (isAhead(headers)) {
      return PREFETCH;
    }
    var agent = headers.get(HttpHeaders.USER_AGENT);
    if (agent == null || agent.isBlank()) {
      return BOT;
    }
    return of(agent.length() > LONGEST_AGENT ? agent.substring(0, LONGEST_AGENT) : agent);
  }

  private static boolean isAhead(MultiMap headers) {
    for (var name : PURPOSES) {
      if (headers.contains(name) && headers.getAll(name).stream().anyMatch(Audience::isAhead)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAhead(String purpose) {
    return AHEAD.matcher(purpose).region(0, Math.min(purpose.length(), LONGEST_PURPOSE)).find();
  }

  private Future<Kind> of(String agent) {
    var asked = known.getIfPresent(agent);
    if (asked != null && asked.isDone() && !asked.isCompletedExceptionally()) {
      return asked.join() == Kind.BOT ? BOT : READER;
    }
    if (asked == null && waiting.get() >= MOST_WAITING) {
      // Who floods us with made-up agents could call them browsers as well, so nothing is gained by
      // it; but refusing or waiting would lose readers. Not remembered: the next time may tell.
      return READER;
    }
    return Future.fromCompletionStage(
        known.get(agent, (key, executor) -> judge(key)), vertx.getOrCreateContext());
  }

  private CompletableFuture<Kind> judge(String agent) {
    waiting.incrementAndGet();
    return worker
        .executeBlocking(() -> Robots.isRobot(agent) ? Kind.BOT : Kind.READER, false)
        .onComplete(done -> waiting.decrementAndGet())
        .toCompletionStage()
        .toCompletableFuture();
  }
}
