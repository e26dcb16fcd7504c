package dev.afterword.identity;

import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
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
import java.util.function.Supplier;
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

  /** How a kind of entry is taken back that is written before it is done. */
  public interface Steps {
    /**
     * Looks whether an entry can be taken back.
     *
     * @return what taking the undo back will have to know; fails with a {@link Problem} (409) when
     *     later decisions stand in the way
     */
    Future<JsonObject> look(Site site, Entry entry);

    /**
     * What an undo decides in the same step as it is written down; {@code null} for nothing. When
     * something else was decided meanwhile, it is looked at anew.
     *
     * @param detail as {@link #look} gave it
     */
    default @Nullable Decision decision(Site site, Entry entry, JsonObject detail) {
      return null;
    }

    /**
     * Takes it back. That may be asked for again when it was broken off.
     *
     * @param undo the undo, as it is written down
     * @return the answer, without {@code verdict}
     */
    Future<JsonObject> carryOut(Site site, Entry entry, Entry undo);
  }

  /** Says how a kind of entry is taken back that is written before it is done. */
  public void undoing(String action, Steps steps) {
    undoing(
        action,
        Role.MODERATOR,
        (site, entry, write) ->
            write
                .earlier()
                .compose(
                    same ->
                        same.map(Future::succeededFuture)
                            .orElseGet(() -> write(site, entry, write, steps)))
                .compose(
                    undo ->
                        steps
                            .carryOut(site, entry, undo)
                            .map(answer -> answer.put("verdict", undo.id()))));
  }

  private static Future<Entry> write(Site site, Entry entry, Write write, Steps steps) {
    return steps
        .look(site, entry)
        .compose(
            detail -> {
              var decision = steps.decision(site, entry, detail);
              return decision == null
                  ? write.apply(detail)
                  : write
                      .decide(detail, decision)
                      .compose(
                          undo ->
                              undo.map(Future::succeededFuture)
                                  .orElseGet(() -> write(site, entry, write, steps)));
            });
  }

  /**
   * Says how a kind of entry is taken back.
   *
   * @param action the word of the entries
   * @param least the role that it takes: who may not do it may not take it back either
   */
  public void undoing(String action, Role least, Undo undo) {
    ways.put(action, new Way(least, undo));
  }

  /** What the same request wrote before, see {@link JournalStore#before}. */
  public Future<Optional<Entry>> before(Site site, Once once) {
    return store.before(site, once);
  }

  /** The entry that the same request wrote before, else what {@code write} writes now. */
  public Future<Entry> once(Site site, Once once, Supplier<Future<Entry>> write) {
    return before(site, once).compose(same -> same.map(Future::succeededFuture).orElseGet(write));
  }

  /** Writes an entry, see {@link JournalStore#write}. */
  public Future<Entry> write(Site site, Staff by, Note note, Once once) {
    return store.write(site, by, note, once);
  }

  /** Writes an entry and what it decides, see {@link JournalStore#decide}. */
  public Future<Optional<Entry>> decide(
      Site site, Staff by, Note note, Once once, Decision decision) {
    return store.decide(site, by, note, once, decision);
  }

  /** Takes an entry back; the answer is that of its {@link Undo}. */
  Future<JsonObject> undo(Site site, Staff by, String id, Once once) {
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
              return way.undo.undo(site, entry, new Undoing(site, by, entry, kind, once));
            });
  }

  /** One undo. */
  private final class Undoing implements Write {
    private final Site site;
    private final Staff by;
    private final Entry entry;
    private final String kind;
    private final Once once;

    Undoing(Site site, Staff by, Entry entry, String kind, Once once) {
      this.site = site;
      this.by = by;
      this.entry = entry;
      this.kind = kind;
      this.once = once;
    }

    @Override
    public Future<Entry> apply(JsonObject detail) {
      return store.write(site, by, note(detail), once);
    }

    @Override
    public Future<Optional<Entry>> earlier() {
      return store.before(site, once);
    }

    @Override
    public Future<Optional<Entry>> decide(JsonObject detail, Decision decision) {
      return store.decide(site, by, note(detail), once, decision);
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

  /** Entries, see {@link JournalStore#from}. */
  Future<List<Entry>> from(Site site, @Nullable String after, int most) {
    return store.from(site, after, most);
  }
}
