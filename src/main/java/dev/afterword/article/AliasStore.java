package dev.afterword.article;

import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Knows which articles their other keys mean. Every key has a place of its own, that of the number
 * it makes; an article that was moved stays where it is, and at the place of a key that it was
 * given later stands where it lives. So nobody has to be told of a move: whoever comes by a key
 * that is not the article's own any more is refused there ({@link ArticleMovedException}), follows,
 * and remembers the way for a moment.
 *
 * <p>Confined to one event loop.
 */
public final class AliasStore {
  /** How long a way is remembered before it is looked at again, in milliseconds. */
  private static final long REMEMBERED_MS = 1_000;

  /**
   * After so long no process remembers any more where a key led, in milliseconds; clocks of two
   * machines do not tick alike.
   */
  public static final long FORGOTTEN_MS = REMEMBERED_MS + 100;

  /** So often an article can have given way to one that gave way itself. */
  public static final int MOST_STEPS = 32;

  /** Beyond this many ways all are forgotten. */
  private static final int MOST = 10_000;

  private final RedisLink link;
  private final Map<ArticleRef, Way> ways = new HashMap<>();

  /** From the place of a key to the article that it means. */
  private record Way(ArticleRef article, long until) {}

  /** Over the link of the current event loop. */
  public AliasStore(RedisLink link) {
    this.link = link;
  }

  /**
   * The article that a key is known to mean, else what it makes at first sight.
   *
   * @param own as {@link ArticleRef#of} has it
   */
  public ArticleRef of(ArticleRef own) {
    if (ways.isEmpty()) {
      return own;
    }
    var way = ways.get(own);
    if (way != null && way.until - System.nanoTime() <= 0) {
      ways.remove(own);
      return own;
    }
    return way == null ? own : way.article;
  }

  /**
   * Finds out what keys mean that led astray.
   *
   * @param asked as {@link ArticleMovedException#asked} has them
   * @return false when one of the keys can mean none: another article has its number
   */
  public Future<Boolean> follow(List<ArticleRef> asked) {
    return Future.all(asked.stream().map(this::follow).toList())
        .map(found -> !found.list().contains(false));
  }

  private Future<Boolean> follow(ArticleRef asked) {
    long now = System.nanoTime();
    ways.values().removeIf(way -> way.until - now <= 0 || way.article.isSameAs(asked));
    if (!asked.isOwn()) {
      return Future.succeededFuture(true);
    }
    ways.remove(asked);
    // It is as old as the first look at it.
    long until = now + TimeUnit.MILLISECONDS.toNanos(REMEMBERED_MS);
    return fields(asked).compose(fields -> follow(asked, fields, until));
  }

  private Future<Boolean> follow(ArticleRef asked, Response fields, long until) {
    var place = place(asked.site(), fields);
    if (place != null) {
      return follow(asked, place, until, MOST_STEPS);
    }
    var key = text(fields.get(0));
    if (key == null || key.equals(asked.key().value())) {
      return Future.succeededFuture(true);
    }
    return Future.succeededFuture(
        asked.key().value().equals(text(fields.get(2))) && remember(asked, asked, key, until));
  }

  /** An article that gave way to another leads on to it, with all the keys that it had. */
  private Future<Boolean> follow(ArticleRef asked, ArticleRef place, long until, int steps) {
    return fields(place)
        .compose(
            there -> {
              var next = place(asked.site(), there);
              return next == null || steps == 0
                  ? Future.succeededFuture(remember(asked, place, text(there.get(0)), until))
                  : follow(asked, next, until, steps - 1);
            });
  }

  private boolean remember(ArticleRef asked, ArticleRef place, @Nullable String key, long until) {
    if (key == null || key.isEmpty()) {
      return false;
    }
    if (ways.size() >= MOST) {
      ways.clear();
    }
    ways.put(asked, new Way(place.called(new ArticleKey(key)), until));
    return true;
  }

  private Future<Response> fields(ArticleRef ref) {
    return link.send(Request.cmd(Command.HMGET).arg(ref.at("a")).arg("k").arg("z").arg("f"))
        .map(
            fields -> {
              if (fields == null) {
                throw new IllegalStateException("the protocol has no null for HMGET");
              }
              return fields;
            });
  }

  private static @Nullable ArticleRef place(String site, Response fields) {
    var place = text(fields.get(1));
    return place == null ? null : place(site, place);
  }

  /** Reads where an article lives from what stands at the place of another key of it. */
  public static ArticleRef place(String site, String words) {
    int space = words.indexOf(' ');
    return ArticleRef.numbered(
        site, Integer.parseInt(words, space + 1, words.length(), 10), words.substring(0, space));
  }

  private static @Nullable String text(@Nullable Response field) {
    return field == null ? null : field.toString();
  }
}
