package dev.afterword.moderation;

import dev.afterword.comment.CommentDesk;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.Site;
import dev.afterword.moderation.BanStore.Kept;
import dev.afterword.moderation.Removals.Plan;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps authors from writing. A ban and its entry in the journal are one step of the store, which
 * every write asks first: whoever was told of a ban will see nothing new of the author. Confined to
 * one event loop.
 */
final class Bans {
  /** The journal's word for a ban. */
  static final String ACTION = "ban";

  private final BanStore store;
  private final Journal journal;
  private final CommentDesk desk;
  private final Jobs jobs;
  private final Clock clock;

  Bans(BanStore store, Journal journal, CommentDesk desk, Jobs jobs, Clock clock) {
    this.store = store;
    this.journal = journal;
    this.desk = desk;
    this.jobs = jobs;
    this.clock = clock;
    journal.undoing(ACTION, Role.MODERATOR, this::undo);
    journal.undoing("unban", Role.MODERATOR, this::undo);
  }

  /** The bans that hold, by author. */
  Future<JsonObject> list(Site site) {
    return store
        .all(site)
        .map(
            all -> {
              var bans = new JsonArray();
              all.forEach(
                  (field, text) -> {
                    if (!BanStore.isNetwork(field) && holds(Kept.of(text))) {
                      bans.add(json(field, Kept.of(text)));
                    }
                  });
              return new JsonObject().put("bans", bans);
            });
  }

  /** The ban of an author; fails with a {@link Problem} (404) when there is none that holds. */
  Future<JsonObject> one(Site site, String author) {
    return store
        .all(site)
        .map(
            all -> {
              var text = all.get(author);
              if (text == null || !holds(Kept.of(text))) {
                throw Problem.of(ProblemType.BAN_UNKNOWN);
              }
              return json(author, Kept.of(text));
            });
  }

  private boolean holds(Kept ban) {
    return holds(ban, clock);
  }

  /** Whether a ban has not ended. */
  static boolean holds(Kept ban, Clock clock) {
    return ban.until() == 0 || ban.until() > clock.millis();
  }

  /** A ban as answers show it. */
  static JsonObject json(String author, Kept ban) {
    var until = ban.until();
    return new JsonObject()
        .put("author", author)
        .put("until", until == 0 ? null : Times.format(Instant.ofEpochMilli(until)))
        .put("reason", ban.about().getString("reason"))
        .put("network", ban.about().getString("network") != null)
        .put("shadow", ban.shadow())
        .put("by", ban.about().getString("by"))
        .put("created", Times.format(Instant.ofEpochMilli(ban.about().getLong("created"))));
  }

  /**
   * A ban that is asked for.
   *
   * @param until when it ends; {@code null} for never
   * @param reason as it was given, or empty
   * @param network whether nobody from the network that the author wrote from last may write either
   * @param shadow whether they may, and nobody else sees it
   * @param removes whether what the author wrote is removed
   */
  record Call(
      @Nullable Instant until, String reason, boolean network, boolean shadow, boolean removes) {}

  /**
   * Bans an author, or changes the ban.
   *
   * @return the ban with the entry as {@code verdict}, and the {@code job} that removes comments
   * @throws Problem 422 when it would have ended already, or would give itself away
   */
  Future<JsonObject> ban(Site site, Staff by, String author, Call call, Once once) {
    var until = call.until;
    if (until != null && until.toEpochMilli() <= clock.millis()) {
      throw mustEndLater();
    }
    if (call.shadow && call.removes) {
      throw Problem.invalid(
          Fault.at("#/removeComments", "A ban in the shadow removes nothing: that would tell."));
    }
    Future<@Nullable String> found =
        call.network ? store.network(site, author) : Future.succeededFuture(null);
    Future<@Nullable Plan> planned =
        call.removes ? Removals.removal(desk, site, author) : Future.succeededFuture(null);
    return Future.all(found, planned)
        .compose(
            both -> {
              var about =
                  new JsonObject()
                      .put("by", by.name())
                      .put("created", clock.millis())
                      .put("reason", call.reason.isEmpty() ? null : call.reason)
                      .put("network", both.<@Nullable String>resultAt(0));
              var kept = new Kept(until == null ? 0 : until.toEpochMilli(), call.shadow, about);
              return decide(site, by, "ban", author, kept, both.resultAt(1), call.reason, once)
                  .compose(entry -> told(site, entry, json(author, kept)));
            });
  }

