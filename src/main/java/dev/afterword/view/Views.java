package dev.afterword.view;

import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Proxies;
import dev.afterword.identity.Keys;
import dev.afterword.identity.NewArticles;
import dev.afterword.view.Recorded.Outcome;
import dev.afterword.view.SaltStore.Day;
import io.vertx.core.Future;

/**
 * The rules of counting: one visitor, one article, one window. A visitor is a keyed digest of site,
 * network and user agent with the salt of the day; no cookie, no stored address.
 */
final class Views {
  /** A visit meets midnight once; twice would be a store whose nodes disagree about the day. */
  private static final int TRIES = 3;

  private final ViewStore store;
  private final SaltStore salts;
  private final Keys keys;
  private final Pace<Crowd> crowds;
  private final NewArticles newArticles;

  Views(ViewStore store, SaltStore salts, Keys keys, Pace<Crowd> crowds, NewArticles newArticles) {
    this.store = store;
    this.salts = salts;
    this.keys = keys;
    this.crowds = crowds;
    this.newArticles = newArticles;
  }

  /** A visit that is no view, whoever it is. */
  Future<Recorded> note(Visit visit, Outcome outcome) {
    return store.note(visit.article(), outcome);
  }

  /** Counts a reader's visit, or says why not. */
  Future<Recorded> record(Visit visit) {
    var article = visit.article();
    var crowd = Crowd.of(article, visit.address());
    if (!crowds.take(crowd)) {
      return store.note(article, Outcome.LIMIT);
    }
    return count(visit, TRIES)
        .onComplete(
            (recorded, failure) -> {
              if (recorded == null || recorded.outcome() != Outcome.COUNTED) {
                crowds.giveBack(crowd);
              }
            });
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

  /** What would become of a reader's visit; changes nothing. */
  Future<Outcome> foresee(Visit visit) {
    if (!crowds.allows(Crowd.of(visit.article(), visit.address()))) {
      return Future.succeededFuture(Outcome.LIMIT);
    }
    return salts
        .of(visit.site())
        .compose(day -> store.isCounted(hit(visit, day)))
        .map(counted -> counted ? Outcome.REPEAT : Outcome.COUNTED);
  }
}
