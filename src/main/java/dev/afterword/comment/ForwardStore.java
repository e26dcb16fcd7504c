package dev.afterword.comment;

import dev.afterword.article.AliasStore;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Knows where comments are now that were put into another article ({@link TransferStore}): under
 * the id that a comment had stands the one that it got, and by which entry of the journal. Nobody
 * asks who finds a comment where its id says. Confined to one event loop.
 */
final class ForwardStore {
  /** How long a comment is on its way, in milliseconds, and how often that is waited for. */
  private static final long PAUSE_MS = 20;

  private static final int MOST_PAUSES = 50;

  private final Vertx vertx;
  private final RedisLink link;

  ForwardStore(Vertx vertx, RedisLink link) {
    this.vertx = vertx;
    this.link = link;
  }

  /**
   * The id that a comment has now; empty when it was never moved. Waits for one that is on its way,
   * and fails as a busy store does when it does not come.
   */
  Future<Optional<CommentId>> of(Site site, CommentId id) {
    return all(site, List.of(id.value()))
        .map(found -> Optional.ofNullable(found.get(id.value())).map(CommentId::new));
  }

  /** The same of several, by the ids that they had; those that were never moved are left out. */
  Future<Map<String, String>> all(Site site, Collection<String> ids) {
    var now = new HashMap<String, String>();
    ids.forEach(id -> now.put(id, id));
    return follow(site, now, List.copyOf(ids), AliasStore.MOST_STEPS, MOST_PAUSES)
        .map(
            followed -> {
              now.entrySet().removeIf(each -> each.getKey().equals(each.getValue()));
              return now;
            });
  }

  private Future<Void> follow(
      Site site, Map<String, String> now, List<String> ids, int steps, int pauses) {
    if (ids.isEmpty() || steps == 0) {
      return Future.succeededFuture();
    }
    var asked = new ArrayList<Request>();
    for (var id : ids) {
      var at = Objects.requireNonNull(now.get(id));
      asked.add(Request.cmd(Command.GET).arg(key(new CommentId(at).place(site), at)));
    }
    return link.sendAll(asked)
        .compose(
            replies -> {
              var further = new ArrayList<String>();
              for (int i = 0; i < ids.size(); i++) {
                var reply = replies.get(i);
                if (aside(reply) != null) {
                  return pause(pauses).compose(passed -> follow(site, now, ids, steps, pauses - 1));
                }
                if (reply != null) {
                  now.put(ids.get(i), reply.toString().split(" ", 2)[0]);
                  further.add(ids.get(i));
                }
              }
              return follow(site, now, further, steps - 1, pauses);
            });
  }

  private Future<?> pause(int pauses) {
    return pauses > 0
        ? vertx.timer(PAUSE_MS)
        : Future.failedFuture(new StoreException(StoreException.Kind.BUSY, "comments are moved"));
  }

  /** The comment that is kept aside while it is moved; {@code null} when there is none. */
  static @Nullable String aside(@Nullable Response kept) {
    var text = kept == null ? "" : kept.toString();
    return text.startsWith("+") || text.startsWith("-") ? text.substring(1) : null;
  }

  /** What stands under the id that a comment had. */
  static String forward(String id, String entry) {
    return id + ' ' + entry;
  }

  /** Where a comment went, or waits until it is there. */
  static String key(ArticleRef article, String id) {
    return article.tag() + ":to:" + id;
  }
}
