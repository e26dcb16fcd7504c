package dev.afterword.identity;

import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.SiteStore.Stored;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Changes what a site decides. A change and its entry in the journal are one step of the store; the
 * entry knows what was there before, so that it can be taken back. Confined to one event loop.
 */
final class SiteSettings {
  private final SiteStore store;
  private final Journal journal;

  SiteSettings(SiteStore store, Journal journal) {
    this.store = store;
    this.journal = journal;
    journal.undoing("settings", Role.OWNER, this::undo);
  }

  /** All settings, as they are in the store at this moment. */
  Future<JsonObject> shown(Site site) {
    return stored(site).map(now -> SettingsJson.of(store.site(site.name(), now)));
  }

  /**
   * Changes settings.
   *
   * @param body as it was sent
   * @return all settings with the entry as {@code verdict}; fails with a {@link Problem}: 422 for
   *     what is not valid, 409 when the version that the body names is not the current one
   */
  Future<JsonObject> change(Site site, Staff by, JsonObject body, Once once) {
    var changes = SettingsJson.kept(body);
    return journal
        .before(site, once)
        .compose(
            earlier ->
                earlier.isPresent()
                    ? answer(site, earlier.get())
                    : change(site, by, body, changes, once));
  }

  private Future<JsonObject> change(
      Site site, Staff by, JsonObject body, JsonObject changes, Once once) {
    return stored(site)
        .compose(
            now -> {
              var version = body.getLong("version");
              if (version != null && version != now.version()) {
                throw Problem.of(ProblemType.SETTINGS_CHANGED);
              }
              var whole = now.json().copy().mergeIn(changes);
              var note = note(body, difference(now.json(), whole));
              return journal
                  .decide(site, by, note, once, SiteStore.decision(site.name(), now, whole))
                  .compose(
                      entry ->
                          entry.isPresent()
                              ? answer(site, entry.get())
                              : change(site, by, body, changes, once));
            });
  }

  private static Note note(JsonObject body, JsonObject detail) {
    return new Note("settings", SettingsJson.named(body), "", null, detail);
  }

  /**
   * What is not the same: {@code before} and {@code after}, {@code null} for what was not there.
   */
  private static JsonObject difference(JsonObject before, JsonObject after) {
    var was = new JsonObject();
    var is = new JsonObject();
    for (var name : after.fieldNames()) {
      if (!same(before.getValue(name), after.getValue(name))) {
        was.put(name, before.getValue(name));
        is.put(name, after.getValue(name));
      }
    }
    return new JsonObject().put("before", was).put("after", is);
  }

  private Future<JsonObject> undo(Site site, Entry entry, Journal.Write write) {
    return write
        .earlier()
        .compose(
            earlier ->
                earlier.isPresent()
                    ? answer(site, earlier.get())
                    : takeBack(site, entry.note().detail(), write));
  }

  private Future<JsonObject> takeBack(Site site, JsonObject detail, Journal.Write write) {
    var before = detail.getJsonObject("before");
    var after = detail.getJsonObject("after");
    return stored(site)
        .compose(
            now -> {
              var whole = now.json().copy();
              for (var name : after.fieldNames()) {
                if (!same(now.json().getValue(name), after.getValue(name))) {
                  throw Problem.of(ProblemType.CHANGED_SINCE);
                }
                whole.put(name, before.getValue(name));
                if (before.getValue(name) == null) {
                  whole.remove(name);
                }
              }
              var swapped = new JsonObject().put("before", after).put("after", before);
              return write
                  .decide(swapped, SiteStore.decision(site.name(), now, whole))
                  .compose(
                      undone ->
                          undone.isPresent()
                              ? answer(site, undone.get())
                              : takeBack(site, detail, write));
            });
  }

  /** As text, because a number that was read again may be of another class. */
  private static boolean same(@Nullable Object one, @Nullable Object other) {
    return JsonArray.of(one).encode().equals(JsonArray.of(other).encode());
  }

  private Future<JsonObject> answer(Site site, Entry entry) {
    return shown(site).map(settings -> settings.put("verdict", entry.id()));
  }

  private Future<Stored> stored(Site site) {
    return store
        .stored(site.name())
        .map(found -> found.orElseThrow(() -> Problem.of(ProblemType.SITE_UNKNOWN)));
  }
}
