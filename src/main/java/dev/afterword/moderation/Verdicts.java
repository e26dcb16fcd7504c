package dev.afterword.moderation;

import dev.afterword.comment.Comment;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.CommentDesk;
import dev.afterword.comment.CommentDesk.Change;
import dev.afterword.comment.CommentDesk.Changed;
import dev.afterword.comment.CommentDesk.Ruled;
import dev.afterword.comment.Decision;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.Site;
import dev.afterword.live.StaffFeed;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rules of deciding about comments: what may become of which, that nobody decides over another
 * unknowingly, and how it is taken back. One entry of the journal for one call; each comment is
 * decided on its own. Confined to one event loop.
 */
final class Verdicts {
  private final CommentDesk desk;
  private final Journal journal;
  private final StaffFeed feed;

  Verdicts(CommentDesk desk, Journal journal, StaffFeed feed) {
    this.desk = desk;
    this.journal = journal;
    this.feed = feed;
    for (var verdict : Verdict.values()) {
      journal.undoing(verdict.word(), new TakeBack());
    }
  }

  /**
   * A call.
   *
   * @param ids without doubles
   * @param expect the state that a comment has to be in, for those that it names
   * @param seen when the text that was read was last changed, as the API gives it, or empty for
   *     never; for those that it names
   */
  record Call(
      Verdict verdict,
      List<String> ids,
      String reason,
      Map<String, String> expect,
      Map<String, String> seen,
      Once once) {
    /** Why nothing is to become of a comment; {@code null} for no reason. */
    @Nullable String objection(String id, Comment comment) {
      var edited = comment.edited();
      if (!expect.getOrDefault(id, comment.state().word()).equals(comment.state().word())) {
        return "state-changed";
      }
      var text = edited == null ? "" : Times.format(edited);
      return seen.getOrDefault(id, text).equals(text) ? null : "text-changed";
    }

    /** Which text was read; empty when the call does not say. */
    String edition(String id) {
      var text = seen.get(id);
      return text == null ? "" : Comment.edition(text.isEmpty() ? null : Instant.parse(text));
    }
  }

  /**
   * What is to become of a comment.
   *
   * @param to its state and flags from then on; {@code null} when nothing is
   * @param code why nothing is; {@code null} when there is nothing to do
   */
  private record Item(Ruled ruled, @Nullable String to, @Nullable String code) {
    Item {
      code = ruled.comment() == null ? "comment-unknown" : code;
    }

    /** One that is as it is wanted, and nothing else is to be decided about it. */
    static Item asItIs(Ruled ruled) {
      return new Item(ruled, null, null);
    }
  }

  /** Decides; answers {@code verdict} and {@code results}. */
  Future<JsonObject> decide(Site site, Staff by, Call call) {
    return journal
        .before(site, call.once)
        .compose(
            before ->
                desk.find(site, call.ids)
                    .compose(
                        found -> {
                          var plan =
                              before
                                  .map(entry -> again(call, found, entry))
                                  .orElseGet(() -> plan(call, found));
                          return isEmpty(plan)
                              ? Future.succeededFuture(answer(null, plan, List.of()))
                              : carryOut(site, by, call, plan);
                        }));
  }

  private static boolean isEmpty(List<Item> plan) {
    return plan.stream().allMatch(item -> item.to == null);
  }

  private static List<Item> plan(Call call, List<Ruled> found) {
    var plan = new ArrayList<Item>();
    for (var ruled : found) {
      var comment = ruled.comment();
      var objection = comment == null ? null : call.objection(ruled.id(), comment);
      var to = call.verdict.on(ruled);
      if (objection != null) {
        plan.add(new Item(ruled, null, objection));
      } else if (isSo(ruled, to)) {
        plan.add(Item.asItIs(ruled));
      } else {
        plan.add(new Item(ruled, to, "not-possible"));
      }
    }
    return plan;
  }

  /** Reports are seen to by a verdict that changes nothing else. */
  private static boolean isSo(Ruled ruled, @Nullable String to) {
    return to != null && to.equals(ruled.condition()) && ruled.history().reports() == 0;
  }

  /** The same call once more: of what it decided then, whatever was broken off is done. */
  private static List<Item> again(Call call, List<Ruled> found, Entry entry) {
    var plan = new ArrayList<Item>();
    for (var ruled : found) {
      boolean decided = entry.note().targets().contains(ruled.id());
      var to = decided ? call.verdict.on(ruled) : null;
      plan.add(new Item(ruled, decided && to == null ? ruled.condition() : to, "state-changed"));
    }
    return plan;
  }

  private Future<JsonObject> carryOut(Site site, Staff by, Call call, List<Item> plan) {
    var targets =
        plan.stream().filter(item -> item.to != null).map(item -> item.ruled.id()).toList();
    var note = new Note(call.verdict.word(), targets, call.reason, null, new JsonObject());
    return journal
        .write(site, by, note, call.once)
        .compose(
            entry -> {
              var why = new Decision(entry.id(), "", by.name(), call.reason, entry.replayed());
              return change(site, plan, call, why)
                  .onSuccess(changed -> announce(site, changed, call.verdict.word(), by.name()))
                  .map(changed -> answer(entry, plan, changed));
            });
  }

