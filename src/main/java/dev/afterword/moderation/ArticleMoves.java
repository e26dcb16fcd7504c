package dev.afterword.moderation;

import dev.afterword.article.AliasStore;
import dev.afterword.article.Article;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.HandoverStore;
import dev.afterword.comment.TransferStore;
import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore;
import dev.afterword.identity.JournalStore.Decision;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Job;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.Site;
import dev.afterword.moderation.ArticleMoveStore.Meaning;
import dev.afterword.moderation.JobStore.Progress;
import dev.afterword.moderation.ThreadUnions.Plan;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives articles other keys, when their pages have other addresses. Nothing of an article moves: it
 * keeps its number, and every key that it ever had leads to it. Where another article has the key,
 * the one of the two that nobody commented on gives way ({@link HandoverStore}); when both have
 * comments, those of the one that is moved go over to the other first ({@link ThreadUnions}). Taken
 * back by {@link MoveUndo}. Confined to one event loop.
 */
final class ArticleMoves {
  /** The journal's word for a move. */
  static final String ACTION = "move";

  private final Vertx vertx;
  private final ArticleMoveStore store;
  private final HandoverStore handover;
  private final ArticleStore articles;
  private final Journal journal;
  private final TransferStore transfers;
  private final Jobs jobs;
  private final StoreClock clock;

  ArticleMoves(
      Vertx vertx,
      ArticleMoveStore store,
      HandoverStore handover,
      ArticleStore articles,
      Journal journal,
      TransferStore transfers,
      Jobs jobs,
      StoreClock clock) {
    this.vertx = vertx;
    this.store = store;
    this.handover = handover;
    this.articles = articles;
    this.journal = journal;
    this.transfers = transfers;
    this.jobs = jobs;
    this.clock = clock;
    journal.undoing(ACTION, new MoveUndo(this, store, articles, transfers, jobs));
  }

  /**
   * The article after a move, and the entry of the journal that tells it.
   *
   * @param job how the job stands that puts comments into it; {@code null} when there is none
   */
  record Moved(Article article, String verdict, @Nullable JsonObject job) {}

  /** A move, and the job that it takes, as staff are answered. */
  static JsonObject json(Site site, Moved moved) {
    var json = ArticleChanges.json(site, moved.article).put("verdict", moved.verdict);
    return moved.job == null ? json : json.put("job", moved.job);
  }

  /**
   * Moves an article.
   *
   * @param from a key of it
   * @param to the key that it gets, as it was written; when it is a URL, that is where the article
   *     is read
   * @return fails with a {@link Problem}: 422 for an article that nobody has seen, or that has the
   *     key, 409 when both have comments and those of one are being moved
   */
  Future<Moved> move(Site site, Staff by, ArticleRef from, String to, Once once) {
    return journal
        .once(
            site,
            once,
            () -> articles.read(from).compose(article -> begin(site, by, article, to, once)))
        .compose(
            entry ->
                carryOut(site, entry, ProblemType.ARTICLE_EXISTS)
                    .compose(article -> moved(site, entry, article)));
  }

  /** What staff are answered, once the move is carried out. */
  Future<Moved> moved(Site site, Entry entry, Article article) {
    return Jobs.has(entry)
        ? jobs.job(site, entry.id()).map(job -> new Moved(article, entry.id(), job))
        : Future.succeededFuture(new Moved(article, entry.id(), null));
  }

  private Future<Entry> begin(Site site, Staff by, Article article, String to, Once once) {
    return step(site, article, to)
        .compose(
            detail -> {
              var targets = List.of(article.ref().key().value(), detail.getString("to"));
              var note = new Note(ACTION, targets, "", null, detail);
              var decision = decision(site, detail, "");
              return decision == null
                  ? journal.write(site, by, note, once)
                  : journal
                      .decide(site, by, note, once, decision)
                      .compose(
                          entry ->
                              entry
                                  .map(Future::succeededFuture)
                                  .orElseGet(() -> begin(site, by, article, to, once)));
            });
  }

  /**
   * A job begins in the same step as its entry is written, unless another did since it was planned.
   */
  static @Nullable Decision decision(Site site, JsonObject detail, String ends) {
    var plan = Plan.of(detail);
    return plan == null
        ? null
        : new Decision(
            JournalStore.passages(site),
            Map.of("n", plan.before() == 0 ? "" : Long.toString(plan.before())),
            Map.of("n", Long.toString(plan.before() + 1)),
            new Job(Progress.begin(plan.total()).text(), ends));
  }

