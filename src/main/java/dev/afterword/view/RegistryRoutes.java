package dev.afterword.view;

import dev.afterword.article.ArticleStore;
import dev.afterword.http.Answer;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Sites;
import dev.afterword.view.RegistryStore.Field;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.EnumMap;

/** Speaks HTTP for what staff say of an article: its name, and what its views are counted from. */
final class RegistryRoutes {
  private final RegistryStore store;
  private final ArticleStore articles;

  RegistryRoutes(RegistryStore store, ArticleStore articles) {
    this.store = store;
    this.articles = articles;
  }

  void addTo(RouteTable table) {
    table.patch("/api/v1/:site/admin/article", "changeArticle", this::change);
  }

  private Future<Answer> change(RoutingContext ctx) {
    Callers.staff(ctx, Role.MODERATOR);
    var ref = Sites.of(ctx).article(ctx);
    var body = RouteTable.body(ctx);
    var fields = new EnumMap<Field, String>(Field.class);
    if (body.containsKey("title")) {
      fields.put(Field.TITLE, line(body, "title"));
    }
    if (body.containsKey("url")) {
      fields.put(Field.URL, url(line(body, "url")));
    }
    if (body.containsKey("baselineViews")) {
      long baseline = body.getLong("baselineViews");
      fields.put(Field.BASELINE, baseline == 0 ? "" : Long.toString(baseline));
    }
    return store
        .register(ref, fields)
        .compose(
            registered ->
                registered
                    ? articles.read(ref)
                    : Future.failedFuture(Problem.of(ProblemType.ARTICLE_NOT_ALLOWED)))
        .map(
            article ->
                Answer.json(
                        200,
                        new JsonObject()
                            .put("article", ref.key().value())
                            .put("title", article.title())
                            .put("url", article.url())
                            .put("views", article.views())
                            .put("baselineViews", article.baseline()))
                    .caching(Answer.PRIVATE));
  }

  private static String line(JsonObject body, String name) {
    var text = body.getString(name);
    return text == null ? "" : CleanText.line(text);
  }

  private static String url(String url) {
    if (!url.isEmpty() && !url.startsWith("https://") && !url.startsWith("http://")) {
      throw Problem.invalid(Fault.at("#/url", "Must begin with https:// or http://."));
    }
    return url;
  }
}