  private void announce(Site site, List<Changed> changed, String verdict, String by) {
    var ids = changed.stream().filter(Changed::done).map(Changed::id).toList();
    if (!ids.isEmpty()) {
      feed.announce(site.name(), ids, verdict, by);
    }
  }

  private Future<List<Changed>> change(Site site, List<Item> plan, Call call, Decision why) {
    var changes = new ArrayList<Change>();
    for (var item : plan) {
      var to = item.to;
      if (to != null) {
        var id = item.ruled.id();
        var expected = call.expect.get(id);
        var from = call.verdict.from();
        from.removeIf(state -> expected != null && !state.word().equals(expected));
        var edition = call.edition(id);
        changes.add(new Change(item.ruled, to, from, call.verdict.marks(), why, edition));
      }
    }
    return desk.change(site, changes);
  }

  private static JsonObject answer(@Nullable Entry entry, List<Item> plan, List<Changed> changed) {
    var became = new HashMap<String, Changed>();
    changed.forEach(each -> became.put(each.id(), each));
    var results = new JsonArray();
    plan.forEach(item -> results.add(result(item, became.get(item.ruled.place()))));
    return new JsonObject()
        .put("verdict", entry == null ? null : entry.id())
        .put("results", results);
  }

  private static JsonObject result(Item item, @Nullable Changed changed) {
    var comment = item.ruled.comment();
    var state = changed != null ? changed.state() : comment == null ? null : comment.state();
    var json =
        new JsonObject()
            .put("id", item.ruled.place())
            .put("state", state == null ? null : state.word());
    boolean done = changed == null ? item.code == null : changed.done();
    json.put("ok", done);
    if (done) {
      return json;
    }
    var latest = item.ruled.history().latest();
    var code = changed != null && changed.edited() ? "text-changed" : "state-changed";
    return json.put("code", item.to == null ? item.code : code)
        .put("by", latest == null ? null : latest.by());
  }

  /** Brings comments back to what they were, where nobody decided since. */
  private final class TakeBack implements Journal.Steps {
    @Override
    public Future<JsonObject> look(Site site, Entry entry) {
      return desk.find(site, entry.note().targets())
          .map(
              found -> {
                if (isEmpty(plan(entry, null, found))) {
                  throw Problem.of(ProblemType.CHANGED_SINCE);
                }
                return new JsonObject();
              });
    }

    @Override
    public Future<JsonObject> carryOut(Site site, Entry entry, Entry undo) {
      var why = new Decision(undo.id(), entry.id(), undo.name(), "");
      return desk.find(site, entry.note().targets())
          .compose(
              found -> {
                var plan = plan(entry, undo.id(), found);
                boolean marks = Verdict.of(entry.note().kind()).orElseThrow().marks();
                var changes = new ArrayList<Change>();
                for (var item : plan) {
                  var to = item.to;
                  if (to != null) {
                    var all = EnumSet.allOf(State.class);
                    var edition = comesOut(item.ruled, to) ? edition(item.ruled) : "";
                    changes.add(new Change(item.ruled, to, all, marks, why, edition));
                  }
                }
                return desk.change(site, changes)
                    .onSuccess(changed -> announce(site, changed, "undo", undo.name()))
                    .map(changed -> answer(undo, plan, changed));
              });
    }

    /**
     * @param undo the undo that may have been begun, or {@code null}
     */
    private static List<Item> plan(Entry entry, @Nullable String undo, List<Ruled> found) {
      var plan = new ArrayList<Item>();
      for (var ruled : found) {
        var history = ruled.history();
        boolean done = undo != null && undo.equals(history.undo());
        var now = ruled.condition();
        var to = done ? now : history.undoing(entry.id(), now);
        boolean stays = !done && to != null && isUnread(entry, ruled, to);
        plan.add(new Item(ruled, stays ? null : to, "changed-since"));
      }
      return plan;
    }

    private static boolean comesOut(Ruled ruled, String to) {
      var comment = ruled.comment();
      return comment != null
          && comment.state() != State.VISIBLE
          && to.startsWith(State.VISIBLE.letter());
    }

    private static String edition(Ruled ruled) {
      var comment = ruled.comment();
      return comment == null ? "" : comment.edition();
    }

    /**
     * Whether a comment would come out with a text that nobody has read: while an approval is taken
     * back its author may change it, and then taking that back is no approval of what it says.
     */
    private static boolean isUnread(Entry undo, Ruled ruled, String to) {
      var comment = ruled.comment();
      var edited = comment == null ? null : comment.edited();
      return undo.note().undoes() != null
          && edited != null
          && !edited.isBefore(undo.time())
          && comesOut(ruled, to);
    }
  }
}
