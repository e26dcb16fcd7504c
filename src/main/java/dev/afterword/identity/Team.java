package dev.afterword.identity;

import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The staff of a site: who they are, new ones, and those who are none any more. An entry of the
 * journal holds what the store keeps of somebody, the digest of the token but never the token, so
 * that a revocation can be taken back.
 */
final class Team {
  private final StaffStore store;
  private final Journal journal;

  Team(StaffStore store, Journal journal) {
    this.store = store;
    this.journal = journal;
    journal.undoing("staff-add", Role.OWNER, this::undo);
    journal.undoing("staff-revoke", Role.OWNER, this::undo);
  }

  /** The staff of a site alone, the oldest first; of tokens nothing. */
  Future<JsonObject> list(Site site) {
    return store
        .kept(site)
        .map(
            kept -> {
              var list =
                  kept.values().stream()
                      .map(JsonObject::new)
                      .sorted((a, b) -> Long.compare(created(a), created(b)))
                      .map(Team::shown)
                      .toList();
              return new JsonObject().put("staff", new JsonArray(list));
            });
  }

  private static long created(JsonObject kept) {
    return kept.getLong("created", 0L);
  }

  private static JsonObject shown(JsonObject kept) {
    var created = kept.getLong("created");
    return new JsonObject()
        .put("id", kept.getString("id"))
        .put("name", kept.getString("name"))
        .put("role", kept.getString("role"))
        .put("created", created == null ? null : Times.format(Instant.ofEpochMilli(created)));
  }

  /**
   * Makes somebody staff.
   *
   * @return who it is, with a token that is told this once, and the entry as {@code verdict}
   */
  Future<JsonObject> add(Site site, Staff by, JsonObject body, Once once) {
    var name = CleanText.line(body.getString("name"));
    if (CleanText.showsNothing(name)) {
      throw Problem.invalid(Fault.at("#/name", "Must not be empty."));
    }
    var role = body.getString("role");
    var token = StaffStore.newToken();
    var digest = StaffStore.digest(token);
    var kept = StaffStore.kept(name, role).encode();
    var after = new JsonObject().put(digest, kept);
    var detail =
        new JsonObject().put("before", new JsonObject().put(digest, "")).put("after", after);
    var note = new Note("staff-add", List.of(), name + ", " + role, null, detail);
    return journal
        .decide(site, by, note, once, StaffStore.decision(site, detail))
        .map(
            written -> {
              var entry = written.orElseThrow();
              var who = entry.note().detail().getJsonObject("after");
              var added = new JsonObject((String) who.iterator().next().getValue());
              var answer = shown(added).put("verdict", entry.id());
              return entry.replayed() ? answer : answer.put("token", token);
            });
  }

  /**
   * Has somebody be staff no more, from this moment: tokens and sessions are looked at anew at each
   * use.
   *
   * @return the id with the entry as {@code verdict}; fails with a {@link Problem} (404)
   */
  Future<JsonObject> revoke(Site site, Staff by, String id, Once once) {
    return journal
        .before(site, once)
        .compose(
            earlier ->
                earlier.isPresent()
                    ? Future.succeededFuture(earlier)
                    : store
                        .kept(site)
                        .compose(
                            kept -> {
                              var digest =
                                  kept.keySet().stream()
                                      .filter(each -> id.equals(idOf(kept.get(each))))
                                      .findFirst()
                                      .orElseThrow(() -> Problem.of(ProblemType.STAFF_UNKNOWN));
                              var detail =
                                  new JsonObject()
                                      .put("before", new JsonObject().put(digest, kept.get(digest)))
                                      .put("after", new JsonObject().put(digest, ""));
                              var note = new Note("staff-revoke", List.of(id), "", null, detail);
                              return journal.decide(
                                  site, by, note, once, StaffStore.decision(site, detail));
                            }))
        .map(
            entry ->
                new JsonObject()
                    .put("id", id)
                    .put(
                        "verdict",
                        entry.orElseThrow(() -> Problem.of(ProblemType.STAFF_UNKNOWN)).id()));
  }

  private static @Nullable String idOf(@Nullable String kept) {
    return kept == null ? null : new JsonObject(kept).getString("id");
  }

  private Future<JsonObject> undo(Site site, Entry entry, Journal.Write write) {
    var detail = entry.note().detail();
    var swapped =
        new JsonObject()
            .put("before", detail.getJsonObject("after"))
            .put("after", detail.getJsonObject("before"));
    return write
        .decide(swapped, StaffStore.decision(site, swapped))
        .map(
            undone ->
                new JsonObject()
                    .put(
                        "verdict",
                        undone.orElseThrow(() -> Problem.of(ProblemType.CHANGED_SINCE)).id()));
  }
}
