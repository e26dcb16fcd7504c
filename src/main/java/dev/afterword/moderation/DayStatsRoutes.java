package dev.afterword.moderation;

import dev.afterword.article.DayTally;
import dev.afterword.http.Answer;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Sites;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Speaks HTTP for what came of each day on a site. */
public final class DayStatsRoutes {
  private static final LocalDate FIRST = LocalDate.EPOCH;
  private static final LocalDate LAST = LocalDate.of(9999, 12, 31);

  /** How many days there are unless they are asked for. */
  private static final int USUAL_DAYS = 30;

  private final DayStatsStore store;

  /** The routes of one event loop. */
  public DayStatsRoutes(RedisLink link, StoreClock clock) {
    this.store = new DayStatsStore(link, clock);
  }

  /** Adds the route to the table. */
  public void addTo(RouteTable table) {
    table.get("/api/v1/:site/admin/stats", "dayStats", this::stats);
  }

  private Future<Answer> stats(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    var to = date(ctx, "to", store.today());
    var from = date(ctx, "from", to.minusDays(USUAL_DAYS - 1L));
    if (from.isAfter(to)) {
      throw Problem.invalid(Fault.in("from", "Must not come after the last day."));
    }
    if (ChronoUnit.DAYS.between(from, to) >= DayTally.DAYS_KEPT) {
      throw Problem.invalid(Fault.in("from", "At most 400 days at a time."));
    }
    return store
        .days(Sites.of(ctx), from, to)
        .map(days -> Answer.json(200, json(from, days)).caching(Answer.PRIVATE));
  }

  private static JsonObject json(LocalDate from, List<DayStats> days) {
    var each = new JsonArray();
    var all = new DayStats();
    for (int i = 0; i < days.size(); i++) {
      var day = days.get(i);
      each.add(new JsonObject().put("date", from.plusDays(i).toString()).mergeIn(day.json()));
      all.addAll(day);
    }
    return new JsonObject().put("days", each).put("all", all.json());
  }

  private static LocalDate date(RoutingContext ctx, String name, LocalDate otherwise) {
    var given = ctx.queryParam(name);
    if (given.isEmpty()) {
      return otherwise;
    }
    try {
      var date = LocalDate.parse(given.get(0));
      if (!date.isBefore(FIRST) && !date.isAfter(LAST)) {
        return date;
      }
    } catch (DateTimeParseException e) {
      // Refused like one that is too far away.
    }
    throw Problem.invalid(Fault.in(name, "Must be a day such as 2026-11-24, from 1970 on."));
  }
}
