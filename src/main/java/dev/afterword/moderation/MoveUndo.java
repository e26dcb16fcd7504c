package dev.afterword.moderation;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.TransferStore;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore.Decision;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.Site;
import dev.afterword.moderation.ArticleMoveStore.Meaning;
import dev.afterword.moderation.ThreadUnions.Plan;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes moves back, as long as the article has the key that it was given. An undo is a move like
 * any other: what joined two threads parts them, and the other way round. Confined to one event
 * loop.
 */
final class MoveUndo implements Journal.Steps {
  private final ArticleMoves moves;
  private final ArticleMoveStore store;
  private final ArticleStore articles;
  private final TransferStore transfers;
  private final Jobs jobs;

  MoveUndo(
      ArticleMoves moves,
      ArticleMoveStore store,
      ArticleStore articles,
      TransferStore transfers,
      Jobs jobs) {
    this.moves = moves;
    this.store = store;
    this.articles = articles;
    this.transfers = transfers;
    this.jobs = jobs;
  }

  @Override
  public Future<JsonObject> look(Site site, Entry entry) {
    var step = MoveStep.of(entry.note().detail());
    var article = step.ref(site);
    return Future.all(
            articles.read(article.unnamed()).recover(MoveUndo::gaveWay),
            store.meaning(site.kept(step.from()), article))
        .compose(
            both -> {
              Article now = both.resultAt(0);
              Meaning meaning = both.resultAt(1);
              boolean has = now.ref().key().value().equals(step.to());
              if (!has || meaning == Meaning.ANOTHER) {
                throw Problem.of(ProblemType.CHANGED_SINCE);
              }
              var back = step.back(meaning);
              var plan = Plan.of(entry.note().detail());
              return plan == null
                  ? Future.succeededFuture(back.json())
                  : part(site, entry, back, plan, now);
            });
  }

  /** Of two threads that became one, or of one that became two. */
  private Future<JsonObject> part(Site site, Entry entry, MoveStep back, Plan plan, Article now) {
    boolean joins = !back.joins().isEmpty();
    var other = back.other(site);
    return jobs.free(site, Set.of(other.id(), now.ref().id()), entry.id())
        .map(free -> free.orElseThrow(() -> Problem.of(ProblemType.CHANGED_SINCE)))
        .compose(
            before ->
                joins ? rejoin(other, now, before) : parting(site, entry, other, plan, now, before))
        .map(further -> back.json().put("job", further.kept()));
  }

  private Future<Plan> rejoin(ArticleRef other, Article now, long before) {
    return articles
        .read(other)
        .recover(MoveUndo::gaveWay)
        .compose(from -> ThreadUnions.union(transfers, from, now.ref(), before));
  }

  /** As long as the other gives way, or is about to. */
  private Future<Plan> parting(
      Site site, Entry entry, ArticleRef other, Plan plan, Article now, long before) {
    return Future.all(jobs.isOpen(site, entry.id()), gaveWayTo(other, now.ref()))
        .compose(
            either -> {
              boolean open = either.resultAt(0);
              if (!open && !either.<Boolean>resultAt(1)) {
                throw Problem.of(ProblemType.CHANGED_SINCE);
              }
              return ThreadUnions.parting(transfers, plan, now.ref(), other, open, before);
            });
  }

  private Future<Boolean> gaveWayTo(ArticleRef other, ArticleRef article) {
    return articles
        .read(other)
        .map(false)
        .recover(
            failure ->
                failure instanceof ArticleMovedException moved
                    ? Future.succeededFuture(
                        moved.place() != null && moved.place().id().equals(article.id()))
                    : Future.failedFuture(failure));
  }

  @Override
  public @Nullable Decision decision(Site site, Entry entry, JsonObject detail) {
    return ArticleMoves.decision(site, detail, entry.id());
  }

  @Override
  public Future<JsonObject> carryOut(Site site, Entry entry, Entry undo) {
    return moves
        .carryOut(site, undo, ProblemType.CHANGED_SINCE)
        .compose(article -> moves.moved(site, undo, article))
        .map(moved -> ArticleMoves.json(site, moved));
  }

  private static Future<Article> gaveWay(Throwable failure) {
    return Future.failedFuture(
        failure instanceof ArticleMovedException ? Problem.of(ProblemType.CHANGED_SINCE) : failure);
  }
}
