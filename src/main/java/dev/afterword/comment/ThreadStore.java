package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads threads, level by level: a script may only touch keys that are named before it runs, and
 * the ids of replies are known only once their parents are read. Each level tells the article's
 * version; when one differs from the first, the page is of two moments and is read again. A thread
 * that never stands still is shown so all the same, under the position of the first moment: what
 * came later is in the events after that position, and whoever follows them is told of it again
 * rather than not at all.
 */
final class ThreadStore {
  /** The most comments in one answer; a branch beyond it begins with its cursor. */
  static final int MOST = 500;

  private static final String EPOCH = "/dev/afterword/article/epoch.lua";

  /** How far up the comments above another are told. */
  static final int MOST_ANCESTORS = 100;

  /** Scores of branches hold their size above the sequence of their root; see thread.lua. */
  private static final long PLACES = 1L << 30;

  private static final Script LIST = Script.of(ThreadStore.class, EPOCH, "list.lua");
  private static final Script LEVEL = Script.of(ThreadStore.class, EPOCH, "level.lua");

  /** How often a page of two moments is read again. */
  private static final int MOST_TRIES = 2;

  private final RedisLink link;

  ThreadStore(RedisLink link) {
    this.link = link;
  }

  /** A page of an article's roots. */
  Future<Page> roots(ArticleRef article, ListQuery query) {
    return page(article, query.sort().rootsOf(article), query, 0, MOST_TRIES);
  }

  /** A page of a comment's replies. */
  Future<Page> replies(ArticleRef article, Comment parent, ListQuery query) {
    var index = query.sort().repliesOf(article, parent.id());
    return page(article, index, query, parent.depth() + 1, MOST_TRIES);
  }

  /** One comment without its replies, whatever its state; empty when it is not there. */
  Future<Optional<Shown>> one(ArticleRef article, CommentId id) {
    return some(article, List.of(id.value())).map(found -> found.stream().findFirst());
  }

  /** Some comments without their replies, whatever their states; without those not there. */
  Future<List<Shown>> some(ArticleRef article, List<String> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    var nodes = ids.stream().map(id -> new Node(id, 0)).toList();
    return new Reading(article, Sort.OLDEST, 0, 0, false)
        .level(nodes, 0)
        .map(read -> shown(nodes, Sort.OLDEST));
  }

  /** What stands above a comment, the root first; of a very deep one the nearest. */
  Future<List<Shown>> ancestors(ArticleRef article, Comment comment) {
    return above(article, comment.parent(), List.of());
  }

  private Future<List<Shown>> above(ArticleRef article, @Nullable String id, List<Shown> found) {
    if (id == null || found.size() == MOST_ANCESTORS) {
      return Future.succeededFuture(found);
    }
    return one(article, new CommentId(id))
        .compose(
            next -> {
              if (next.isEmpty()) {
                return Future.succeededFuture(found);
              }
              var more = new ArrayList<Shown>();
              more.add(next.get());
              more.addAll(found);
              return above(article, next.get().comment().parent(), more);
            });
  }

  private Future<Page> page(
      ArticleRef article, String index, ListQuery query, int depth, int tries) {
    var after = query.after();
    var args =
        List.of(
            query.sort().direction(),
            after == null ? "" : Long.toString(after.score()),
            query.limit() + 1);
    return LIST.run(link, List.of(article.bucketKey(), article.at("a"), index), args)
        .compose(
            reply -> {
              var seen = ArticleStore.article(article, reply.get(0).toString(), reply.get(1));
              var roots = nodes(article, reply.get(3));
              boolean more = roots.size() > query.limit();
              var shown = more ? roots.subList(0, query.limit()) : roots;
              var reading =
                  new Reading(
                      article,
                      query.sort().below(),
                      query.replies(),
                      depth + query.depth(),
                      tries == 0);
              return reading
                  .descend(seen, shown, depth, MOST - shown.size())
                  .compose(
                      same -> {
                        if (same) {
                          return Future.succeededFuture(
                              new Page(
                                  seen,
                                  reply.get(2).toLong(),
                                  shown(shown, query.sort().below()),
                                  next(query.sort(), shown, more)));
                        }
                        return tries > 0
                            ? page(article, index, query, depth, tries - 1)
                            : Future.failedFuture(
                                new StoreException(
                                    StoreException.Kind.BUSY, "the store began another history"));
                      });
            });
  }

  private static @Nullable Cursor next(Sort sort, List<Node> shown, boolean more) {
    return more ? new Cursor(sort, shown.get(shown.size() - 1).score) : null;
  }

