package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.QueueStore.Entry;
import dev.afterword.comment.StateStore.Turn;
import dev.afterword.comment.StateStore.Turned;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What moderators may do with comments, whoever wrote them: look at some, and change what they are.
 * Decides nothing. Any number of comments costs the round trips of one. Confined to one event loop.
 */
public final class CommentDesk {
  private final CommentStore store;
  private final StateStore states;
  private final FlagStore flags;
  private final QueueStore queues;
  private final ForwardStore forwards;

  CommentDesk(RedisLink link, CommentStore store, StateStore states, ForwardStore forwards) {
    this.store = store;
    this.states = states;
    this.flags = new FlagStore(link);
    this.queues = new QueueStore(link);
    this.forwards = forwards;
  }

  /** On the current event loop, over a link of its own. */
  public static CommentDesk over(Vertx vertx, RedisLink link) {
    var store = new CommentStore(link);
    return new CommentDesk(link, store, new StateStore(link, store), new ForwardStore(vertx, link));
  }

  /**
   * Some of what an author wrote, in any state.
   *
   * @param ids in the order of creation
   * @param last where the next ones begin
   */
  public record Some(List<String> ids, String last) {}

  /**
   * Reads on in what an author wrote.
   *
   * @param after {@link Some#last} of those before; empty to begin
   */
  public Future<Some> written(Site site, String author, String after, int most) {
    int space = after.indexOf(' ');
    var from =
        space < 0
            ? null
            : new Entry(Long.parseLong(after.substring(0, space)), after.substring(space + 1));
    return queues
        .written(site, author, from, most)
        .map(
            found -> {
              var last = found.isEmpty() ? null : found.get(found.size() - 1);
              return new Some(
                  found.stream().map(Entry::id).toList(),
                  last == null ? after : last.created() + " " + last.id());
            });
  }

  /** How many comments an author wrote, in any state. */
  public Future<Long> countWritten(Site site, String author) {
    return queues.countWritten(site, author);
  }

  /**
   * A comment as moderators find it.
   *
   * @param id by which it was asked for; it may have had that before it was moved
   * @param comment {@code null} when there is none
   * @param history what was decided about it
   */
  public record Ruled(String id, @Nullable Comment comment, History history) {
    /** The id that it has now. */
    public String place() {
      return comment == null ? id : comment.id();
    }

    /** Its state and flags, as its history has them; empty when there is no such comment. */
    public String condition() {
      return comment == null ? "" : comment.condition();
    }
  }

  /**
   * A change that is wanted.
   *
   * @param to the state and flags that the comment comes to
   * @param from states that it may come from; another one stays as it is
   * @param marks whether it is about the flags alone, and decides nothing about reports
   * @param edition of the text that was read, see {@link Comment#edition}; a comment that says
   *     something else stays as it is. Empty for any
   */
  public record Change(
      Ruled of, String to, EnumSet<State> from, boolean marks, Decision why, String edition) {
    /** Whatever the comment says. */
    public Change(Ruled of, String to, EnumSet<State> from, boolean marks, Decision why) {
      this(of, to, from, marks, why, "");
    }
  }

  /**
   * What became of a change.
   *
   * @param id that the comment has now
   * @param done whether the change is made, now or before
   * @param state the state that it has; {@code null} when there is no such comment
   * @param edited whether it is not because it says something else than was read
   */
  public record Changed(String id, boolean done, @Nullable State state, boolean edited) {}

  /** Comments by id, in order. */
  public Future<List<Ruled>> find(Site site, List<String> ids) {
    var known = ids.stream().filter(id -> CommentId.parse(id).isPresent()).toList();
    return here(site, known)
        .compose(
            found -> {
              var missing = known.stream().filter(id -> !found.containsKey(id)).toList();
              return forwards.all(site, missing).compose(moved -> add(site, found, moved));
            })
        .map(
            found ->
                ids.stream()
                    .map(id -> found.getOrDefault(id, new Ruled(id, null, History.NONE)))
                    .toList());
  }

  /** Those that are where their ids say. */
  private Future<Map<String, Ruled>> here(Site site, List<String> ids) {
    var places = new LinkedHashMap<String, ArticleRef>();
    ids.forEach(id -> places.put(id, new CommentId(id).place(site)));
    return Future.all(store.each(places), store.histories(places))
        .map(
            both -> {
              Map<String, Comment> comments = both.resultAt(0);
              Map<String, History> histories = both.resultAt(1);
              var found = new HashMap<String, Ruled>();
              comments.forEach(
                  (id, comment) ->
                      found.put(
                          id, new Ruled(id, comment, histories.getOrDefault(id, History.NONE))));
              return found;
            });
  }

  private Future<Map<String, Ruled>> add(
      Site site, Map<String, Ruled> found, Map<String, String> moved) {
    return here(site, List.copyOf(moved.values()))
        .map(
            there -> {
              moved.forEach(
                  (id, now) -> {
                    var ruled = there.get(now);
                    if (ruled != null) {
                      found.put(id, new Ruled(id, ruled.comment, ruled.history));
                    }
                  });
              return found;
            });
  }

  /** Makes changes, each on its own; what became of them comes in the same order. */
  public Future<List<Changed>> change(Site site, List<Change> changes) {
    var turns = new ArrayList<Turn>();
    var marks = new ArrayList<Turn>();
    for (var change : changes) {
      var comment = change.of.comment;
      if (comment != null) {
        var id = new CommentId(comment.id());
        var to = State.of(change.to.substring(0, 1));
        var turn = new Turn(id.place(site), comment, to, change.from, change.why, change.edition);
        (change.marks ? marks : turns).add(turn);
      }
    }
    var wanted = new HashMap<String, String>();
    changes.forEach(change -> wanted.put(change.of.place(), change.to.substring(1)));
    return Future.all(states.turn(turns), flags.mark(marks, wanted))
        .map(
            both -> {
              var done = new HashMap<String, Turned>();
              put(done, turns, both.resultAt(0));
              put(done, marks, both.resultAt(1));
              return changes.stream().map(change -> changed(change, done)).toList();
            });
  }

  private static void put(Map<String, Turned> done, List<Turn> turns, List<Turned> turned) {
    for (int i = 0; i < turns.size(); i++) {
      done.put(turns.get(i).comment().id(), turned.get(i));
    }
  }

  private static Changed changed(Change change, Map<String, Turned> done) {
    var became = done.get(change.of.place());
    if (became == null) {
      return new Changed(change.of.place(), false, null, false);
    }
    return new Changed(change.of.place(), became.done(), became.state(), became.edited());
  }
}
