package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.Article.State;
import dev.afterword.article.ArticleKey;
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
import dev.afterword.identity.Site;
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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps comments in Redis: one packed string each, and indexes by sequence and by rank of the roots
 * of an article and of the replies of each comment. Confined to one event loop.
 */
final class CommentStore {
  private static final String EPOCH = "/dev/afterword/article/epoch.lua";
  private static final String TALLY = "/dev/afterword/article/tally.lua";
  private static final Script POST =
      Script.of(CommentStore.class, EPOCH, TALLY, "thread.lua", "post.lua");
  private static final Script PREPARE = Script.of(CommentStore.class, "prepare.lua");
  private static final Script CONFIRM = Script.of(CommentStore.class, "confirm.lua");
  private static final Script EDIT = Script.of(CommentStore.class, "edit.lua");

  /** How many earlier texts of a comment are kept. */
  private static final int MOST_REVISIONS = 50;

  private static final long RETRY_PAUSE_MS = 150;

  private final Vertx vertx;
  private final RedisLink link;
  private final DurableLink durable;
  private final StoreClock clock;
  private final SecureRandom random = new SecureRandom();

  CommentStore(Vertx vertx, RedisLink link, DurableLink durable, StoreClock clock) {
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

  /** For each name that somebody in the thread has, a comment of theirs. */
  Future<Map<String, String>> people(ArticleRef article, Set<String> names) {
    if (names.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    var request = Request.cmd(Command.HMGET).arg(CommentKeys.participants(article));
    names.forEach(request::arg);
    return link.send(request)
        .map(
            reply -> {
              var people = new HashMap<String, String>();
              int i = 0;
              for (var name : names) {
                var member = reply == null ? null : reply.get(i++);
                if (member != null) {
                  people.put(name, article.id() + member);
                }
              }
              return people;
            });
  }

  /** What became of an edit. */
  enum Edited {
    DONE,
    UNKNOWN,
    TOO_LATE,
    /** Somebody else changed it since. */
    CHANGED,
    /** It is in another state than it was looked at for. */
    AGAIN,
    READ_ONLY,
    CLOSED
  }

  /**
   * By whose right a comment is given another text.
   *
   * @param windowMs how long after its creation that is possible; {@code null} for ever
   * @param verdict the entry of the journal by which staff do it, or empty
   * @param undoes the entry by which it has to have come to say what it says, or empty for any
   * @param state that it has to be in; {@code null} for any
   */
  record Right(
      @Nullable Long windowMs, String verdict, String undoes, Comment.@Nullable State state) {}

  /** Gives a comment another text; the one before is kept. */
  Future<Edited> edit(ArticleRef article, CommentId id, Written body, Right right) {
    return edit(article, id, body.pack(), right);
  }

  /** Whether a comment might have another text now: {@link Edited#DONE} if so. */
  Future<Edited> mayEdit(ArticleRef article, CommentId id, Right right) {
    return edit(article, id, "", right);
  }

  private Future<Edited> edit(ArticleRef article, CommentId id, String packed, Right right) {
    var windowMs = right.windowMs;
    var keys =
        List.of(
            article.at("a"),
            CommentKeys.comment(article, id.value()),
            CommentKeys.revisions(article, id.value()),
            Streams.key(article));
    var args =
        List.of(
            packed,
            windowMs == null ? "" : windowMs.toString(),
            article.id(),
            id.member(),
            article.channel(),
            Streams.LONGEST,
            MOST_REVISIONS,
            right.verdict,
            right.undoes,
            right.state == null ? "" : right.state.letter());
    return EDIT.run(link, keys, args)
        .map(
            reply ->
                switch (reply.get(0).toString()) {
                  case "edited" -> Edited.DONE;
                  case "unknown" -> Edited.UNKNOWN;
                  case "too-late" -> Edited.TOO_LATE;
                  case "changed" -> Edited.CHANGED;
                  case "again" -> Edited.AGAIN;
                  case "read-only" -> Edited.READ_ONLY;
                  case "closed" -> Edited.CLOSED;
                  default -> throw new StoreException(StoreException.Kind.BROKEN, reply.toString());
                });
  }

  /** What a comment said before its edits, the oldest first. */
  Future<List<Revision>> revisions(ArticleRef article, String id) {
    var request =
        Request.cmd(Command.LRANGE).arg(CommentKeys.revisions(article, id)).arg(0).arg(-1);
    return link.send(request)
        .map(
            reply -> {
              var revisions = new ArrayList<Revision>();
              if (reply != null) {
                reply.forEach(each -> revisions.add(Revision.unpack(each.toString())));
              }
              return revisions;
            });
  }

  /**
   * What a comment said at first, of what is kept of it; empty when it was never changed, or when
   * that is forgotten.
   */
  Future<Optional<Revision>> first(ArticleRef article, CommentId id) {
    return link.send(
            Request.cmd(Command.LINDEX).arg(CommentKeys.revisions(article, id.value())).arg(0))
        .map(reply -> Optional.ofNullable(reply).map(each -> Revision.unpack(each.toString())));
  }

  /** One comment, whatever its state; empty when it is not there. */
  Future<Optional<Comment>> one(ArticleRef article, CommentId id) {
    return many(article, List.of(id.value())).map(found -> found.stream().findFirst());
  }

  /** Comments by id, in order; those that are not there are left out. */
  Future<List<Comment>> many(ArticleRef article, List<String> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    var request = Request.cmd(Command.MGET);
    ids.forEach(id -> request.arg(CommentKeys.comment(article, id)));
    return link.send(request)
        .map(
            reply -> {
              var comments = new ArrayList<Comment>();
              for (int i = 0; reply != null && i < ids.size(); i++) {
                if (reply.get(i) != null) {
                  comments.add(Comment.unpack(ids.get(i), reply.get(i).toString()));
                }
              }
              return comments;
            });
  }

  /** Comments of several articles by id, in one go; those that are not there are left out. */
  Future<Map<String, Comment>> each(Map<String, ArticleRef> wanted) {
    var ids = List.copyOf(wanted.keySet());
    var requests = new ArrayList<Request>();
    wanted.forEach(
        (id, article) ->
            requests.add(Request.cmd(Command.GET).arg(CommentKeys.comment(article, id))));
    return Future.all(link.sendEach(requests))
        .map(
            all -> {
              var found = new LinkedHashMap<String, Comment>();
              for (int i = 0; i < ids.size(); i++) {
                Response packed = all.resultAt(i);
                if (packed != null) {
                  found.put(ids.get(i), Comment.unpack(ids.get(i), packed.toString()));
                }
              }
              return found;
            });
  }

  /**
   * Of some comments of one author on an article those that were written last, the latest first;
   * all of them as they are when they are no more than that.
   */
  Future<List<String>> latest(ArticleRef article, String author, List<String> ids, int most) {
    if (ids.size() <= most) {
      return Future.succeededFuture(ids);
    }
    var request = Request.cmd(Command.ZMSCORE);
    request.arg(CommentKeys.written(article.site(), article.bucket(), author));
    ids.forEach(request::arg);
    return link.send(request)
        .map(
            reply -> {
              var created = new HashMap<String, Double>();
              for (int i = 0; i < ids.size(); i++) {
                var score = reply == null ? null : reply.get(i);
                created.put(ids.get(i), score == null ? 0.0 : score.toDouble());
              }
              return ids.stream()
                  .sorted(Comparator.<String, Double>comparing(created::get).reversed())
                  .limit(most)
                  .toList();
            });
  }

  /** What was decided about comments of several articles, in one go. */
  Future<Map<String, History>> histories(Map<String, ArticleRef> wanted) {
    var ids = List.copyOf(wanted.keySet());
    var requests = new ArrayList<Request>();
    wanted.forEach(
        (id, article) -> {
          var request = Request.cmd(Command.HMGET).arg(History.key(article, id));
          History.FIELDS.forEach(request::arg);
          requests.add(request);
        });
    return Future.all(link.sendEach(requests))
        .map(
            all -> {
              var found = new HashMap<String, History>();
              for (int i = 0; i < ids.size(); i++) {
                Response fields = all.resultAt(i);
                var texts = new ArrayList<@Nullable String>();
                fields.forEach(field -> texts.add(field == null ? null : field.toString()));
                found.put(ids.get(i), History.of(texts));
              }
              return found;
            });
  }

  /** Articles of which only the numbers are known, with their keys, in one go. */
  Future<List<ArticleRef>> named(Set<ArticleRef> numbered) {
    var asked = List.copyOf(numbered);
    var requests = new ArrayList<Request>();
    asked.forEach(ref -> requests.add(Request.cmd(Command.HGET).arg(ref.at("a")).arg("k")));
    return Future.all(link.sendEach(requests))
        .map(
            all -> {
              var named = new ArrayList<ArticleRef>();
              for (int i = 0; i < asked.size(); i++) {
                Response key = all.resultAt(i);
                var ref = asked.get(i);
                if (key != null && !key.toString().isEmpty()) {
                  named.add(ref.called(new ArticleKey(key.toString())));
                }
              }
              return named;
            });
  }

  /** The article that a comment's id points to; empty when nothing was ever kept there. */
  Future<Optional<ArticleRef>> articleOf(Site site, CommentId id) {
    int bucket = ArticleRef.bucketOf(id.article(), site.buckets());
    var key = ArticleRef.tag(site.name(), bucket) + ":a:" + ArticleRef.id(id.article());
    return link.send(Request.cmd(Command.HGET).arg(key).arg("k"))
        .map(
            found ->
                found == null || found.toString().isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        new ArticleRef(
                            site.name(), new ArticleKey(found.toString()), id.article(), bucket)));
  }
}
