package dev.afterword.identity;

import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What staff did, and how each kind of it is taken back. Whoever does something that is written
 * here also says how it is undone, so that no decision is final. Confined to one event loop.
 */
public final class Journal {
  private final JournalStore store;
  private final Map<String, Undo> undos = new HashMap<>();

  /** Over what is kept. */
  public Journal(JournalStore store) {
    this.store = store;
  }

  /** How one kind of entry is taken back. */
  @FunctionalInterface
  public interface Undo {
    /**
     * Takes an entry back: looks whether that is possible, has the undo written down, does it.
     *
     * @param entry what was done; it may be an undo itself
     * @param write writes the undo down, with what taking it back again has to know
     * @return the answer, with the id of the undo's entry as {@code verdict}; fails with a {@link
     *     Problem} (409) when later decisions stand in the way
     */
    Future<JsonObject> undo(Site site, Entry entry, Function<JsonObject, Future<Entry>> write);
  }

  /**
   * Says how a kind of entry is taken back.
   *
   * @param action the word of the entries
   */
  public void undoing(String action, Undo undo) {
    undos.put(action, undo);
  }

  /** Writes an entry, see {@link JournalStore#write}. */
  public Future<Entry> write(Site site, Staff by, Note note, @Nullable String key) {
    return store.write(site, by, note, key);
  }

  /** Takes an entry back; the answer is that of its {@link Undo}. */
  Future<JsonObject> undo(Site site, Staff by, String id, @Nullable String key) {
    return store
        .find(site, id)
        .compose(
            found -> {
              var entry = found.orElseThrow(() -> Problem.of(ProblemType.VERDICT_UNKNOWN));
              var kind = entry.note().kind();
              var undo = undos.get(kind);
              if (undo == null) {
                throw new IllegalStateException("nobody takes back " + kind);
              }
              return undo.undo(
                  site,
                  entry,
                  detail -> write(site, by, undoOf(entry, detail.copy().put("of", kind)), key));
            });
  }

  private static Note undoOf(Entry entry, JsonObject detail) {
    return new Note("undo", entry.note().targets(), "", entry.id(), detail);
  }

  /** Entries, see {@link JournalStore#page}. */
  Future<List<Entry>> page(Site site, @Nullable String after, int most) {
    return store.page(site, after, most);
  }
}
