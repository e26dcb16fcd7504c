package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.Finder.Found;
import dev.afterword.comment.MarkStore.Marked;
import dev.afterword.comment.MarkStore.Reactions;
import dev.afterword.comment.MarkStore.Votes;
import dev.afterword.comment.MarkStore.Why;
import dev.afterword.comment.StateStore.Turn;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Guests;
import dev.afterword.identity.NewArticles;
import dev.afterword.identity.Site;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.List;

/**
 * The rules of changing what is there beside its text ({@link Edits}): who may delete, vote, report
 * and react. What may not be changed fails with a {@link Problem}. Confined to one event loop.
 */
final class Changes {
  private final Finder finder;
  private final StateStore states;
  private final MarkStore marks;
  private final ArticleStore articles;
  private final NewArticles newArticles;
  private final Guests guests;
  private final QueueStore queues;
  private final Corrections corrections;

  Changes(
      Finder finder,
      StateStore states,
      MarkStore marks,
      ArticleStore articles,
      NewArticles newArticles,
      Guests guests,
      QueueStore queues,
      Corrections corrections) {
    this.finder = finder;
    this.states = states;
    this.marks = marks;
    this.articles = articles;
    this.newArticles = newArticles;
    this.guests = guests;
    this.queues = queues;
    this.corrections = corrections;
  }

  /**
   * Takes a comment away: its author or a moderator. Its text is kept, so that it can come back. No
   * limit holds that back: it is possible once for each, and in a store that is full as well.
   */
  Future<Void> delete(Site site, Known who, String id) {
    return finder
        .any(site, id)
        .compose(
            found -> {
              var comment = found.comment();
              if (!Rights.mayChange(who, comment)) {
                throw Finder.unknown();
              }
              if (!Rights.CHANGEABLE.contains(comment.state())) {
                throw Finder.unknown();
              }
              return why(site, who, comment)
                  .compose(why -> delete(found.article().ref(), comment, why));
            });
  }

  private Future<Decision> why(Site site, Known who, Comment comment) {
    return Rights.isOfOthers(who, comment) && who instanceof Staff staff
        ? corrections.delete(site, staff, comment)
        : Future.succeededFuture(Decision.OF_AUTHOR);
  }

  private Future<Void> delete(ArticleRef article, Comment comment, Decision why) {
    return states
        .turn(List.of(new Turn(article, comment, State.DELETED, Rights.CHANGEABLE, why)))
        .map(
            turned -> {
              if (!turned.get(0).done()) {
                throw Finder.unknown();
              }
              return null;
            });
  }

  /**
   * A comment's votes.
   *
   * @param id that it has now
   */
  record Voted(String id, Votes votes) {}

  /**
   * Sets what somebody thinks of a comment.
   *
   * @param value -1, 0 or 1
   */
  Future<Voted> vote(Site site, Known who, String network, String id, int value) {
    return Rights.admit(guests, site, who, network)
        .compose(
            shadowed ->
                finder
                    .any(site, id)
                    .compose(
                        found -> {
                          var comment = found.comment();
                          requireSeen(who, comment);
                          Rights.requireOpen(site, found.article());
                          if (comment.body().author().equals(who.id())) {
                            throw Problem.of(ProblemType.OWN_VOTE);
                          }
                          var article = found.article().ref();
                          return (shadowed
                                  ? marks.pretendVote(article, comment, who.id(), value)
                                  : marks
                                      .vote(article, comment, who.id(), value)
                                      .map(Changes::done))
                              .map(votes -> new Voted(comment.id(), votes));
                        }));
  }

  /**
   * Keeps that somebody reports a comment; enough of them have it wait, where a site wants that.
   */
  Future<Void> report(Site site, Known who, String network, String id, String reason, String note) {
    return Rights.admit(guests, site, who, network)
        .compose(
            shadowed ->
                finder
                    .any(site, id)
                    .compose(
                        found -> {
                          requireShown(who, found);
                          return shadowed
                              ? Future.succeededFuture()
                              : queues
                                  .report(
                                      found.article().ref(),
                                      found.comment().id(),
                                      who.id(),
                                      reason,
                                      note)
                                  .compose(reports -> afterReport(site, found, reports));
                        }));
  }

  private Future<Void> afterReport(Site site, Found found, int reports) {
    int threshold = site.rules().reportThreshold();
    if (reports < 0) {
      throw Finder.unknown();
    }
    if (threshold == 0 || reports < threshold) {
      return Future.succeededFuture();
    }
    var from = EnumSet.of(State.VISIBLE);
    var article = found.article().ref();
    return states
        .turn(
            List.of(
                new Turn(
                    article, found.comment(), State.PENDING, from, Decision.automatic("reports"))))
        .mapEmpty();
  }

  /** Sets or takes back somebody's reaction to an article. */
  Future<Reactions> react(
      Site site, Known who, ArticleRef article, String name, boolean on, String network) {
    if (!site.reactions().contains(name)) {
      throw Problem.of(ProblemType.REACTION_UNKNOWN);
    }
    return Rights.admit(guests, site, who, network)
        .compose(
            shadowed ->
                articles
                    .read(article)
                    .compose(
                        found -> {
                          Rights.requireOpen(site, found);
                          return shadowed
                              ? marks.pretendReact(found, who.id(), name, on)
                              : react(site, who, found, name, on, network);
                        }));
  }

  private Future<Reactions> react(
      Site site, Known who, Article found, String name, boolean on, String network) {
    var article = found.ref();
    return (found.created() == null && on
            ? newArticles.admit(site, article, network)
            : Future.<Void>succeededFuture())
        .compose(admitted -> marks.react(article, who.id(), name, on, site.reactions()))
        .map(Changes::done);
  }

  private static <T> T done(Marked<T> marked) {
    if (marked instanceof Marked.Done<T> done) {
      return done.now();
    }
    throw problem(((Marked.Not<T>) marked).why());
  }

  private static Problem problem(Why why) {
    return switch (why) {
      case UNKNOWN -> Finder.unknown();
      case READ_ONLY -> Problem.of(ProblemType.ARTICLE_READ_ONLY);
      case CLOSED -> Problem.of(ProblemType.ARTICLE_CLOSED);
    };
  }

  private static void requireSeen(Known who, Comment comment) {
    if (!comment.isVisible() && !comment.isInShadowOf(who.id())) {
      throw Finder.unknown();
    }
  }

  /** Of a closed article, nobody sees a comment. */
  private static void requireShown(Known who, Found found) {
    requireSeen(who, found.comment());
    if (found.article().state() == Article.State.CLOSED) {
      throw Finder.unknown();
    }
  }
}
