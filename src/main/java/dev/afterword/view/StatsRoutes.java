package dev.afterword.view;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.article.Hour;
import dev.afterword.article.Rankings.By;
import dev.afterword.article.Rankings.Window;
import dev.afterword.http.Answer;
import dev.afterword.http.Body;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.view.StatsStore.Ranked;
import dev.afterword.view.Tops.Question;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Speaks HTTP for what views came to: the most read, over time, and why some did not count. */
final class StatsRoutes {
  private static final String TOP_CACHING = "public, max-age=10";

  /** As many articles as may be asked for. */
  private static final int MOST_ARTICLES = 100;

  /** As many hours as are kept. */
  private static final long MOST_POINTS = 24L * Series.HOURS_KEPT_DAYS;

  private final StatsStore store;
  private final ArticleStore articles;
  private final Tops tops;
  private final Cache<Asked, Told> told = Caffeine.newBuilder().maximumSize(1_000).build();

  private record Asked(Question question, int limit) {}

  /**
   * What was answered.
   *
   * @param ranked of which ranking the answer was made, and is true while that is the one
   */
  private record Told(List<Ranked> ranked, Body body) {}

  StatsRoutes(StatsStore store, ArticleStore articles, Tops tops) {
    this.store = store;
    this.articles = articles;
    this.tops = tops;
  }

  void addTo(RouteTable table) {
    table
        .get("/api/v1/:site/top", "top", this::top)
        .get("/api/v1/:site/views/explain", "explainViews", this::explain)
        .get("/api/v1/:site/views/series", "viewSeries", this::series);
  }

  private Future<Answer> top(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var limit = ctx.queryParam("limit");
    var question =
        new Question(
            site.name(),
            one(ctx, "by").equals("comments") ? By.COMMENTS : By.VIEWS,
            windowOf(one(ctx, "window")));
    var asked = new Asked(question, limit.isEmpty() ? 10 : Integer.parseInt(limit.get(0)));
    return tops.of(
            ctx.vertx(),
            question,
            () -> store.top(site, question.by(), question.window(), MOST_ARTICLES))
        .map(ranked -> Answer.of(200, body(site, asked, ranked)).caching(TOP_CACHING));
  }

  @SuppressWarnings("ReferenceEquality") // The same list is the same ranking; that is all we ask.
  private Body body(Site site, Asked asked, List<Ranked> ranked) {
    var before = told.getIfPresent(asked);
    if (before != null && before.ranked == ranked) {
      return before.body;
    }
    var first = ranked.subList(0, Math.min(asked.limit, ranked.size()));
    var body = Body.shared(Body.JSON, json(site, first).toBuffer());
    told.put(asked, new Told(ranked, body));
    return body;
  }

  private static Window windowOf(String word) {
    for (var window : Window.values()) {
      if (window.word().equals(word)) {
        return window;
      }
    }
    return Window.DAY;
  }

  private static String one(RoutingContext ctx, String name) {
    var given = ctx.queryParam(name);
    return given.isEmpty() ? "" : given.get(0);
  }

  private static JsonObject json(Site site, List<Ranked> ranked) {
    var articles = new JsonArray();
    for (var each : ranked) {
      articles.add(
          new JsonObject()
              .put("article", each.ref().key().value())
              .put("title", each.title())
              .put("url", site.addressOf(each.ref(), each.url()))
              .put("count", each.count()));
    }
    return new JsonObject().put("articles", articles);
  }

  private Future<Answer> explain(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    return known(ctx)
        .compose(store::explain)
        .map(
            it ->
                Answer.json(
                        200,
                        new JsonObject()
                            .put("raw", it.raw())
                            .put("counted", it.counted())
                            .put("repeat", it.repeat())
                            .put("bot", it.bot())
                            .put("prefetch", it.prefetch())
                            .put("limit", it.limit()))
                    .caching(Answer.PRIVATE));
  }

  private Future<Answer> series(RoutingContext ctx) {
    Callers.staff(ctx, Role.VIEWER);
    boolean days = one(ctx, "step").equals("day");
    long now = days ? store.now().day() : store.now().number();
    var to = moment(ctx, "to");
    long end = to == null ? now + 1 : ceiling(to, days);
    var from = moment(ctx, "from");
    long begin = from == null ? end - (days ? 30 : 24) : step(from, days);
    if (end - begin > MOST_POINTS) {
      throw Problem.invalid(Fault.in("from", "At most 2,160 steps at a time."));
    }
    return known(ctx)
        .compose(store::series)
        .map(
            series ->
                Answer.json(
                        200,
                        days
                            ? points(begin, end, series::ofDay, 24)
                            : points(begin, end, hour -> series.ofHour(new Hour(hour)), 1))
                    .caching(Answer.PRIVATE));
  }

  /** What is kept beside an article is found by its number alone, so that is looked at first. */
  private Future<ArticleRef> known(RoutingContext ctx) {
    return articles.read(Sites.of(ctx).article(ctx)).map(Article::ref);
  }

  private static long step(Instant moment, boolean days) {
    var hour = Hour.at(moment.toEpochMilli());
    return days ? hour.day() : hour.number();
  }

  /** The first step that begins at a moment or later. */
  private static long ceiling(Instant moment, boolean days) {
    return step(moment.minusMillis(1), days) + 1;
  }

  private static JsonObject points(long begin, long end, LongUnaryOperator views, int hours) {
    var points = new JsonArray();
    for (long step = begin; step < end; step++) {
      points.add(
          new JsonObject()
              .put("time", Times.format(new Hour(step * hours).begins()))
              .put("views", views.applyAsLong(step)));
    }
    return new JsonObject().put("points", points);
  }

  private static @Nullable Instant moment(RoutingContext ctx, String name) {
    var given = one(ctx, name);
    if (given.isEmpty()) {
      return null;
    }
    try {
      var moment = OffsetDateTime.parse(given).toInstant();
      if (moment.isBefore(Instant.EPOCH) || moment.isAfter(Instant.ofEpochSecond(1L << 36))) {
        throw Problem.invalid(Fault.in(name, "Must be a time between 1970 and 4147."));
      }
      return moment;
    } catch (DateTimeParseException e) {
      throw Problem.invalid(
          Fault.in(name, "Must be a time such as 2026-11-24T00:00:00Z (a + as %2B)."));
    }
  }
}
