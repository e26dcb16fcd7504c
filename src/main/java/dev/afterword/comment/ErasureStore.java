package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.Comment.Written;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.comment.StateStore.Turn;
import dev.afterword.http.CleanText;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.Script.Call;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Erases an author from the threads of a site, a bucket after the other, a hundred comments at a
 * time. A comment is first deleted as its author could, so that open pages and replays are told;
 * then one script empties it and takes it off the author's list. So the lists always say what is
 * still to be done, and whatever was broken off goes on when it is asked for again.
 *
 * <p>Confined to one event loop.
 */
public final class ErasureStore {
  private static final Script ERASE = Script.of(ErasureStore.class, "thread.lua", "erase.lua");
  private static final Script WITHDRAW =
      Script.of(ErasureStore.class, "thread.lua", "withdraw.lua");
  private static final int PART = 100;

  private final RedisLink link;
  private final CommentStore comments;
  private final StateStore states;
  private final MarkStore marks;
  private final QueueStore queues;

  ErasureStore(RedisLink link, CommentStore comments, StateStore states) {
    this.link = link;
    this.comments = comments;
    this.states = states;
    this.marks = new MarkStore(link);
    this.queues = new QueueStore(link);
  }

  /** On the current event loop, over a link of its own. */
  public static ErasureStore over(RedisLink link) {
    var comments = new CommentStore(link);
    return new ErasureStore(link, comments, new StateStore(link, comments));
  }

  /** Erases what an author wrote, and takes back what they left with others. */
  public Future<Void> erase(Site site, String author) {
    return bucket(site, author, 0)
        .compose(erased -> queues.countWritten(site, author))
        // Some may have been moved meanwhile to where it had been already.
        .compose(left -> left == 0 ? Future.succeededFuture() : erase(site, author));
  }

  private Future<Void> bucket(Site site, String author, int bucket) {
    return bucket == site.buckets()
        ? Future.succeededFuture()
        : written(site, author, bucket)
            .compose(erased -> left(site, author, bucket))
            .compose(taken -> bucket(site, author, bucket + 1));
  }

  /** Until the list of what the author wrote is empty. */
  private Future<Void> written(Site site, String author, int bucket) {
    var list = CommentKeys.written(site.name(), bucket, author);
    return link.send(Request.cmd(Command.ZRANGE).arg(list).arg(0).arg(PART - 1))
        .compose(
            reply -> {
              var places = new LinkedHashMap<String, ArticleRef>();
              for (var id : texts(reply)) {
                var article = id.substring(0, ArticleRef.ID_LENGTH);
                places.put(id, ArticleRef.numbered(site.name(), bucket, article));
              }
              return places.isEmpty()
                  ? Future.succeededFuture()
                  : part(author, places).compose(done -> written(site, author, bucket));
            });
  }

  private Future<Void> part(String author, Map<String, ArticleRef> places) {
    return comments
        .each(places)
        .compose(
            found -> {
              var turns = new ArrayList<Turn>();
              found.forEach(
                  (id, comment) ->
                      turns.add(
                          new Turn(
                              Objects.requireNonNull(places.get(id)),
                              comment,
                              State.DELETED,
                              EnumSet.allOf(State.class),
                              Decision.OF_AUTHOR)));
              return states.turn(turns).map(found);
            })
        .compose(
            found -> {
              var calls = new ArrayList<Call>();
              places.forEach((id, place) -> calls.add(call(author, place, id, found.get(id))));
              return ERASE.runAll(link, calls);
            })
        .map(
            replies -> {
              // Somebody decided meanwhile; with every one of them it would go on for ever.
              if (replies.stream().allMatch(it -> it.toString().equals("again"))) {
                throw new StoreException(StoreException.Kind.BUSY, "comments came back");
              }
              return null;
            });
  }

  private static Call call(String author, ArticleRef article, String id, @Nullable Comment of) {
    var known = new CommentId(id);
    return new Call(
        List.of(
            article.at("z"),
            CommentKeys.comment(article, id),
            CommentKeys.revisions(article, id),
            History.key(article, id),
            QueueStore.reports(article, id),
            CommentKeys.participants(article),
            MarkStore.marks(article, author),
            CommentKeys.written(article.site(), article.bucket(), author),
            ForwardStore.key(article, id)),
        List.of(
            id,
            known.member(),
            of == null ? "" : CleanText.folded(of.body().name()),
            MarkStore.own(known),
            Written.NOTHING.pack()));
  }

  /** Until the list of what the author left beside comments is empty. */
  private Future<Void> left(Site site, String author, int bucket) {
    var list = MarkStore.left(site.name(), bucket, author);
    return link.send(Request.cmd(Command.SRANDMEMBER).arg(list).arg(PART))
        .compose(
            reply -> {
              Future<Void> taking = Future.succeededFuture();
              var all = texts(reply);
              for (var id : all) {
                var article =
                    ArticleRef.numbered(site.name(), bucket, id.substring(0, ArticleRef.ID_LENGTH));
                taking =
                    taking.compose(
                        before ->
                            id.length() == ArticleRef.ID_LENGTH
                                ? withdraw(site, article, author)
                                : unreport(article, id, author));
              }
              return all.isEmpty() ? taking : taking.compose(taken -> left(site, author, bucket));
            });
  }

  private Future<Void> withdraw(Site site, ArticleRef article, String author) {
    return marks
        .of(article, author)
        .compose(
            left -> {
              var ids = left.votes().keySet().stream().limit(PART).toList();
              return comments
                  .many(article, ids)
                  .compose(
                      found -> {
                        var call = call(site, article, author, ids, found);
                        return WITHDRAW.run(link, call.keys(), call.args());
                      });
            })
        .compose(
            reply ->
                reply.toString().equals("more")
                    ? withdraw(site, article, author)
                    : Future.succeededFuture());
  }

  /**
   * Votes on comments that are not there are taken back as well: while two threads become one, a
   * vote is at one of the two articles and its comment at the other.
   */
  private static Call call(
      Site site, ArticleRef article, String author, List<String> voted, List<Comment> found) {
    var ranks = new HashMap<String, String>();
    found.forEach(comment -> ranks.put(comment.id(), Sort.BEST.index(article, comment.parent())));
    var keys =
        new ArrayList<>(
            List.of(
                article.at("z"),
                article.at("a"),
                MarkStore.marks(article, author),
                MarkStore.readers(article),
                MarkStore.left(article.site(), article.bucket(), author)));
    var args =
        new ArrayList<Object>(List.of(author, article.id(), article.channel(), voted.size()));
    for (var id : voted) {
      keys.add(CommentKeys.comment(article, id));
      keys.add(ranks.getOrDefault(id, article.at("z")));
      args.add(new CommentId(id).member());
      args.add(id);
    }
    args.addAll(site.reactions());
    return new Call(keys, args);
  }

  /** That there was a report stays to be seen to; whose it was and what it said does not. */
  private Future<Void> unreport(ArticleRef article, String id, String author) {
    var list = MarkStore.left(article.site(), article.bucket(), author);
    return link.send(Request.cmd(Command.HDEL).arg(QueueStore.reports(article, id)).arg(author))
        .compose(gone -> link.send(Request.cmd(Command.SREM).arg(list).arg(id)))
        .mapEmpty();
  }

  private static List<String> texts(@Nullable Response reply) {
    var texts = new ArrayList<String>();
    if (reply != null) {
      reply.forEach(each -> texts.add(each.toString()));
    }
    return texts;
  }
}
