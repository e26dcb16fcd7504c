package dev.afterword.comment;

import dev.afterword.comment.EditStore.Edited;
import dev.afterword.comment.EditStore.Right;
import dev.afterword.comment.Finder.Found;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.Site;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What staff do to what others wrote, outside the queue: told in the journal, and taken back by it.
 * The words themselves are not in the journal, which only grows; they are with the comment, where
 * an erasure finds them. Confined to one event loop.
 */
final class Corrections {
  private static final String EDIT = "edit";

  private final Journal journal;
  private final Finder finder;
  private final EditStore store;

  Corrections(Journal journal, Finder finder, EditStore store) {
    this.journal = journal;
    this.finder = finder;
    this.store = store;
    journal.undoing(EDIT, new TakeBack());
  }

  /** Writes down that staff give somebody's comment another text; answers the entry's id. */
  Future<String> edit(Site site, Staff by, Comment comment) {
    return write(site, by, EDIT, comment).map(Entry::id);
  }

  /** Writes down that staff take somebody's comment away. */
  Future<Decision> delete(Site site, Staff by, Comment comment) {
    return write(site, by, "delete", comment)
        .map(entry -> new Decision(entry.id(), "", by.name(), ""));
  }

  private Future<Entry> write(Site site, Staff by, String action, Comment comment) {
    var note = new Note(action, List.of(comment.id()), "", null, new JsonObject());
    return journal.write(site, by, note, new Once(null, ""));
  }

  /** Brings back what a comment said before an edit, unless somebody edited it since. */
  private final class TakeBack implements Journal.Steps {
    @Override
    public Future<JsonObject> look(Site site, Entry entry) {
      return latest(site, entry)
          .map(
              now -> {
                if (now.before == null || !entry.id().equals(now.before.verdict())) {
                  throw Problem.of(ProblemType.CHANGED_SINCE);
                }
                return new JsonObject();
              });
    }

    @Override
    public Future<JsonObject> carryOut(Site site, Entry entry, Entry undo) {
      return latest(site, entry)
          .compose(
              now -> {
                var before = now.before;
                if (before == null || undo.id().equals(before.verdict())) {
                  return Future.succeededFuture(answer(now.found, before != null));
                }
                var id = new CommentId(now.found.comment().id());
                var right = new Right(null, undo.id(), entry.id(), null);
                return store
                    .edit(now.found.article().ref(), id, before.body(), right)
                    .map(edited -> answer(now.found, edited == Edited.DONE));
              });
    }

    private Future<Latest> latest(Site site, Entry entry) {
      return finder
          .any(site, entry.note().targets().get(0))
          .compose(
              found ->
                  store
                      .revisions(found.article().ref(), found.comment().id())
                      .map(all -> new Latest(found, all.isEmpty() ? null : last(all))));
    }

    private static Revision last(List<Revision> all) {
      return all.get(all.size() - 1);
    }

    private static JsonObject answer(Found found, boolean done) {
      var comment = found.comment();
      var result =
          new JsonObject()
              .put("id", comment.id())
              .put("ok", done)
              .put("state", comment.state().word());
      return new JsonObject()
          .put("results", new JsonArray().add(done ? result : result.put("code", "changed-since")));
    }
  }

  /**
   * A comment as it is.
   *
   * @param before what it said before; {@code null} when it was never edited
   */
  private record Latest(Found found, @Nullable Revision before) {}
}