  /** With the entry, and with its job, which begins now. */
  private Future<JsonObject> told(Site site, Entry entry, JsonObject answer) {
    answer.put("verdict", entry.id());
    return Jobs.has(entry)
        ? jobs.begin(site, entry).map(job -> answer.put("job", job))
        : Future.succeededFuture(answer);
  }

  /** The problem (422) of an end that is none. */
  static Problem mustEndLater() {
    return Problem.invalid(
        Fault.at("#/until", "Must be a time to come, such as 2027-01-31T18:00:00Z."));
  }

  /** Ends a ban; fails with a {@link Problem} (404) when there is none that holds. */
  Future<JsonObject> unban(Site site, Staff by, String author, Once once) {
    return journal
        .once(
            site,
            once,
            () ->
                one(site, author)
                    .compose(held -> decide(site, by, "unban", author, null, null, "", once)))
        .map(entry -> new JsonObject().put("author", author).put("verdict", entry.id()));
  }

  private Future<Entry> decide(
      Site site,
      Staff by,
      String action,
      String author,
      @Nullable Kept ban,
      @Nullable Plan plan,
      String reason,
      Once once) {
    return store
        .held(site)
        .compose(
            held -> {
              var before = new JsonObject();
              var after = new JsonObject();
              put(before, after, held.bans(), author, ban == null ? "" : ban.text());
              var note =
                  new Note(action, List.of(author), reason, null, detail(before, after, plan));
              var job = plan == null ? null : plan.job("");
              return journal
                  .decide(site, by, note, once, BanStore.decision(site, held, before, after, job))
                  .compose(
                      entry ->
                          entry
                              .map(Future::succeededFuture)
                              .orElseGet(
                                  () -> decide(site, by, action, author, ban, plan, reason, once)));
            });
  }

  private static JsonObject detail(JsonObject before, JsonObject after, @Nullable Plan plan) {
    var detail = new JsonObject().put("before", before).put("after", after);
    return plan == null ? detail : detail.put("job", plan.kept());
  }

  /**
   * The author's field, and those of networks that the ban, or the one before, is of.
   *
   * @param ban as it is kept, or empty for none
   */
  private void put(
      JsonObject before, JsonObject after, Map<String, String> held, String author, String ban) {
    var earlier = held.getOrDefault(author, "");
    var then = new HashMap<>(held);
    then.put(author, ban);
    before.put(author, earlier);
    after.put(author, ban);
    for (var each : List.of(earlier, ban)) {
      var network = network(each);
      if (network != null) {
        before.put(network, held.getOrDefault(network, ""));
        after.put(network, ofNetwork(network, then));
      }
    }
  }

  /** The field of the network that a ban is of, too; {@code null} when it is of none. */
  private static @Nullable String network(String ban) {
    return ban.isEmpty() ? null : Kept.of(ban).about().getString("network");
  }

  /** What the bans of authors make of a network: it is banned as long as one of them holds. */
  private String ofNetwork(String network, Map<String, String> bans) {
    var holding = new ArrayList<Kept>();
    bans.forEach(
        (field, text) -> {
          if (!BanStore.isNetwork(field) && network.equals(network(text)) && holds(Kept.of(text))) {
            holding.add(Kept.of(text));
          }
        });
    return BanStore.ofNetwork(holding);
  }

  private Future<JsonObject> undo(Site site, Entry entry, Journal.Write write) {
    var answer = new JsonObject().put("author", entry.note().targets().get(0));
    return Removals.undo(desk, site, entry)
        .compose(plan -> undo(site, entry, write, plan))
        .compose(undone -> told(site, undone, answer));
  }

  /** The author's ban has to be the one of the entry; the networks' are made of those of now. */
  private Future<Entry> undo(Site site, Entry entry, Journal.Write write, @Nullable Plan plan) {
    var author = entry.note().targets().get(0);
    var detail = entry.note().detail();
    var stands = detail.getJsonObject("after").getString(author);
    var job = plan == null ? null : plan.job(entry.id());
    return store
        .held(site)
        .compose(
            held -> {
              var before = new JsonObject();
              var after = new JsonObject();
              put(
                  before,
                  after,
                  held.bans(),
                  author,
                  detail.getJsonObject("before").getString(author));
              before.put(author, stands);
              return write
                  .decide(
                      detail(before, after, plan),
                      BanStore.decision(site, held, before, after, job))
                  .compose(
                      undone -> {
                        if (undone.isEmpty()
                            && !stands.equals(held.bans().getOrDefault(author, ""))) {
                          throw Problem.of(ProblemType.CHANGED_SINCE);
                        }
                        return undone
                            .map(Future::succeededFuture)
                            .orElseGet(() -> undo(site, entry, write, plan));
                      });
            });
  }
}