  private static List<Node> nodes(ArticleRef article, Response membersAndScores) {
    var nodes = new ArrayList<Node>(membersAndScores.size() / 2);
    for (var each : pairs(membersAndScores)) {
      nodes.add(new Node(article.id() + each[0], score(each[1])));
    }
    return nodes;
  }

  /**
   * Scores are whole numbers below 2^53, which Redis writes with an exponent when they are large.
   */
  private static long score(String text) {
    return (long) Double.parseDouble(text);
  }

  /** RESP 3 answers members with scores as pairs outside of scripts, flat inside: both are read. */
  private static List<String[]> pairs(Response flat) {
    var pairs = new ArrayList<String[]>(flat.size() / 2);
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      pairs.add(new String[] {flat.get(i).toString(), flat.get(i + 1).toString()});
    }
    return pairs;
  }

  private static List<Shown> shown(List<Node> nodes, Sort below) {
    var shown = new ArrayList<Shown>(nodes.size());
    for (var node : nodes) {
      if (node.comment != null) {
        shown.add(node.shown(below));
      }
    }
    return shown;
  }

  /** A comment on its way to being shown. */
  private static final class Node {
    final String id;
    final long score;
    @Nullable Comment comment;
    long descendants;
    long total;
    List<Node> replies = List.of();

    Node(String id, long score) {
      this.id = id;
      this.score = score;
    }

    Shown shown(Sort below) {
      var present = comment;
      if (present == null) {
        throw new IllegalStateException(id + " was not read");
      }
      var next =
          total > replies.size()
              ? new Cursor(
                  below, replies.isEmpty() ? below.first() : replies.get(replies.size() - 1).score)
              : null;
      return new Shown(present, descendants, total, ThreadStore.shown(replies, below), next);
    }
  }

  /** One attempt to read a page. */
  private final class Reading {
    private final ArticleRef article;
    private final Sort below;
    private final int replies;
    private final int deepest;
    private final boolean ofManyMoments;

    /**
     * @param ofManyMoments whether the article may change meanwhile
     */
    Reading(ArticleRef article, Sort below, int replies, int deepest, boolean ofManyMoments) {
      this.article = article;
      this.below = below;
      this.replies = replies;
      this.deepest = deepest;
      this.ofManyMoments = ofManyMoments;
    }

    /** Reads a level and those below; false when the article changed meanwhile and may not. */
    Future<Boolean> descend(Article seen, List<Node> level, int depth, int budget) {
      if (level.isEmpty()) {
        return Future.succeededFuture(true);
      }
      int wanted = depth < deepest ? replies : 0;
      return level(level, wanted)
          .compose(
              now -> {
                if (!agree(seen, now)) {
                  return Future.succeededFuture(false);
                }
                int left = budget;
                var below = new ArrayList<Node>();
                for (var node : level) {
                  if (node.replies.size() > left) {
                    node.replies = List.of();
                  }
                  left -= node.replies.size();
                  below.addAll(node.replies);
                }
                return descend(seen, below, depth + 1, left);
              });
    }

    private boolean agree(Article seen, Article now) {
      var before = seen.position();
      return ofManyMoments
          ? now.position().epoch().equals(before.epoch())
          : now.position().equals(before) && now.version() == seen.version();
    }

    /** Reads one level into its nodes; answers the article as it was then. */
    Future<Article> level(List<Node> level, int wanted) {
      var keys = new ArrayList<String>(2 * level.size() + 3);
      keys.addAll(List.of(article.bucketKey(), article.at("a"), article.at("rd")));
      var args = new ArrayList<Object>(level.size() + 2);
      args.add(wanted);
      args.add(below.direction());
      for (var node : level) {
        keys.add(CommentKeys.comment(article, node.id));
        keys.add(below.repliesOf(article, node.id));
        args.add(new CommentId(node.id).member());
      }
      return LEVEL
          .run(link, keys, args)
          .map(
              reply -> {
                for (int i = 0; i < level.size(); i++) {
                  fill(level.get(i), reply.get(i + 2));
                }
                return ArticleStore.article(article, reply.get(0).toString(), reply.get(1));
              });
    }

    private void fill(Node node, Response read) {
      var packed = read.get(0).toString();
      node.comment = packed.isEmpty() ? null : Comment.unpack(node.id, packed);
      var branch = read.get(1).toString();
      node.descendants = branch.isEmpty() ? 0 : score(branch) / PLACES;
      node.total = read.get(2).toLong();
      node.replies = nodes(article, read.get(3));
    }
  }
}
