package dev.afterword.view;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.article.Counts;
import dev.afterword.article.InvalidArticleKeyException;
import dev.afterword.http.Answer;
import dev.afterword.http.Body;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Speaks HTTP for the numbers below articles. Front pages poll them: so a question is understood
 * once, and its answer is made anew only when the store has other numbers than it was made of.
 *
 * <p>Confined to one event loop.
 */
final class CountRoutes {
  private static final int MOST_ARTICLES = 100;
  private static final String CACHING = "public, max-age=5";
  private static final long CACHE_BYTES = 4L << 20;

  private final ArticleStore articles;
  private final Cache<Question, Told> told =
      Caffeine.newBuilder()
          .maximumWeight(CACHE_BYTES)
          .weigher(
              (Question question, Told answer) -> 3 * question.query.length() + answer.weight())
          .build();

  /**
   * What was asked, letter by letter.
   *
   * @param version of the site's settings, by which an article is named
   */
  private record Question(String site, long version, String query) {}

  /**
   * What was answered.
   *
   * @param asked the articles as the client calls them
   * @param refs the same as the store does
   */
  private record Told(
      List<String> asked, List<ArticleRef> refs, List<Counts> counts, Answer answer) {
    int weight() {
      var body = answer.body();
      return 1_000 + 200 * refs.size() + (body == null ? 0 : body.weight());
    }
  }

  CountRoutes(ArticleStore articles) {
    this.articles = articles;
  }

  void addTo(RouteTable table) {
    table
        .getUnchecked("/api/v1/:site/counts", "getCounts", this::get)
        .post("/api/v1/:site/counts", "postCounts", this::post);
  }

  private Future<Answer> get(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var query = ctx.request().query();
    var question = new Question(site.name(), site.version(), query == null ? "" : query);
    var before = told.getIfPresent(question);
    if (before == null) {
      var asked = asked(ctx);
      var refs = asked.stream().map(site::article).toList();
      // What another key of an article means may change at any time; its own means it for ever.
      boolean lasts = refs.stream().allMatch(ArticleRef::isOwn);
      return articles
          .counts(refs)
          .map(counts -> lasts ? tell(question, asked, refs, counts) : answer(asked, counts));
    }
    return articles
        .counts(before.refs)
        .onFailure(failure -> told.invalidate(question))
        .map(
            counts ->
                counts.equals(before.counts)
                    ? before.answer
                    : tell(question, before.asked, before.refs, counts));
  }

  private static List<String> asked(RoutingContext ctx) {
    var asked = ctx.queryParam("article");
    if (asked.isEmpty() || asked.size() > MOST_ARTICLES) {
      throw Problem.invalid(Fault.in("article", "Name 1 to 100 articles."));
    }
    return List.copyOf(asked);
  }

  private Answer tell(
      Question question, List<String> asked, List<ArticleRef> refs, List<Counts> counts) {
    var answer = answer(asked, counts);
    told.put(question, new Told(asked, refs, counts, answer));
    return answer;
  }

  private static Answer answer(List<String> asked, List<Counts> counts) {
    return Answer.of(200, Body.shared(Body.JSON, json(asked, counts))).caching(CACHING);
  }

  private Future<Answer> post(RoutingContext ctx) {
    var asked = new ArrayList<String>();
    JsonArray list = RouteTable.body(ctx).getJsonArray("articles");
    list.forEach(each -> asked.add((String) each));
    return articles
        .counts(refs(Sites.of(ctx), asked))
        .map(
            counts ->
                Answer.of(200, Body.of(Body.JSON, json(asked, counts))).caching(Answer.PRIVATE));
  }

  private static List<ArticleRef> refs(Site site, List<String> asked) {
    var refs = new ArrayList<ArticleRef>(asked.size());
    var faults = new ArrayList<Fault>();
    for (int i = 0; i < asked.size(); i++) {
      try {
        refs.add(site.named(asked.get(i)));
      } catch (InvalidArticleKeyException e) {
        faults.add(Fault.at("#/articles/" + i, String.valueOf(e.getMessage())));
      }
    }
    if (!faults.isEmpty()) {
      throw Problem.invalid(faults);
    }
    return refs;
  }

  /** An article that was named twice is there once. By hand, because this is often made. */
  private static Buffer json(List<String> asked, List<Counts> counts) {
    var named = new LinkedHashMap<String, Counts>(2 * asked.size());
    for (int i = 0; i < asked.size(); i++) {
      named.put(asked.get(i), counts.get(i));
    }
    var json = new StringBuilder(100 * asked.size()).append("{\"counts\":");
    char before = '{';
    for (var each : named.entrySet()) {
      json.append(before).append('"');
      JsonStringEncoder.getInstance().quoteAsString(each.getKey(), json);
      json.append("\":{\"views\":").append(each.getValue().views());
      json.append(",\"visitors\":").append(each.getValue().visitors());
      json.append(",\"comments\":").append(each.getValue().comments()).append('}');
      before = ',';
    }
    return Buffer.buffer(json.append("}}").toString());
  }
}
