package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.DayTally;
import dev.afterword.article.Hour;
import dev.afterword.article.Rankings;
import dev.afterword.article.Rankings.By;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.http.CleanText;
import dev.afterword.live.Streams;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.Script.Call;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
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

  private static final Script TURN =
      Script.of(
          StateStore.class,
          "/dev/afterword/article/tally.lua",
          "history.lua",
          "thread.lua",
          "turn.lua");

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
   * @param state the state that the comment has; {@code null} when it is not there
   * @param done whether the change is made, now or before
   * @param edited whether it is not because it says something else than was read
   */
  record Turned(@Nullable State state, boolean done, boolean edited) {}

  /**
   * A change that is wanted.
   *
   * @param from states that the comment may come from; another one stays as it is
   * @param why whose decision it is
   * @param edition of the text that was read, see {@link Comment#edition}; one that says something
   *     else stays as it is. Empty for any
   */
  record Turn(
      ArticleRef article,
      Comment comment,
      State to,
      Set<State> from,
      Decision why,
      String edition) {
    /** Whatever the comment says. */
    Turn(ArticleRef article, Comment comment, State to, Set<State> from, Decision why) {
      this(article, comment, to, from, why, "");
    }
  }

  /** Brings comments to states, each on its own, in as few round trips as one of them needs. */
  Future<List<Turned>> turn(List<Turn> turns) {
    var climbs = turns.stream().map(Climb::new).toList();
    return extend(climbs)
        .compose(
            extended -> {
              var replies =
                  TURN.runEach(
                      link, climbs.stream().map(climb -> call(climb, extent(climb))).toList());
              var turned = new ArrayList<Future<Response>>();
              for (int i = 0; i < climbs.size(); i++) {
                var climb = climbs.get(i);
                turned.add(replies.get(i).compose(reply -> further(climb, reply)));
              }
              return Future.all(turned).map(all -> all.<Response>list());
            })
        .map(all -> all.stream().map(StateStore::turned).toList());
  }

  /** Gets to know the comment above each. */
  private Future<Void> extend(List<Climb> climbs) {
    var replies = climbs.stream().filter(climb -> !climb.isWhole()).toList();
    var parents = new LinkedHashMap<String, ArticleRef>();
    replies.forEach(
        climb -> parents.put(Objects.requireNonNull(climb.last().parent()), climb.article));
    return comments
        .each(parents)
        .map(
            found -> {
              replies.forEach(climb -> climb.chain.add(present(found.get(climb.last().parent()))));
              return null;
            });
  }

  static Turned turned(Response reply) {
    return switch (reply.get(0).toString()) {
      case "turned" -> new Turned(State.of(reply.get(1).toString()), true, false);
      case "changed" -> new Turned(State.of(reply.get(1).toString()), false, false);
      case "edited" -> new Turned(State.of(reply.get(1).toString()), false, true);
      case "unknown" -> new Turned(null, false, false);
      default -> throw new StoreException(StoreException.Kind.BROKEN, reply.toString());
    };
  }

  /** A change on its way up. */
  private static final class Climb {
    final ArticleRef article;
    final String to;
    final String from;
    final Decision why;
    final String edition;

    /** The comment, its parent, and so on. */
    final List<Comment> chain = new ArrayList<>();

    Climb(Turn turn) {
      this(
          turn.article,
          turn.comment,
          turn.to.letter(),
          turn.from.stream().map(State::letter).collect(Collectors.joining()),
          turn.why,
          turn.edition);
    }

    Climb(
        ArticleRef article, Comment comment, String to, String from, Decision why, String edition) {
      this.article = article;
      this.to = to;
      this.from = from;
      this.why = why;
      this.edition = edition;
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
    return run(climb, extent(climb)).compose(reply -> further(climb, reply));
  }

  private static String extent(Climb climb) {
    return climb.isWhole() ? "whole" : "part";
  }

  /** Goes on with more of the comments above when the script needs to know them. */
  private Future<Response> further(Climb climb, Response reply) {
    if (!reply.get(0).toString().equals("again")) {
      return Future.succeededFuture(reply);
    }
    int missing = STEP - climb.chain.size();
    return missing > 0
        ? extend(climb, Math.min(missing, climb.chain.size())).compose(extended -> attempt(climb))
        : inSteps(climb);
  }

  /** There are more above than one script may change. */
  private Future<Response> inSteps(Climb climb) {
    var to = climb.shows() ? LIST : LIST_IF_NEEDED;
    var top = new Climb(climb.article, climb.last(), to, "", Decision.OF_AUTHOR, "");
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
              climb.chain.add(present(found.orElse(null)));
              return extend(climb, more - 1);
            });
  }

  /** What a comment replies to goes before it when a thread is moved ({@link TransferStore}). */
  private static Comment present(@Nullable Comment parent) {
    if (parent == null) {
      throw new StoreException(StoreException.Kind.BUSY, "the thread is on its way");
    }
    return parent;
  }

  private Future<Response> run(Climb climb, String extent) {
    var call = call(climb, extent);
    return TURN.run(link, call.keys(), call.args());
  }

  private static Call call(Climb climb, String extent) {
    var article = climb.article;
    var first = climb.first();
    var id = new CommentId(first.id());
    var keys = new ArrayList<String>(18 + 3 * climb.chain.size());
    keys.addAll(
        List.of(
            article.at("z"),
            article.at("a"),
            Streams.key(article),
            Sort.OLDEST.rootsOf(article),
            Sort.BEST.rootsOf(article),
            Sort.DISCUSSED.rootsOf(article),
            MarkStore.marks(article, first.body().author()),
            CommentKeys.latest(article.site(), article.bucket())));
    keys.addAll(Rankings.keys(article.tag(), By.COMMENTS, Hour.at(first.created().toEpochMilli())));
    for (var queue : Queue.values()) {
      keys.add(queue.key(article.site(), article.bucket()));
    }
    keys.add(History.key(article, first.id()));
    keys.add(CommentKeys.participants(article));
    var why = climb.why;
    keys.add(tally(article, why.verdict()));
    keys.add(tally(article, why.undoes()));
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
                CommentKeys.MOST_LATEST,
                why.verdict(),
                why.undoes(),
                why.told(),
                CleanText.folded(first.body().name()),
                Rankings.HOUR_KEPT_MS,
                Rankings.DAY_KEPT_MS,
                climb.edition,
                why.repeated()));
    for (var node : climb.chain) {
      keys.add(CommentKeys.comment(article, node.id()));
      keys.add(Sort.OLDEST.repliesOf(article, node.id()));
      keys.add(Sort.BEST.repliesOf(article, node.id()));
      args.add(new CommentId(node.id()).member());
    }
    return new Call(keys, args);
  }

  /** What came of the day of a journal's entry; without one the script asks for nothing there. */
  private static String tally(ArticleRef article, String entry) {
    int dash = entry.indexOf('-');
    return dash < 0
        ? article.at("z")
        : DayTally.key(article.tag(), Hour.at(Long.parseLong(entry.substring(0, dash))).day());
  }
}
