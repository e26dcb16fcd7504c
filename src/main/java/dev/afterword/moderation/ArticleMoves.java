package dev.afterword.moderation;

import dev.afterword.article.AliasStore;
import dev.afterword.article.Article;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.HandoverStore;
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
 * keeps its number, and every key that it ever had leads to it. Where another article has the key,
 * the one of the two that nobody commented on gives way ({@link HandoverStore}). Taken back as long
 * as the article has the key that it was given. Confined to one event loop.
 */
final class ArticleMoves {
  private static final String ACTION = "move";

  /** Clocks of two machines do not tick alike, in milliseconds. */
  private static final long MARGIN_MS = 50;

  private final Vertx vertx;
  private final ArticleMoveStore store;
  private final HandoverStore handover;
  private final ArticleStore articles;
  private final Journal journal;

  ArticleMoves(
      Vertx vertx,
      ArticleMoveStore store,
      HandoverStore handover,
      ArticleStore articles,
      Journal journal) {
    this.vertx = vertx;
    this.store = store;
    this.handover = handover;
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
   * @param joins the id of the article that gives way to it, or empty
   * @param parts the id of the article that gave way to it and does no longer, or empty
   * @param before the url that it has with the key {@code from}, or empty
   * @param after the url that it has with the key {@code to}, or empty
   */
  private record Step(
      String article,
      String from,
      String to,
      boolean leads,
      boolean frees,
      String joins,
      String parts,
      String before,
      String after) {
    static Step of(JsonObject json) {
      return new Step(
          json.getString("article"),
          json.getString("from"),
          json.getString("to"),
          json.getBoolean("leads"),
          json.getBoolean("frees"),
          json.getString("joins", ""),
          json.getString("parts", ""),
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
          .put("joins", joins)
          .put("parts", parts)
          .put("before", before)
          .put("after", after);
    }

    /**
     * The way back.
     *
     * @param meaning of {@code from}, which may have come to mean nothing by another way
     */
    Step back(Meaning meaning) {
      boolean free = meaning == Meaning.NOTHING;
      return new Step(article, to, from, free, leads, parts, joins, after, before);
    }

    /** The article by the key that it has before. */
    ArticleRef ref(Site site) {
      return place(site, article).called(new ArticleKey(from));
    }
  }

  private static ArticleRef place(Site site, String id) {
    long number = ArticleRef.numberOf(id).orElseThrow();
    return ArticleRef.numbered(site.name(), ArticleRef.bucketOf(number, site.buckets()), id);
  }

  /**
   * Moves an article.
   *
   * @param from a key of it
   * @param to the key that it gets, as it was written; when it is a URL, that is where the article
   *     is read
   * @return fails with a {@link Problem}: 422 for an article that nobody has seen, or that has the
   *     key, 409 when another has it and both have comments
   */
  Future<Moved> move(Site site, Staff by, ArticleRef from, String to, Once once) {
    return journal
        .before(site, once)
        .compose(
            same ->
                same.map(Future::succeededFuture)
                    .orElseGet(
                        () ->
                            articles
                                .read(from)
                                .compose(article -> begin(site, by, article, to, once))))
        .compose(
            entry ->
                carryOut(site, Step.of(entry.note().detail()), ProblemType.ARTICLE_EXISTS)
                    .map(article -> new Moved(article, entry.id())));
  }

  private Future<Entry> begin(Site site, Staff by, Article article, String to, Once once) {
    return step(site, article, to)
        .compose(
            step -> {
              var targets = List.of(article.ref().key().value(), step.to);
              return journal.write(
                  site, by, new Note(ACTION, targets, "", null, step.json()), once);
            });
  }

  private Future<Step> step(Site site, Article article, String to) {
    if (article.created() == null) {
      throw Problem.invalid(Fault.at("#/from", "Nobody has seen an article of this key."));
    }
    var own = site.own(to);
    if (article.ref().key().equals(own.key())) {
      throw Problem.invalid(Fault.at("#/to", "The article has this key already."));
    }
    return store
        .meaning(own, article.ref())
        .compose(
            meaning ->
                meaning == Meaning.ANOTHER
                    ? articles.read(site.named(to)).compose(other -> union(article, other, to))
                    : Future.succeededFuture(
                        step(
                            article,
                            own.key(),
                            meaning == Meaning.NOTHING,
                            "",
                            address(article, own.key(), to))));
  }

  /** The one at the new address gives way, or, when that was commented on, the other. */
  private Future<Step> union(Article article, Article other, String to) {
    return Future.all(handover.isBare(other.ref()), handover.isBare(article.ref()))
        .map(
            bare -> {
              var url = other.url();
              var key = other.ref().key();
              if (bare.<Boolean>resultAt(0)) {
                var after = url == null ? address(article, key, to) : url;
                return step(article, key, false, other.ref().id(), after);
              }
              if (bare.<Boolean>resultAt(1)) {
                return step(other, key, false, article.ref().id(), url == null ? "" : url);
              }
              throw Problem.of(ProblemType.ARTICLE_EXISTS);
            });
  }

  private static Step step(
      Article article, ArticleKey to, boolean leads, String joins, String after) {
    var url = article.url();
    return new Step(
        article.ref().id(),
        article.ref().key().value(),
        to.value(),
        leads,
        false,
        joins,
        "",
        url == null ? "" : url,
        after);
  }

  private static String address(Article article, ArticleKey to, String given) {
    var url = article.url();
    return isUrl(given) || url == null || isAddress(to) ? urlOf(given) : url;
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
    if (!step.joins.isEmpty()) {
      return handover.give(site, place(site, step.joins), article);
    }
    return step.leads ? store.lead(site.own(step.to), article) : Future.succeededFuture(true);
  }

  private Future<Void> rename(Site site, Step step, ArticleRef article) {
    return store
        .rename(article, new ArticleKey(step.to), List.of(step.before, step.after))
        .compose(
            done ->
                done
                    ? frees(site, step.frees ? step.from : "", step.parts, article)
                    : frees(site, step.leads ? step.to : "", step.joins, article)
                        .compose(
                            freed -> Future.failedFuture(Problem.of(ProblemType.CHANGED_SINCE))));
  }

  /**
   * Has a key mean nothing again, or an article stand for itself. Ends when no process remembers
   * any more that they led to the article.
   */
  private Future<Void> frees(Site site, String key, String parted, ArticleRef article) {
    if (key.isEmpty() && parted.isEmpty()) {
      return Future.succeededFuture();
    }
    return (key.isEmpty()
            ? handover.giveBack(site, place(site, parted), article)
            : store.free(site.own(key), article))
        .compose(freed -> vertx.timer(AliasStore.REMEMBERED_MS + MARGIN_MS))
        .mapEmpty();
  }

  private static Future<Article> gaveWay(Throwable failure) {
    return Future.failedFuture(
        failure instanceof ArticleMovedException ? Problem.of(ProblemType.CHANGED_SINCE) : failure);
  }

  private final class TakeBack implements Journal.Steps {
    @Override
    public Future<JsonObject> look(Site site, Entry entry) {
      var step = Step.of(entry.note().detail());
      var article = step.ref(site);
      return Future.all(
              articles.read(article.unnamed()).recover(ArticleMoves::gaveWay),
              store.meaning(site.own(step.from), article))
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