  /** What the journal has to know of a move. */
  private Future<JsonObject> step(Site site, Article article, String to) {
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
                    ? articles
                        .read(site.named(to))
                        .compose(other -> union(site, article, other, to))
                    : Future.succeededFuture(
                        step(
                                article,
                                own.key(),
                                meaning == Meaning.NOTHING,
                                "",
                                address(article, own.key(), to))
                            .json()));
  }

  /** The one at the new address gives way, or, when that was commented on, the other. */
  private Future<JsonObject> union(Site site, Article article, Article other, String to) {
    return Future.all(
            handover.isBare(other.ref()),
            handover.isBare(article.ref()),
            jobs.free(site, Set.of(article.ref().id(), other.ref().id()), ""))
        .compose(
            bare -> {
              long before =
                  bare.<Optional<Long>>resultAt(2)
                      .orElseThrow(() -> Problem.of(ProblemType.ARTICLE_EXISTS));
              var url = other.url();
              var key = other.ref().key();
              if (bare.<Boolean>resultAt(0)) {
                var after = url == null ? address(article, key, to) : url;
                return Future.succeededFuture(
                    step(article, key, false, other.ref().id(), after).json());
              }
              var step = step(other, key, false, article.ref().id(), url == null ? "" : url).json();
              return bare.<Boolean>resultAt(1)
                  ? Future.succeededFuture(step)
                  : joinThreads(article, other, step, before);
            });
  }

  private Future<JsonObject> joinThreads(
      Article article, Article other, JsonObject step, long before) {
    return transfers
        .collide(article.ref(), other.ref())
        .compose(
            collide ->
                collide
                    ? Future.failedFuture(Problem.of(ProblemType.ARTICLE_EXISTS))
                    : ThreadUnions.union(transfers, article, other.ref(), before))
        .map(plan -> step.put("job", plan.kept()));
  }

  private static MoveStep step(
      Article article, ArticleKey to, boolean leads, String joins, String after) {
    var url = article.url();
    return new MoveStep(
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
  Future<Article> carryOut(Site site, Entry entry, ProblemType taken) {
    var step = MoveStep.of(entry.note().detail());
    var article = step.ref(site);
    if (Jobs.has(entry)) {
      return jobs.begin(site, entry).compose(begun -> articles.read(article.unnamed()));
    }
    return leads(site, step, article)
        .compose(
            leads -> leads ? rename(site, step, article) : Future.failedFuture(Problem.of(taken)))
        .compose(renamed -> articles.read(article.unnamed()));
  }

  /** Who knows a position of what gives way has to read all anew: it says nothing of the other. */
  private Future<Boolean> leads(Site site, MoveStep step, ArticleRef article) {
    if (!step.joins().isEmpty()) {
      var joined = step.other(site);
      return handover
          .give(site, joined, article)
          .compose(
              given ->
                  given
                      ? transfers.renew(article, joined, clock.now()).map(true)
                      : Future.succeededFuture(false));
    }
    return step.leads() ? store.lead(site.kept(step.to()), article) : Future.succeededFuture(true);
  }

  private Future<Void> rename(Site site, MoveStep step, ArticleRef article) {
    return store
        .rename(article, new ArticleKey(step.to()), List.of(step.before(), step.after()))
        .compose(
            done ->
                done
                    ? frees(site, step, article)
                    : frees(site, step.back(Meaning.NOTHING), article)
                        .compose(
                            freed -> Future.failedFuture(Problem.of(ProblemType.CHANGED_SINCE))));
  }

  /**
   * Has a key mean nothing again, or an article stand for itself. Ends when no process remembers
   * any more that they led to the article. Then whoever knows a position of the one and comes to
   * the other has to read all anew.
   */
  private Future<Void> frees(Site site, MoveStep step, ArticleRef article) {
    if (!step.frees() && step.parts().isEmpty()) {
      return Future.succeededFuture();
    }
    if (step.frees()) {
      return store.free(site.kept(step.from()), article).compose(freed -> forgotten());
    }
    var parted = step.other(site);
    return handover
        .giveBack(site, parted, article)
        .compose(given -> forgotten().map(given))
        .compose(
            given ->
                given ? transfers.renew(parted, article, clock.now()) : Future.succeededFuture());
  }

  private Future<Void> forgotten() {
    return vertx.timer(AliasStore.FORGOTTEN_MS).mapEmpty();
  }
}
