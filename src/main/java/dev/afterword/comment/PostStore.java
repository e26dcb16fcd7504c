package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.Article.State;
import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.article.DayTally;
import dev.afterword.article.Hour;
import dev.afterword.article.Rankings;
import dev.afterword.article.Rankings.By;
import dev.afterword.comment.Comment.Written;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.comment.Posting.Reason;
import dev.afterword.http.CleanText;
import dev.afterword.live.Streams;
import dev.afterword.redis.DurableLink;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreClock;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps new comments in Redis, once for each idempotency key: one packed string each, and indexes
 * by sequence and by rank of the roots of an article and of the replies of each comment. Confined
 * to one event loop.
 */
final class PostStore {
  private static final String EPOCH = "/dev/afterword/article/epoch.lua";
  private static final String TALLY = "/dev/afterword/article/tally.lua";
  private static final Script POST =
      Script.of(PostStore.class, EPOCH, TALLY, "thread.lua", "post.lua");
  private static final Script PREPARE = Script.of(PostStore.class, "prepare.lua");
  private static final Script CONFIRM = Script.of(PostStore.class, "confirm.lua");

  private static final long RETRY_PAUSE_MS = 150;

  private final Vertx vertx;
  private final RedisLink link;
  private final DurableLink durable;
  private final StoreClock clock;
  private final SecureRandom random = new SecureRandom();

  PostStore(Vertx vertx, RedisLink link, DurableLink durable, StoreClock clock) {
    this.vertx = vertx;
    this.link = link;
    this.durable = durable;
    this.clock = clock;
  }

  /**
   * What a draft depends on.
   *
   * @param seen whether there is the article
   * @param state of the article
   * @param created when the article was first seen
   * @param record what its idempotency key has made already
   * @param parent what it replies to, when its author sees that
   */
  record Prepared(
      boolean seen,
      State state,
      @Nullable Instant created,
      Optional<KeyRecord> record,
      Optional<Comment> parent) {}

  /**
   * What an idempotency key has made.
   *
   * @param fingerprint of the body and the author it was used with
   */
  record KeyRecord(String fingerprint, CommentId comment) {}

  /**
   * A comment ready to be kept.
   *
   * @param held why it has to wait for a moderator, or empty
   * @param shadowed whether only its author sees it, unless it waits
   * @param moderation what holds where the article says nothing: {@code pre} or {@code post}; empty
   *     when it never waits for that
   * @param key a digest of the idempotency key
   * @param keepKeyMs how long the key is remembered, in milliseconds
   */
  record Ready(
      ArticleRef article,
      CommentId id,
      @Nullable Comment parent,
      Written body,
      String held,
      boolean shadowed,
      String moderation,
      String key,
      String fingerprint,
      long keepKeyMs) {
    /** The same with another id. */
    Ready renamed() {
      var other = CommentId.on(article);
      return new Ready(
          article, other, parent, body, held, shadowed, moderation, key, fingerprint, keepKeyMs);
    }
  }

  /** What the store made of it. */
  sealed interface Kept {
    /** A new comment, and the article right after. */
    record New(Comment comment, Article article) implements Kept {}

    /** The comment that the same key made before. */
    record Before(CommentId comment) implements Kept {}

    /** None. */
    record Not(Reason reason) implements Kept {}
  }

  /**
   * Reads what a draft depends on; fails with an {@link ArticleMovedException} when the article has
   * another key.
   *
   * @param author who would write it
   */
  Future<Prepared> prepare(
      ArticleRef article, String key, @Nullable CommentId parent, String author) {
    var record = CommentKeys.made(article, key);
    var parentKey = parent == null ? record : CommentKeys.comment(article, parent.value());
    return PREPARE
        .run(link, List.of(article.at("a"), record, parentKey), List.of())
        .map(reply -> prepared(article, parent, author, reply));
  }

  private static Prepared prepared(
      ArticleRef article, @Nullable CommentId parent, String author, Response reply) {
    var key = reply.get(3).toString();
    boolean elsewhere = !reply.get(5).toString().isEmpty();
    if (elsewhere || (!key.isEmpty() && !key.equals(article.key().value()))) {
      throw new ArticleMovedException(article);
    }
    return new Prepared(
        !key.isEmpty(),
        State.of(reply.get(0).toString()),
        moment(reply.get(4).toString()),
        keyRecord(reply.get(1).toString()),
        Optional.ofNullable(parent)
            .filter(id -> !reply.get(2).toString().isEmpty())
            .map(id -> Comment.unpack(id.value(), reply.get(2).toString()))
            .filter(each -> each.isVisible() || each.isInShadowOf(author)));
  }

  private static @Nullable Instant moment(String ms) {
    return ms.isEmpty() ? null : Instant.ofEpochMilli(Long.parseLong(ms));
  }

  /** What an idempotency key has made on an article; empty when it has made nothing there. */
  Future<Optional<KeyRecord>> record(ArticleRef article, String key) {
    return link.send(Request.cmd(Command.GET).arg(CommentKeys.made(article, key)))
        .map(reply -> keyRecord(reply == null ? "" : reply.toString()));
  }

