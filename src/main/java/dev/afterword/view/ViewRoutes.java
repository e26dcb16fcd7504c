package dev.afterword.view;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.afterword.article.Article;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.article.InvalidArticleKeyException;
import dev.afterword.http.Answer;
import dev.afterword.http.Body;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import dev.afterword.http.Proxies;
import dev.afterword.http.RouteTable;
import dev.afterword.http.Times;
import dev.afterword.identity.Caller;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Keys;
import dev.afterword.identity.NewArticles;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.live.ReadersStore;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import dev.afterword.view.Recorded.Outcome;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/** Speaks HTTP for opened pages: counting them, and what is known of their article. */
public final class ViewRoutes {
  private final Views views;
  private final ArticleStore articles;
  private final Proxies proxies;
  private final ReadersStore readers;
  private final ViewStore store;
  private final CountRoutes counts;
  private final StatsRoutes stats;

  private ViewRoutes(
      ViewStore store,
      Views views,
      CountRoutes counts,
      StatsRoutes stats,
      ArticleStore articles,
      Proxies proxies,
      ReadersStore readers) {
    this.store = store;
    this.views = views;
    this.counts = counts;
    this.stats = stats;
    this.articles = articles;
    this.proxies = proxies;
    this.readers = readers;
  }

  /** What every event loop of a process shares of views and reads. */
  public static final class Shared {
    private final Repeats repeats = new Repeats();
    final Audience audience;
    final Pace<Crowd> crowds;
    final Pace<Reporter> reports;
    final Tallies tallies;
    private final Tops tops = new Tops();
    private final StoreClock clock;

    /**
     * @param limited whether there may be too many views or reads from one place
     */
    public Shared(Vertx vertx, boolean limited, StoreClock clock, MeterRegistry meters) {
      this.audience = new Audience(vertx);
      this.crowds = Crowd.pace(limited);
      this.reports = Reporter.pace(limited);
      this.tallies = new Tallies(meters);
      this.clock = clock;
    }
  }

  /** The routes of one event loop. */
  public static ViewRoutes in(
      Vertx vertx,
      RedisLink link,
      ArticleStore articles,
      Keys keys,
      Guests guests,
      Proxies proxies,
      Shared shared) {
    var store = new ViewStore(vertx, link, shared.clock, shared.repeats);
    return new ViewRoutes(
        store,
        new Views(store, articles, new SaltStore(link), keys, new NewArticles(guests), shared),
        new CountRoutes(articles),
        new StatsRoutes(new StatsStore(link, shared.clock), articles, shared.tops),
        articles,
        proxies,
        new ReadersStore(link));
  }

  /** Tells the store what it has not been told yet. */
  public Future<Void> flush() {
    return store.flush();
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .postUnchecked("/api/v1/:site/views", "recordView", this::record)
        .get("/api/v1/:site/article", "getArticle", this::article);
    counts.addTo(table);
    stats.addTo(table);
  }

  private Future<Answer> record(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var ref = site.article(ctx);
    var json = RouteTable.body(ctx);
    var title = text(json, "title", 200);
    var url = urlOf(site, ref, text(json, "url", 4_096));
    boolean staff = Callers.of(ctx) instanceof Caller.Staff;
    var request = ctx.request();
    var visit = new Visit(site, ref, staff, proxies.client(request), request.headers(), title, url);
    return (isDry(ctx) ? views.foresee(visit) : views.record(visit))
        .map(recorded -> answer(ref, recorded));
  }

  /** A dry run says what would happen. */
  private static boolean isDry(RoutingContext ctx) {
    var given = ctx.queryParam("dry");
    if (given.isEmpty() || given.equals(List.of("false"))) {
      return false;
    }
    if (given.equals(List.of("true"))) {
      return true;
    }
    throw Problem.invalid(Fault.in("dry", "Must be true or false."));
  }

  private static Answer answer(ArticleRef ref, Recorded recorded) {
    // By hand: this is the hottest answer, and only the key needs escaping.
    var json = new StringBuilder(128).append("{\"article\":\"");
    JsonStringEncoder.getInstance().quoteAsString(ref.key().value(), json);
    json.append("\",\"views\":").append(recorded.views());
    if (recorded.outcome() == Outcome.COUNTED) {
      json.append(",\"counted\":true,\"reason\":null}");
    } else {
      json.append(",\"counted\":false,\"reason\":\"").append(recorded.outcome().word());
      json.append("\"}");
    }
    var body = Body.of(Body.JSON, Buffer.buffer(json.toString()));
    return Answer.of(200, body).caching(Answer.PRIVATE);
  }

  private static String text(JsonObject json, String name, int longest) {
    var value = json.getValue(name);
    if (value == null) {
      return "";
    }
    if (!(value instanceof String string)) {
      throw Problem.invalid(Fault.at("#/" + name, "Must be text."));
    }
    if (string.codePointCount(0, string.length()) > longest) {
      throw Problem.invalid(Fault.at("#/" + name, "At most " + longest + " characters."));
    }
    return CleanText.line(string);
  }

  /** A page may say where it lies only when that is this article, or on this site. */
  private static String urlOf(Site site, ArticleRef ref, String url) {
    if (url.isEmpty() || !(url.startsWith("http://") || url.startsWith("https://"))) {
      return "";
    }
    return site.covers(url) || isSame(site, ref, url) ? url : "";
  }

  private static boolean isSame(Site site, ArticleRef ref, String url) {
    try {
      return ArticleKey.of(url, site.origins()).equals(ref.key());
    } catch (InvalidArticleKeyException e) {
      return false;
    }
  }

  private Future<Answer> article(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var ref = site.article(ctx);
    var reading = readers.read(ref);
    return articles
        .read(ref)
        .compose(article -> reading.map(number -> json(site, article, number)))
        .map(
            json ->
                Answer.of(200, Body.shared(Body.JSON, json.toBuffer())).caching(Answer.REVALIDATE));
  }

  private static JsonObject json(Site site, Article article, int readers) {
    var created = article.created();
    return new JsonObject()
        .put("article", article.ref().key().value())
        .put("title", article.title())
        .put("url", article.url())
        .put("state", site.stateOf(article).word())
        .put("moderation", site.moderationOf(article))
        .put("views", article.views())
        .put("baselineViews", article.baseline())
        .put("visitors", article.visitors())
        .put("comments", article.comments())
        .put("reactions", site.reactionsOf(article.reactions()))
        .put("readers", readers)
        .put("position", article.position().toString())
        .put("created", created == null ? null : Times.format(created));
  }
}
