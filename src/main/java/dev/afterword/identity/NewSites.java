package dev.afterword.identity;

import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.JournalStore.Note;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/** Brings sites into being for an owner of all; their journals begin with it. */
public final class NewSites {
  private final SiteStore store;
  private final Journal journal;
  private final Duration viewWindow;
  private final Duration editWindow;

  /**
   * @param viewWindow of a new site
   * @param editWindow of a new site
   */
  public NewSites(SiteStore store, Journal journal, Duration viewWindow, Duration editWindow) {
    this.store = store;
    this.journal = journal;
    this.viewWindow = viewWindow;
    this.editWindow = editWindow;
  }

  /**
   * Adds a site. One that was removed comes back with the settings that it had.
   *
   * @param name one that a new site can have
   * @param body with {@code origins}; without any, a site that comes back has those that it had
   * @return its settings with the entry as {@code verdict}; fails with a {@link Problem}: 422 for
   *     an origin that is none, 409 when there is such a site
   */
  Future<JsonObject> add(Staff owner, String name, JsonObject body, Once once) {
    var given = body.getJsonArray("origins");
    var wanted = new JsonObject().put("origins", given == null ? new JsonArray() : given);
    var origins = SettingsJson.kept(wanted).getJsonArray("origins");
    var pages = origins.stream().map(String.class::cast).toList();
    return store
        .beginning(name, pages, viewWindow, editWindow)
        .compose(
            beginning -> {
              var site = store.site(name, beginning.site());
              var note = new Note("site", List.of(name), "", null, beginning.site().json());
              return journal
                  .decide(site, owner, note, once, beginning.decision())
                  .compose(entry -> store.list(name).map(entry))
                  .compose(
                      entry ->
                          store
                              .read(name)
                              .map(
                                  now ->
                                      SettingsJson.of(now.orElse(site))
                                          .put(
                                              "verdict",
                                              entry
                                                  .orElseThrow(
                                                      () -> Problem.of(ProblemType.SITE_EXISTS))
                                                  .id())));
            });
  }
}
