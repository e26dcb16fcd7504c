package dev.afterword.identity;

import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.JournalStore.Asked;
import dev.afterword.identity.JournalStore.Decision;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What staff did, and how each kind of it is taken back. Whoever does something that is written
 * here also says how it is undone, so that no decision is final. Confined to one event loop.
 */
public final class Journal {
  private final JournalStore store;
  private final Map<String, Way> ways = new HashMap<>();

  /** How a kind of entry is taken back, and the least role that may. */
  private record Way(Role least, Undo undo) {}

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
    Future<JsonObject> undo(Site site, Entry entry, Write write);
  }

  /** Writes one undo down: with what taking it back again has to know. */
  public interface Write extends Function<JsonObject, Future<Entry>> {
    /** The entry that the same request wrote before, if it did. */
    Future<Optional<Entry>> earlier();

    /** Writes it with what it decides, see {@link JournalStore#decide}. */
    Future<Optional<Entry>> decide(JsonObject detail, Decision decision);
  }

  /**
   * Says how a kind of entry is taken back, by moderators and owners.
   *
   * @param action the word of the entries
   */
  public void undoing(String action, Undo undo) {
    undoing(action, Role.MODERATOR, undo);
  }

  /** The same, by staff of a role: who may not do it may not take it back either. */
  void undoing(String action, Role least, Undo undo) {
    ways.put(action, new Way(least, undo));
  }

  /** Writes an entry, see {@link JournalStore#write}. */
  public Future<Entry> write(Site site, Staff by, Note note, @Nullable String key) {
    return store.write(site, by, note, key);
  }

  /** The entry that the same request wrote before, see {@link JournalStore#earlier}. */
  Future<Optional<Entry>> earlier(Site site, Staff by, Note note, Asked asked) {
    return store.earlier(site, by, note, asked);
  }

  /** Writes an entry and what it decides, see {@link JournalStore#decide}. */
  Future<Optional<Entry>> decide(Site site, Staff by, Note note, Asked asked, Decision decision) {
    return store.decide(site, by, note, asked, decision);
  }

  /** Takes an entry back; the answer is that of its {@link Undo}. */
  Future<JsonObject> undo(Site site, Staff by, String id, @Nullable String key) {
    return store
        .find(site, id)
        .compose(
            found -> {
              var entry = found.orElseThrow(() -> Problem.of(ProblemType.VERDICT_UNKNOWN));
              var kind = entry.note().kind();
              var way = ways.get(kind);
              if (way == null) {
                throw Problem.of(ProblemType.NEVER_UNDONE);
              }
              if (by.role().compareTo(way.least) < 0) {
                throw Problem.of(ProblemType.ROLE_TOO_LOW);
              }
              return way.undo.undo(site, entry, new Undoing(site, by, entry, kind, key));
            });
  }

  /** One undo: the request is told by the entry that it takes back. */
  private final class Undoing implements Write {
    private final Site site;
    private final Staff by;
    private final Entry entry;
    private final String kind;
    private final Asked asked;

    Undoing(Site site, Staff by, Entry entry, String kind, @Nullable String key) {
      this.site = site;
      this.by = by;
      this.entry = entry;
      this.kind = kind;
      this.asked = new Asked(key, "");
    }

    @Override
    public Future<Entry> apply(JsonObject detail) {
      return store.write(site, by, note(detail), asked);
    }

    @Override
    public Future<Optional<Entry>> earlier() {
      return store.earlier(site, by, note(new JsonObject()), asked);
    }

    @Override
    public Future<Optional<Entry>> decide(JsonObject detail, Decision decision) {
      return store.decide(site, by, note(detail), asked, decision);
    }

    private Note note(JsonObject detail) {
      var targets = entry.note().targets();
      return new Note("undo", targets, "", entry.id(), detail.copy().put("of", kind));
    }
  }

  /** Entries, see {@link JournalStore#page}. */
  Future<List<Entry>> page(Site site, @Nullable String after, int most) {
    return store.page(site, after, most);
  }
}
