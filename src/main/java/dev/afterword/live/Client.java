package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.live.Speakers.Speaker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the client on a WebSocket says, and who it is. */
final class Client {
  private static final int MOST_ARTICLES = 50;

  /** What one client may say, in GCRA terms: so many messages at once, then one each so often. */
  private static final int MESSAGES = 100;

  private static final long MESSAGE_NANOS = 500_000_000;

  /** How often it is asked whether a token is still valid, in milliseconds. */
  static final long RECHECK_MS = 10_000;

  private final Vertx vertx;
  private final Hub hub;
  private final Socket socket;
  private final Function<String, ArticleRef> articles;
  private final Speakers speakers;
  private final boolean limited;

  /** By when it would have said what it has said, one message each so often. */
  private long paced = System.nanoTime();

  private @Nullable String token;

  /** Whether it was told whom it is taken for. */
  private boolean known;

  /** How often it has said who it is. */
  private int introduced;

  /**
   * @param articles what a key makes at first sight; throws a {@link Problem}
   * @param speakers who may say something
   * @param limited false to let it say as much as it likes
   */
  Client(
      Vertx vertx,
      Hub hub,
      Socket socket,
      Function<String, ArticleRef> articles,
      Speakers speakers,
      boolean limited) {
    this.vertx = vertx;
    this.hub = hub;
    this.socket = socket;
    this.articles = articles;
    this.speakers = speakers;
    this.limited = limited;
  }

  /** Begins to listen. */
  void listen(ServerWebSocket webSocket) {
    webSocket.textMessageHandler(this::hear);
    webSocket.binaryMessageHandler(
        bytes -> socket.close(Follower.BAD_MESSAGE, "messages are text"));
  }

  /**
   * Does what the address says.
   *
   * @param since where the client was, in the order of the articles, empty for a new one
   */
  void greet(List<String> named, List<String> since, @Nullable String bearer) {
    if (bearer != null) {
      authenticate(bearer);
    }
    for (int i = 0; i < named.size(); i++) {
      var from = i < since.size() && !since.get(i).isEmpty() ? since.get(i) : null;
      subscribe(named.get(i), from);
    }
    if (named.isEmpty() && !since.isEmpty()) {
      socket.close(Follower.BAD_MESSAGE, "since without an article");
    }
  }

  private void hear(String text) {
    if (limited && isHasty()) {
      socket.close(Follower.TOO_MANY, "too many messages");
      return;
    }
    try {
      var message = new JsonObject(text);
      if (message.getValue("type") instanceof String type) {
        obey(type, message);
      } else {
        socket.close(Follower.BAD_MESSAGE, "a message has a type");
      }
    } catch (DecodeException | ClassCastException e) {
      socket.close(Follower.BAD_MESSAGE, "not a message");
    }
  }

  private boolean isHasty() {
    long now = System.nanoTime();
    paced = MESSAGE_NANOS + (paced - now > 0 ? paced : now);
    return paced - now > MESSAGES * MESSAGE_NANOS;
  }

  /** What a later version may say is passed over. */
  private void obey(String type, JsonObject message) {
    switch (type) {
      case "subscribe" -> subscribe(text(message, "article"), message.getString("since"));
      case "unsubscribe" -> unsubscribe(text(message, "article"));
      case "typing" -> type(text(message, "article"));
      case "auth" -> authenticate(text(message, "token"));
      default -> {}
    }
  }

  /** Vert.x would make a text of anything. */
  private static @Nullable String text(JsonObject message, String name) {
    return message.getValue(name) instanceof String text ? text : null;
  }

  private void subscribe(@Nullable String key, @Nullable String since) {
    if (socket.articles.size() >= MOST_ARTICLES) {
      socket.close(Follower.TOO_MANY, "too many articles");
      return;
    }
    var article = find(key);
    if (article != null && key != null) {
      hub.subscribe(socket, article, key, since);
    }
  }

  private void unsubscribe(@Nullable String key) {
    var article = find(key);
    if (article != null) {
      hub.unsubscribe(socket, socket.followed(article));
    }
  }

  private void type(@Nullable String key) {
    var named = find(key);
    if (named == null) {
      return;
    }
    var article = socket.followed(named);
    if (!socket.articles.contains(article)) {
      socket.close(Follower.BAD_MESSAGE, "not an article that is watched here");
    } else if (token == null) {
      socket.close(Follower.NOT_ALLOWED, "typing takes a token");
    } else {
      identify(token)
          .onSuccess(
              speaker -> {
                if (speaker.heard()) {
                  hub.typing(article, speaker.author());
                }
              });
    }
  }

  private @Nullable ArticleRef find(@Nullable String key) {
    try {
      if (key != null) {
        return articles.apply(key);
      }
    } catch (Problem problem) {
      // Told to the client below, like a missing key.
    }
    socket.close(Follower.BAD_MESSAGE, "not an article");
    return null;
  }

  /** Takes a token, in the place of an earlier one. */
  private void authenticate(@Nullable String given) {
    if (given == null) {
      socket.close(Follower.BAD_MESSAGE, "a token is missing");
      return;
    }
    if (token == null) {
      vertx.setPeriodic(RECHECK_MS, this::identifyAgain);
    }
    token = given;
    known = false;
    introduced++;
    var unused = identify(given);
  }

  private void identifyAgain(long timer) {
    if (token == null || !socket.isOpen()) {
      vertx.cancelTimer(timer);
    } else {
      var unused = identify(token);
    }
  }

  /** Whether a token is nobody's any more; that it could not be looked at says nothing of it. */
  static boolean isVoid(Throwable failure) {
    return failure instanceof Problem problem
        && (problem.type() == ProblemType.TOKEN_INVALID
            || problem.type() == ProblemType.SITE_UNKNOWN);
  }

  /** Asks whose a token is; while nobody can tell that stays open until it is asked again. */
  private Future<Speaker> identify(String asked) {
    return speakers
        .of(asked)
        .onComplete(
            (speaker, failure) -> {
              if (!asked.equals(token)) {
                return;
              }
              if (failure != null && isVoid(failure)) {
                socket.close(Follower.TOKEN_INVALID, "the token is not valid");
              } else if (failure instanceof Problem problem
                  && problem.type() == ProblemType.BANNED) {
                ban();
              } else if (speaker != null && !known) {
                known = true;
                socket.offer(Messages.auth(speaker.author()));
                int introduction = introduced;
                speakers.watch(
                    speaker.author().getString("id"),
                    () -> socket.isOpen() && introduction == introduced,
                    this::ban);
              }
            });
  }

  private void ban() {
    socket.close(Follower.NOT_ALLOWED, "banned");
  }
}
