package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what each reader left on an article: votes and reactions, one record for each reader and
 * article, so that there is one vote for each identity by construction. Comments of the reader's
 * own that others do not see are noted there too. Confined to one event loop.
 */
final class MarkStore {
  private static final Script VOTE = Script.of(MarkStore.class, "thread.lua", "vote.lua");
  private static final Script REACT = Script.of(MarkStore.class, "react.lua");
  private static final char REACTION = '+';
  private static final char OWN = '=';

  private final RedisLink link;

  MarkStore(RedisLink link) {
    this.link = link;
  }

  /** What came of a vote or a reaction. */
  sealed interface Marked<T> {
    /** It is kept. */
    record Done<T>(T now) implements Marked<T> {}

    /** It is not. */
    record Not<T>(Why why) implements Marked<T> {}
  }

  /** Why nothing was kept. */
  enum Why {
    UNKNOWN,
    READ_ONLY,
    CLOSED
  }

  /** A comment's votes. */
  record Votes(int up, int down) {}

  /**
   * Reactions to an article.
   *
   * @param counts of all readers, as a JSON object
   * @param mine the reader's own
   */
  record Reactions(String counts, List<String> mine) {}

  /**
   * What one reader left on an article.
   *
   * @param votes by comment id: 1 or -1
   * @param reactions names
   * @param own ids of comments of theirs that others do not see
   */
  record Marks(Map<String, Integer> votes, List<String> reactions, List<String> own) {}

  /**
   * Sets a reader's vote, whatever it was before.
   *
   * @param value -1, 0 or 1
   */
  Future<Marked<Votes>> vote(ArticleRef article, Comment comment, String reader, int value) {
    var id = new CommentId(comment.id());
    var keys =
        List.of(
            article.at("a"),
            CommentKeys.comment(article, comment.id()),
            marks(article, reader),
            readers(article),
            Sort.BEST.index(article, comment.parent()),
            left(article.site(), article.bucket(), reader));
    var args = List.of(value, reader, id.member(), article.id(), article.channel(), comment.id());
    return VOTE.run(link, keys, args)
        .map(
            reply ->
                reply.get(0).toString().equals("voted")
                    ? new Marked.Done<>(
                        new Votes(reply.get(1).toInteger(), reply.get(2).toInteger()))
                    : new Marked.Not<>(why(reply)));
  }

  /** What a reader's vote would come to, who is not to know that it is not kept. */
  Future<Votes> pretendVote(ArticleRef article, Comment comment, String reader, int value) {
    return of(article, reader)
        .map(
            marks -> {
              int before = marks.votes.getOrDefault(comment.id(), 0);
              return new Votes(
                  comment.up() + (value > 0 ? 1 : 0) - (before > 0 ? 1 : 0),
                  comment.down() + (value < 0 ? 1 : 0) - (before < 0 ? 1 : 0));
            });
  }

  /** What a reader's reaction would come to, who is not to know that it is not kept. */
  Future<Reactions> pretendReact(Article article, String reader, String name, boolean on) {
    return of(article.ref(), reader)
        .map(
            marks -> {
              var kept = article.reactions();
              var counts = kept == null ? new JsonObject() : new JsonObject(kept);
              var mine = new ArrayList<>(marks.reactions);
              int change = (on ? 1 : 0) - (mine.remove(name) ? 1 : 0);
              if (on) {
                mine.add(name);
              }
              counts.put(name, counts.getInteger(name, 0) + change);
              return new Reactions(counts.encode(), mine);
            });
  }

  /**
   * Sets or takes back a reader's reaction.
   *
   * @param all the site's reactions, {@code name} among them
   */
  Future<Marked<Reactions>> react(
      ArticleRef article, String reader, String name, boolean on, List<String> all) {
    var keys =
        List.of(
            article.at("a"),
            marks(article, reader),
            readers(article),
            left(article.site(), article.bucket(), reader));
    var args = new ArrayList<Object>();
    args.addAll(List.of(article.key().value(), article.id(), reader, name));
    args.addAll(List.of(on ? "on" : "off", article.channel()));
    args.addAll(all);
    return REACT
        .run(link, keys, args)
        .map(
            reply ->
                reply.get(0).toString().equals("reacted")
                    ? new Marked.Done<>(
                        new Reactions(
                            reply.get(1).toString(), marks(article, reply.get(2)).reactions()))
                    : notReacted(article, reply));
  }

  private static Marked<Reactions> notReacted(ArticleRef article, Response reply) {
    if (reply.get(0).toString().equals("moved")) {
      throw new ArticleMovedException(article);
    }
    return new Marked.Not<>(why(reply));
  }

  /** What a reader left on an article. */
  Future<Marks> of(ArticleRef article, String reader) {
    return link.send(Request.cmd(Command.HGETALL).arg(marks(article, reader)))
        .map(reply -> marks(article, reply));
  }

  /** What some readers left on an article, in order and in one go. */
  Future<List<Marks>> each(ArticleRef article, List<String> readers) {
    var asked =
        readers.stream()
            .map(reader -> Request.cmd(Command.HGETALL).arg(marks(article, reader)))
            .toList();
    return link.sendAll(asked)
        .map(replies -> replies.stream().map(reply -> marks(article, reply)).toList());
  }

  private static Marks marks(ArticleRef article, @Nullable Response reply) {
    var marks = new Marks(new LinkedHashMap<>(), new ArrayList<>(), new ArrayList<>());
    fields(reply)
        .forEach(
            (field, value) -> {
              var rest = field.substring(1);
              if (field.charAt(0) == REACTION) {
                marks.reactions.add(rest);
              } else if (field.charAt(0) == OWN) {
                marks.own.add(article.id() + rest);
              } else {
                marks.votes.put(article.id() + field, Integer.valueOf(value));
              }
            });
    return marks;
  }

  /** A map as the protocol has it now, or flat as it comes out of scripts. */
  private static Map<String, String> fields(@Nullable Response reply) {
    var fields = new TreeMap<String, String>();
    if (reply != null && reply.isMap()) {
      reply.getKeys().forEach(key -> fields.put(key, reply.get(key).toString()));
    } else if (reply != null) {
      for (int i = 0; i + 1 < reply.size(); i += 2) {
        fields.put(reply.get(i).toString(), reply.get(i + 1).toString());
      }
    }
    return fields;
  }

  private static Why why(Response reply) {
    return switch (reply.get(0).toString()) {
      case "unknown" -> Why.UNKNOWN;
      case "read-only" -> Why.READ_ONLY;
      case "closed" -> Why.CLOSED;
      default -> throw new StoreException(StoreException.Kind.BROKEN, reply.toString());
    };
  }

  /** What a reader left on an article. */
  static String marks(ArticleRef article, String reader) {
    return article.at("m") + ':' + reader;
  }

  /** Who left something on an article. */
  static String readers(ArticleRef article) {
    return article.at("ms");
  }

  /**
   * What a reader left in a bucket: the numbers of articles with marks of theirs, the ids of
   * comments that they reported.
   */
  static String left(String site, int bucket, String reader) {
    return ArticleRef.tag(site, bucket) + ":wm:" + reader;
  }

  /** The mark of a comment that only its author sees. */
  static String own(CommentId id) {
    return OWN + id.member();
  }
}
