package dev.afterword.moderation;

import dev.afterword.article.AliasStore;
import dev.afterword.article.Article;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.Site;
import dev.afterword.moderation.ArticleMoveStore.Meaning;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Gives articles other keys, when their pages have other addresses. Nothing of an article moves: it
 * keeps its number, and every key that it ever had leads to it. Taken back as long as it has the
 * key that it was given. Confined to one event loop.
 */
final class ArticleMoves {
  private static final String ACTION = "move";

  /** Clocks of two machines do not tick alike, in milliseconds. */
  private static final long MARGIN_MS = 50;

  private final Vertx vertx;
  private final ArticleMoveStore store;
  private final ArticleStore articles;
  private final Journal journal;

  ArticleMoves(Vertx vertx, ArticleMoveStore store, ArticleStore articles, Journal journal) {
    this.vertx = vertx;
    this.store = store;
    this.articles = articles;
    this.journal = journal;
    journal.undoing(ACTION, new TakeBack());
  }

  /** The article after a move, and the entry of the journal that tells it. */
  record Moved(Article article, String verdict) {}

  /**
   * What is done to an article, as the journal keeps it.
   *
   * @param article its id
   * @param leads whether {@code to} meant nothing before, and leads to the article from then on
   * @param frees whether {@code from} leads to the article, and means nothing from then on
   * @param before the url that it has with the key {@code from}, or empty
   * @param after the url that it has with the key {@code to}, or empty
   */
  private record Step(
      String article,
      String from,
      String to,
      boolean leads,
      boolean frees,
      String before,
      String after) {
    static Step of(JsonObject json) {
      return new Step(
          json.getString("article"),
          json.getString("from"),
          json.getString("to"),
          json.getBoolean("leads"),
          json.getBoolean("frees"),
          json.getString("before"),
          json.getString("after"));
    }

    JsonObject json() {
      return new JsonObject()
          .put("article", article)
          .put("from", from)
          .put("to", to)
          .put("leads", leads)
          .put("frees", frees)
          .put("before", before)
          .put("after", after);
    }

    /**
     * The way back.
     *
     * @param meaning of {@code from}, which may have come to mean nothing by another way
     */
    Step back(Meaning meaning) {
      return new Step(article, to, from, meaning == Meaning.NOTHING, leads, after, before);
    }

    /** The article by the key that it has before. */
    ArticleRef ref(Site site) {
      long number = ArticleRef.numberOf(article).orElseThrow();
      int bucket = ArticleRef.bucketOf(number, site.buckets());
      return new ArticleRef(site.name(), new ArticleKey(from), number, bucket);
    }
  }

  /**
   * Moves an article.
   *
   * @param from a key of it
   * @param own what the key that it gets makes at first sight
   * @param given that key as it was written; when it is a URL, that is where the article is read
   * @return fails with a {@link Problem}: 422 for an article that nobody has seen, or that has the
   *     key, 409 when another has it
   */
  Future<Moved> move(
      Site site, Staff by, ArticleRef from, ArticleRef own, String given, Once once) {
    return journal
        .before(site, once)
        .compose(
            same ->
                same.map(Future::succeededFuture)
                    .orElseGet(
                        () ->
                            articles
                                .read(from)
                                .compose(article -> step(article, own, given))
                                .compose(step -> journal.write(site, by, note(step), once))))
        .compose(
            entry ->
                carryOut(site, Step.of(entry.note().detail()), ProblemType.ARTICLE_EXISTS)
                    .map(article -> new Moved(article, entry.id())));
  }

  private static Note note(Step step) {
    return new Note(ACTION, List.of(step.from, step.to), "", null, step.json());
  }

  private Future<Step> step(Article article, ArticleRef own, String given) {
    if (article.created() == null) {
      throw Problem.invalid(Fault.at("#/from", "Nobody has seen an article of this key."));
    }
    var from = article.ref().key();
    if (from.equals(own.key())) {
      throw Problem.invalid(Fault.at("#/to", "The article has this key already."));
    }
    return store
        .meaning(own, article.ref())
        .map(
            meaning -> {
              if (meaning == Meaning.ANOTHER) {
                throw Problem.of(ProblemType.ARTICLE_EXISTS);
              }
              var url = article.url();
              return new Step(
                  article.ref().id(),
                  from.value(),
                  own.key().value(),
                  meaning == Meaning.NOTHING,
                  false,
                  url == null ? "" : url,
                  isUrl(given) || url == null || isAddress(own.key()) ? urlOf(given) : url);
            });
  }

  /** Where a page is read whose address was given; its path tells that by itself. */
  private static String urlOf(String given) {
    return isUrl(given) ? CleanText.line(given.replaceFirst("#.*", "")) : "";
  }

  private static boolean isAddress(ArticleKey key) {
    return key.value().startsWith("/") || isUrl(key.value());
  }

  private static boolean isUrl(String text) {
    return text.startsWith("https://") || text.startsWith("http://");
  }

  /**
   * Does what is written down. A key leads to the article before the article has it, and until it
   * has another: so both of them do all the while.
   *
   * @param taken the problem when the key means another article by now
   */
  private Future<Article> carryOut(Site site, Step step, ProblemType taken) {
    var article = step.ref(site);
    return leads(site, step, article)
        .compose(
            leads -> leads ? rename(site, step, article) : Future.failedFuture(Problem.of(taken)))
        .compose(renamed -> articles.read(article.unnamed()));
  }

  private Future<Boolean> leads(Site site, Step step, ArticleRef article) {
    return step.leads ? store.lead(site.own(step.to), article) : Future.succeededFuture(true);
  }

  private Future<Void> rename(Site site, Step step, ArticleRef article) {
    return store
        .rename(article, new ArticleKey(step.to), List.of(step.before, step.after))
        .compose(
            done -> {
              if (done) {
                return step.frees ? free(site, step.from, article) : Future.succeededFuture();
              }
              return (step.leads ? free(site, step.to, article) : Future.<Void>succeededFuture())
                  .compose(freed -> Future.failedFuture(Problem.of(ProblemType.CHANGED_SINCE)));
            });
  }

  /** Ends when no process remembers any more that the key led to the article. */
  private Future<Void> free(Site site, String key, ArticleRef article) {
    return store
        .free(site.own(key), article)
        .compose(freed -> vertx.timer(AliasStore.REMEMBERED_MS + MARGIN_MS))
        .mapEmpty();
  }

  private final class TakeBack implements Journal.Steps {
    @Override
    public Future<JsonObject> look(Site site, Entry entry) {
      var step = Step.of(entry.note().detail());
      var article = step.ref(site);
      return Future.all(
              articles.read(article.unnamed()), store.meaning(site.own(step.from), article))
          .map(
              both -> {
                Article now = both.resultAt(0);
                Meaning meaning = both.resultAt(1);
                boolean has = now.ref().key().value().equals(step.to);
                if (!has || meaning == Meaning.ANOTHER) {
                  throw Problem.of(ProblemType.CHANGED_SINCE);
                }
                return step.back(meaning).json();
              });
    }

    @Override
    public Future<JsonObject> carryOut(Site site, Entry entry, Entry undo) {
      var step = Step.of(undo.note().detail());
      return ArticleMoves.this
          .carryOut(site, step, ProblemType.CHANGED_SINCE)
          .map(article -> ArticleChanges.json(site, article));
    }
  }
}
