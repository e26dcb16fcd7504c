package dev.afterword.identity;

import dev.afterword.http.Answer;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.JournalStore.Entry;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Speaks HTTP for what staff did, and for taking it back. */
public final class JournalRoutes {
  private static final int PAGE = 50;

  private final Journal journal;

  /** The routes of one event loop. */
  public JournalRoutes(Journal journal) {
    this.journal = journal;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .get("/api/v1/:site/admin/audit", "audit", this::audit)
        .get("/api/v1/:site/admin/audit.ndjson", "exportAudit", this::export)
        .postNamed("/api/v1/:site/admin/verdicts/:verdict/undo", "undoVerdict", this::undo);
  }

  private Future<Answer> audit(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    var after = ctx.queryParam("after").stream().findFirst().orElse(null);
    if (after != null && !JournalStore.isId(after)) {
      throw Problem.invalid(Fault.in("after", "Not a cursor of this list."));
    }
    var given = ctx.queryParam("limit");
    int limit = given.isEmpty() ? PAGE : Integer.parseInt(given.get(0));
    return journal
        .page(Sites.of(ctx), after, limit + 1)
        .map(found -> Answer.json(200, page(found, limit)).caching(Answer.PRIVATE));
  }

  private Future<Answer> export(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    return new JournalDownload(
            journal, Sites.of(ctx), ctx.request(), entry -> json(entry).toBuffer())
        .begin();
  }

  private static JsonObject page(List<Entry> found, int limit) {
    boolean more = found.size() > limit;
    var shown = more ? found.subList(0, limit) : found;
    var entries = new JsonArray();
    shown.forEach(entry -> entries.add(json(entry)));
    return new JsonObject()
        .put("entries", entries)
        .put("next", more ? shown.get(shown.size() - 1).id() : null);
  }

  private static JsonObject json(Entry entry) {
    var note = entry.note();
    return new JsonObject()
        .put("id", entry.id())
        .put("time", Times.format(entry.time()))
        .put("by", new JsonObject().put("id", entry.by()).put("name", entry.name()))
        .put("action", note.action())
        .put("targets", new JsonArray(note.targets()))
        .put("reason", note.reason().isEmpty() ? null : note.reason())
        .put("undoes", note.undoes());
  }

  private Future<Answer> undo(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.MODERATOR);
    var once = IdempotencyKey.once(ctx.request(), new JsonObject(), staff.id());
    return journal
        .undo(Sites.of(ctx), staff, ctx.pathParam("verdict"), once)
        .map(
            undone ->
                Answer.json(undone.containsKey("job") ? 202 : 200, undone).caching(Answer.PRIVATE));
  }
}
