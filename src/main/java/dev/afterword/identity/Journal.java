package dev.afterword.identity;

import dev.afterword.http.IdempotencyKey.Once;
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
import java.util.Objects;
import java.util.Optional;
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

  /** How one kind of entry is taken back. An entry may be an undo itself. */
  public interface Undo {
    /**
     * Looks whether an entry can be taken back.
     *
     * @return what taking the undo back will have to know; fails with a {@link Problem} (409) when
     *     later decisions stand in the way
     */
    Future<JsonObject> look(Site site, Entry entry);

    /**
     * Takes it back. That may be asked for again when it was broken off.
     *
     * @param undo the undo, as it is written down
     * @return the answer, without {@code verdict}
     */
    Future<JsonObject> carryOut(Site site, Entry entry, Entry undo);
  }

  /**
   * Says how a kind of entry is taken back.
   *
   * @param action the word of the entries
   */
  public void undoing(String action, Undo undo) {
    undos.put(action, undo);
  }

  /** What the same request wrote before, see {@link JournalStore#before}. */
  public Future<Optional<Entry>> before(Site site, Once once) {
    return store.before(site, once);
  }

  /** Writes an entry, see {@link JournalStore#write}. */
  public Future<Entry> write(Site site, Staff by, Note note, Once once) {
    return store.write(site, by, note, once);
  }

  /** Takes an entry back; the answer is that of its {@link Undo}, with {@code verdict}. */
  Future<JsonObject> undo(Site site, Staff by, String id, Once once) {
    return store
        .find(site, id)
        .compose(
            found -> {
              var entry = found.orElseThrow(() -> Problem.of(ProblemType.VERDICT_UNKNOWN));
              var how = Objects.requireNonNull(undos.get(entry.note().kind()));
              return before(site, once)
                  .compose(
                      same ->
                          same.map(Future::succeededFuture)
                              .orElseGet(() -> writeUndo(site, by, entry, how, once)))
                  .compose(
                      undo ->
                          how.carryOut(site, entry, undo)
                              .map(answer -> answer.put("verdict", undo.id())));
            });
  }

  private Future<Entry> writeUndo(Site site, Staff by, Entry entry, Undo how, Once once) {
    return how.look(site, entry)
        .compose(
            detail ->
                write(site, by, undoOf(entry, detail.copy().put("of", entry.note().kind())), once));
  }

  private static Note undoOf(Entry entry, JsonObject detail) {
    return new Note("undo", entry.note().targets(), "", entry.id(), detail);
  }

  /** Entries, see {@link JournalStore#page}. */
  Future<List<Entry>> page(Site site, @Nullable String after, int most) {
    return store.page(site, after, most);
  }
}
