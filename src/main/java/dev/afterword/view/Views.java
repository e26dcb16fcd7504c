package dev.afterword.view;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleStore;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Proxies;
import dev.afterword.identity.Keys;
import dev.afterword.identity.NewArticles;
import dev.afterword.view.Recorded.Outcome;
import dev.afterword.view.SaltStore.Day;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * The rules of counting: one visitor, one article, one window. A visitor is a keyed digest of site,
 * network and user agent with the salt of the day; no cookie, no stored address.
 */
final class Views {
  /** A visit meets midnight once; twice would be a store whose nodes disagree about the day. */
  private static final int TRIES = 3;

  private final ViewStore store;
  private final ArticleStore articles;
  private final SaltStore salts;
  private final Keys keys;
  private final NewArticles newArticles;
  private final Audience audience;
  private final Pace<Crowd> crowds;
  private final Tallies tallies;

  /**
   * @param shared with the other event loops
   */
  Views(
      ViewStore store,
      ArticleStore articles,
      SaltStore salts,
      Keys keys,
      NewArticles newArticles,
      ViewRoutes.Shared shared) {
    this.store = store;
    this.articles = articles;
    this.salts = salts;
    this.keys = keys;
    this.newArticles = newArticles;
    this.audience = shared.audience;
    this.crowds = shared.crowds;
    this.tallies = shared.tallies;
  }

  /** Counts a visit, or says why it does not count. */
  Future<Recorded> record(Visit visit) {
    return instead(visit)
        .compose(other -> other == null ? enter(visit) : note(visit, other))
        .onComplete(
            (told, failure) -> {
              if (!(failure instanceof ArticleMovedException)) {
                tallies.count(told == null ? null : told.outcome());
              }
            });
  }

  /** What would become of a visit; changes nothing, and tries no limit on new articles. */
  Future<Recorded> foresee(Visit visit) {
    return Future.all(articles.read(visit.article()), instead(visit))
        .compose(
            read -> {
              Article article = read.resultAt(0);
              @Nullable Outcome other = read.resultAt(1);
              if (article.created() == null) {
                NewArticles.check(visit.site(), visit.article());
              }
              return (other == null ? foreseeReader(visit) : Future.succeededFuture(other))
                  .map(outcome -> new Recorded(article.views(), outcome));
            });
  }

  /** Why a visit is no reader's, if it is not. */
  private Future<@Nullable Outcome> instead(Visit visit) {
    if (visit.staff()) {
      return Future.succeededFuture(Outcome.STAFF);
    }
    return audience
        .of(visit.headers())
        .map(
            kind ->
                switch (kind) {
                  case READER -> null;
                  case PREFETCH -> Outcome.PREFETCH;
                  case BOT -> Outcome.BOT;
                });
  }

  private Future<Recorded> enter(Visit visit) {
    var crowd = Crowd.of(visit.article(), visit.address());
    if (!crowds.take(crowd)) {
      return note(visit, Outcome.LIMIT);
    }
    return count(visit, TRIES)
        .onComplete(
            (recorded, failure) -> {
              if (recorded == null || recorded.outcome() != Outcome.COUNTED) {
                crowds.giveBack(crowd);
              }
            });
  }

  private Future<Recorded> note(Visit visit, Outcome outcome) {
    return store
        .note(visit.article(), outcome)
        .compose(
            noted ->
                noted.outcome() == Outcome.MOVED ? moved(visit) : Future.succeededFuture(noted));
  }

  private static Future<Recorded> moved(Visit visit) {
    return Future.failedFuture(new ArticleMovedException(visit.article()));
  }

  private Future<Recorded> count(Visit visit, int tries) {
    return salts
        .of(visit.site())
        .compose(
            day -> {
              var hit = hit(visit, day);
              return store.count(hit).compose(recorded -> settle(visit, hit, recorded, tries));
            });
  }

  private Future<Recorded> settle(Visit visit, Hit hit, Recorded recorded, int tries) {
    return switch (recorded.outcome()) {
      case UNSEEN -> countFirst(visit, hit).compose(first -> settle(visit, hit, first, tries));
      case STALE -> {
        if (tries <= 1) {
          yield Future.failedFuture(Problem.of(ProblemType.STORE_SLOW));
        }
        salts.forget(visit.site());
        yield count(visit, tries - 1);
      }
      case MOVED -> moved(visit);
      default -> Future.succeededFuture(recorded);
    };
  }

  private Future<Recorded> countFirst(Visit visit, Hit hit) {
    var network = keys.network(visit.site().name(), Proxies.network(visit.address()));
    return newArticles
        .admit(visit.site(), visit.article(), network)
        .compose(
            admitted -> store.count(hit.creating()),
            refused ->
                refused instanceof Problem problem && problem.type() == ProblemType.RATE_LIMITED
                    ? Future.succeededFuture(new Recorded(0, Outcome.LIMIT))
                    : Future.failedFuture(refused));
  }

  private Hit hit(Visit visit, Day day) {
    var before = day.before();
    return new Hit(
        visit.article(),
        day.number(),
        visitor(visit, day.salt()),
        before == null ? null : visitor(visit, before),
        visit.title(),
        visit.url(),
        visit.site().viewWindow().toMillis(),
        false);
  }

  private String visitor(Visit visit, String salt) {
    return keys.visitor(visit.site().name(), salt, Proxies.network(visit.address()), visit.agent());
  }

  private Future<Outcome> foreseeReader(Visit visit) {
    if (!crowds.allows(Crowd.of(visit.article(), visit.address()))) {
      return Future.succeededFuture(Outcome.LIMIT);
    }
    return salts
        .of(visit.site())
        .compose(day -> store.isCounted(hit(visit, day)))
        .map(counted -> counted ? Outcome.REPEAT : Outcome.COUNTED);
  }
}
