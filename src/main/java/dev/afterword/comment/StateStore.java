package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Hour;
import dev.afterword.article.Rankings;
import dev.afterword.article.Rankings.By;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.live.Streams;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows and hides comments. A comment is listed while it is visible or has a listed reply; then it
 * is a tombstone. So a change may go on upwards: a tombstone goes with its last reply, and comes
 * back with the first one.
 *
 * <p>The comments above have to be named before the script runs, and it says when it needs more of
 * them. At most {@link #STEP} are changed at once. What is left is done in further steps: after a
 * comment was hidden, and before one is shown, so that a listed comment can always be reached. A
 * process that dies in between leaves a tombstone without replies, which {@link RecountStore} takes
 * away.
 *
 * <p>Confined to one event loop.
 */
final class StateStore {
  /** How many comments above another one script changes at most. */
  static final int STEP = 100;

  private static final Script TURN = Script.of(StateStore.class, "thread.lua", "turn.lua");

  /** Words of the script in place of a state. */
  private static final String LIST_IF_NEEDED = "-";

  private static final String LIST = "+";

  private final RedisLink link;
  private final CommentStore comments;

  StateStore(RedisLink link, CommentStore comments) {
    this.link = link;
    this.comments = comments;
  }

  /**
   * What became of a change.
   *
   * @param before the state that the comment had; {@code null} when it is not there
   * @param done whether it has the wanted one now
   */
  record Turned(@Nullable State before, boolean done) {}

  /**
   * Brings a comment to a state.
   *
   * @param from states that it may come from; another one stays as it is
   */
  Future<Turned> turn(ArticleRef article, Comment comment, State to, Set<State> from) {
    var letters = from.stream().map(State::letter).collect(Collectors.joining());
    return climb(new Climb(article, comment, to.letter(), letters)).map(StateStore::turned);
  }

  /** Lists a comment, or takes it off the list, as its state and its replies demand. */
  Future<Void> settle(ArticleRef article, Comment comment) {
    return climb(new Climb(article, comment, LIST_IF_NEEDED, "")).mapEmpty();
  }

  private static Turned turned(Response reply) {
    return switch (reply.get(0).toString()) {
      case "turned" -> new Turned(State.of(reply.get(1).toString()), true);
      case "changed" -> new Turned(State.of(reply.get(1).toString()), false);
      case "unknown" -> new Turned(null, false);
      default -> throw new StoreException(StoreException.Kind.BROKEN, reply.toString());
    };
  }

  /** A change on its way up. */
  private static final class Climb {
    final ArticleRef article;
    final String to;
    final String from;

    /** The comment, its parent, and so on. */
    final List<Comment> chain = new ArrayList<>();

    Climb(ArticleRef article, Comment comment, String to, String from) {
      this.article = article;
      this.to = to;
      this.from = from;
      chain.add(comment);
    }

    Comment first() {
      return chain.get(0);
    }

    Comment last() {
      return chain.get(chain.size() - 1);
    }

    boolean isWhole() {
      return last().parent() == null;
    }

    boolean shows() {
      return to.equals(LIST) || to.equals(State.VISIBLE.letter());
    }
  }

  private Future<Response> climb(Climb climb) {
    return extend(climb, 1).compose(extended -> attempt(climb));
  }

  private Future<Response> attempt(Climb climb) {
    return run(climb, climb.isWhole() ? "whole" : "part")
        .compose(
            reply -> {
              if (!reply.get(0).toString().equals("again")) {
                return Future.succeededFuture(reply);
              }
              int missing = STEP - climb.chain.size();
              return missing > 0
                  ? extend(climb, Math.min(missing, climb.chain.size()))
                      .compose(extended -> attempt(climb))
                  : inSteps(climb);
            });
  }

  /** There are more above than one script may change. */
  private Future<Response> inSteps(Climb climb) {
    var top = new Climb(climb.article, climb.last(), climb.shows() ? LIST : LIST_IF_NEEDED, "");
    return climb.shows()
        ? climb(top).compose(listed -> run(climb, "step"))
        : run(climb, "step").compose(hidden -> climb(top).map(hidden));
  }

  /** Gets to know some more of the comments above. */
  private Future<Void> extend(Climb climb, int more) {
    var next = climb.last().parent();
    if (more == 0 || next == null) {
      return Future.succeededFuture();
    }
    return comments
        .one(climb.article, new CommentId(next))
        .compose(
            found -> {
              climb.chain.add(
                  found.orElseThrow(
                      () -> new StoreException(StoreException.Kind.BROKEN, next + " is gone")));
              return extend(climb, more - 1);
            });
  }

  private Future<Response> run(Climb climb, String extent) {
    var article = climb.article;
    var first = climb.first();
    var id = new CommentId(first.id());
    var keys = new ArrayList<String>(10 + 3 * climb.chain.size());
    keys.addAll(
        List.of(
            article.at("z"),
            article.at("a"),
            Streams.key(article),
            Sort.OLDEST.rootsOf(article),
            Sort.BEST.rootsOf(article),
            Sort.DISCUSSED.rootsOf(article),
            MarkStore.marks(article, first.body().author()),
            CommentStore.latest(article.site(), article.bucket())));
    keys.addAll(Rankings.keys(article.tag(), By.COMMENTS, Hour.at(first.created().toEpochMilli())));
    var args =
        new ArrayList<Object>(
            List.of(
                climb.to,
                climb.from,
                article.id(),
                article.channel(),
                Streams.LONGEST,
                first.id(),
                new CommentId(first.branch()).member(),
                extent,
                MarkStore.own(id),
                CommentStore.LATEST));
    for (var node : climb.chain) {
      keys.add(CommentStore.comment(article, node.id()));
      keys.add(Sort.OLDEST.repliesOf(article, node.id()));
      keys.add(Sort.BEST.repliesOf(article, node.id()));
      args.add(new CommentId(node.id()).member());
    }
    return TURN.run(link, keys, args);
  }
}