  /** Notes with another article what a key has made, as is noted with the one on which it did. */
  Future<Void> remember(ArticleRef other, Ready ready, CommentId made) {
    return link.send(
            Request.cmd(Command.SET)
                .arg(CommentKeys.made(other, ready.key()))
                .arg(ready.fingerprint() + ' ' + made.value())
                .arg("PX")
                .arg(ready.keepKeyMs())
                .arg("NX"))
        .mapEmpty();
  }

  private static Optional<KeyRecord> keyRecord(String text) {
    int space = text.indexOf(' ');
    return space < 0
        ? Optional.empty()
        : Optional.of(
            new KeyRecord(text.substring(0, space), new CommentId(text.substring(space + 1))));
  }

  /**
   * Keeps a comment. When the outcome is unknown it is tried once more: the key makes that safe.
   */
  Future<Kept> post(Ready ready) {
    return tryPost(ready, Hour.at(clock.now()))
        .recover(
            failure ->
                failure instanceof StoreException store && store.kind() == StoreException.Kind.DOWN
                    ? vertx
                        .timer(RETRY_PAUSE_MS)
                        .compose(waited -> tryPost(ready, Hour.at(clock.now())))
                    : Future.failedFuture(failure));
  }

  private Future<Kept> tryPost(Ready ready, Hour hour) {
    var article = ready.article();
    var parent = ready.parent();
    var parentId = parent == null ? null : parent.id();
    var rankings = Rankings.keys(article.tag(), By.COMMENTS, hour);
    var keys =
        List.of(
            article.bucketKey(),
            article.at("a"),
            CommentKeys.comment(article, ready.id().value()),
            Sort.OLDEST.index(article, parentId),
            Sort.BEST.index(article, parentId),
            Streams.key(article),
            CommentKeys.made(article, ready.key()),
            parent == null ? article.at("a") : CommentKeys.comment(article, parent.id()),
            article.at("rd"),
            CommentKeys.participants(article),
            CommentKeys.latest(article.site(), article.bucket()),
            article.at("l"),
            CommentKeys.articles(article.site(), article.bucket()),
            rankings.get(0),
            rankings.get(1),
            CommentKeys.written(article.site(), article.bucket(), ready.body().author()),
            CommentKeys.all(article.site(), article.bucket()),
            Queue.PENDING.key(article.site(), article.bucket()),
            History.key(article, ready.id().value()),
            MarkStore.marks(article, ready.body().author()),
            DayTally.key(article.tag(), hour.day()),
            Queue.REJECTED.key(article.site(), article.bucket()));
    var root = parent == null ? ready.id() : new CommentId(parent.branch());
    var args =
        List.of(
            article.key().value(),
            article.id(),
            ready.id().value(),
            ready.id().member(),
            parent == null ? 0 : parent.depth() + 1,
            parent == null ? "-" : parent.id(),
            parent == null ? "-" : parent.branch(),
            root.member(),
            ready.body().pack(),
            article.channel(),
            ready.fingerprint(),
            ready.keepKeyMs(),
            Long.toString(random.nextLong() >>> 24, 32),
            Streams.LONGEST,
            CleanText.folded(ready.body().name()),
            CommentKeys.MOST_LATEST,
            hour.number(),
            Rankings.HOUR_KEPT_MS,
            Rankings.DAY_KEPT_MS,
            ready.held(),
            ready.moderation(),
            MarkStore.own(ready.id()),
            (ready.shadowed() ? Comment.State.SHADOWED : Comment.State.VISIBLE).letter());
    return durable
        .run(POST, keys, args)
        .compose(
            reply ->
                switch (reply.get(0).toString()) {
                  case "again" -> tryPost(ready, new Hour(reply.get(1).toLong()));
                  case "taken" -> tryPost(ready.renamed(), hour);
                  default -> Future.succeededFuture(kept(ready, reply));
                });
  }

  /**
   * Makes sure, where replicas are waited for, that they have what a key has made: before its
   * comment is told as kept another time.
   */
  Future<Void> confirm(ArticleRef article, String key) {
    if (!durable.waits()) {
      return Future.succeededFuture();
    }
    return durable
        .run(CONFIRM, List.of(CommentKeys.made(article, key)), List.of())
        .compose(
            reply ->
                reply.toString().equals("touched")
                    ? Future.succeededFuture()
                    : Future.failedFuture(
                        new StoreException(
                            StoreException.Kind.UNCONFIRMED, "the key was just forgotten")));
  }

  private static Kept kept(Ready ready, Response reply) {
    return switch (reply.get(0).toString()) {
      case "posted" ->
          new Kept.New(
              Comment.unpack(ready.id().value(), reply.get(1).toString()),
              ArticleStore.article(ready.article(), reply.get(2).toString(), reply.get(3)));
      case "replayed" -> new Kept.Before(new CommentId(reply.get(1).toString()));
      case "key-reused" -> new Kept.Not(Reason.KEY_REUSED);
      case "parent-unknown" -> new Kept.Not(Reason.PARENT_UNKNOWN);
      case "read-only" -> new Kept.Not(Reason.READ_ONLY);
      case "closed" -> new Kept.Not(Reason.CLOSED);
      case "moved" -> throw new ArticleMovedException(ready.article());
      default -> throw new StoreException(StoreException.Kind.BROKEN, reply.toString());
    };
  }
}
