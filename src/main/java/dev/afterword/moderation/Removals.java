package dev.afterword.moderation;

import dev.afterword.comment.Comment.State;
import dev.afterword.comment.CommentDesk;
import dev.afterword.comment.CommentDesk.Change;
import dev.afterword.comment.CommentDesk.Ruled;
import dev.afterword.comment.Decision;
import dev.afterword.identity.JournalStore;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Job;
import dev.afterword.identity.Site;
import dev.afterword.moderation.JobStore.Progress;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Removes what an author wrote, or takes that back: a job under the entry of the ban, or of its
 * undo. It goes through the author's comments, a hundred at a time. Each comment knows the entry
 * that removed it, so nothing is done twice, and what somebody else has decided since stays.
 * Confined to one event loop.
 */
final class Removals implements Jobs.Kind {
  private static final int PART = 100;

  /**
   * By then, whatever was under way when a job began has come to an end, and the job goes through
   * once more: comments that were let in before the ban, a part of a job that it ended.
   */
  private static final long LAST_WRITE_MS = 5_000;

  /** Of a comment that is younger than the ban, so many later entries are looked at. */
  private static final int MOST_LATER = 1_000;

  private static final EnumSet<State> REMOVED =
      EnumSet.of(State.VISIBLE, State.PENDING, State.SHADOWED);

  private final CommentDesk desk;
  private final JobStore store;
  private final JournalStore journal;
  private final StoreClock clock;

  Removals(CommentDesk desk, JobStore store, JournalStore journal, StoreClock clock) {
    this.desk = desk;
    this.store = store;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * What an entry says of its job.
   *
   * @param total how many comments the author has
   * @param removes whether it removes them; else it brings back what an entry removed
   * @param since the entry of the ban; later decisions stay. {@code null} for this entry itself
   */
  record Plan(long total, boolean removes, @Nullable String since) {
    private static @Nullable Plan of(Entry entry) {
      var kept = entry.note().detail().getJsonObject("job");
      return kept == null
          ? null
          : new Plan(kept.getLong("total"), kept.getBoolean("removes"), kept.getString("since"));
    }

    /** The entry of the ban. */
    private String since(Entry entry) {
      return since == null ? entry.id() : since;
    }

    /** As the entry keeps it. */
    JsonObject kept() {
      return new JsonObject().put("total", total).put("removes", removes).put("since", since);
    }

    /**
     * The job that the entry begins.
     *
     * @param ends the entry whose job it ends, or empty
     */
    Job job(String ends) {
      return new Job(Progress.begin(total).text(), ends);
    }
  }

  /** To remove all that an author wrote. */
  static Future<Plan> removal(CommentDesk desk, Site site, String author) {
    return desk.countWritten(site, author).map(total -> new Plan(total, true, null));
  }

  /** To take an entry's job back, which may itself have taken one back; or {@code null}. */
  static Future<@Nullable Plan> undo(CommentDesk desk, Site site, Entry entry) {
    var plan = Plan.of(entry);
    return plan == null
        ? Future.succeededFuture(null)
        : desk.countWritten(site, entry.note().targets().get(0))
            .map(total -> new Plan(total, !plan.removes, plan.since(entry)));
  }

  @Override
  public Jobs.Run run(Site site, Entry entry) {
    return now -> part(site, entry, now);
  }

  /** One part; answers whether this process goes on. */
  private Future<Boolean> part(Site site, Entry entry, Progress now) {
    if (now.again() && entry.time().plusMillis(LAST_WRITE_MS).isAfter(time())) {
      return Future.succeededFuture(false);
    }
    var id = entry.id();
    return desk.written(site, entry.note().targets().get(0), now.after(), PART)
        .compose(
            some -> {
              if (some.ids().isEmpty()) {
                return store
                    .note(site, id, now, now.again() ? null : now.through())
                    .map(noted -> noted && !now.again());
              }
              return change(site, entry, some.ids())
                  .compose(
                      changed ->
                          store.note(site, id, now, now.after(some.ids().size(), some.last())));
            });
  }

  private Instant time() {
    return Instant.ofEpochMilli(clock.now());
  }

  private Future<Void> change(Site site, Entry entry, List<String> ids) {
    return desk.find(site, ids)
        .compose(
            found ->
                removesLater(site, entry, found)
                    .compose(
                        later -> {
                          var changes = new ArrayList<Change>();
                          for (var ruled : found) {
                            var change = change(entry, ruled, later);
                            if (change != null) {
                              changes.add(change);
                            }
                          }
                          return changes.isEmpty()
                              ? Future.succeededFuture()
                              : desk.change(site, changes).mapEmpty();
                        }));
  }

  /**
   * Whether comments that are younger than the ban are removed with the others: as long as nothing
   * was decided about their author since, they were let in before.
   */
  private Future<Boolean> removesLater(Site site, Entry entry, List<Ruled> found) {
    if (entry.note().undoes() != null
        || found.stream().noneMatch(ruled -> isYounger(ruled, entry.id()))) {
      return Future.succeededFuture(false);
    }
    var author = entry.note().targets().get(0);
    return journal
        .from(site, entry.id(), MOST_LATER)
        .map(
            later ->
                later.size() < MOST_LATER
                    && later.stream().noneMatch(each -> each.note().targets().contains(author)));
  }

  private static boolean isYounger(Ruled ruled, String entry) {
    var comment = ruled.comment();
    return comment != null
        && comment.created().toEpochMilli()
            > Long.parseLong(entry.substring(0, entry.indexOf('-')));
  }

  /** What is to become of a comment; {@code null} when it stays. */
  private static @Nullable Change change(Entry entry, Ruled ruled, boolean later) {
    var comment = ruled.comment();
    if (comment == null) {
      return null;
    }
    var plan = Objects.requireNonNull(Plan.of(entry));
    var undoes = entry.note().undoes();
    var back = undoes == null ? null : ruled.history().undoing(undoes, ruled.condition());
    if (undoes != null && back != null) {
      var why = new Decision(entry.id(), undoes, entry.name(), "");
      return new Change(ruled, back, EnumSet.allOf(State.class), false, why);
    }
    var since = plan.since(entry);
    if (!plan.removes
        || !REMOVED.contains(comment.state())
        || (isYounger(ruled, since) && !later)
        || ruled.history().decidedSince(since)) {
      return null;
    }
    var why = new Decision(entry.id(), "", entry.name(), entry.note().reason());
    return new Change(ruled, State.DELETED.letter() + comment.flags(), REMOVED, false, why);
  }
}
