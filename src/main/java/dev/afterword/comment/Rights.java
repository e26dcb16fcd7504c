package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.comment.Comment.State;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Guests.Admitted;
import dev.afterword.identity.Guests.Asker;
import dev.afterword.identity.Limit;
import dev.afterword.identity.Site;
import io.vertx.core.Future;
import java.util.List;
import java.util.Set;

/** Who may change what is there, and how often. */
final class Rights {
  /** What its author still has, to change it or to take it away. */
  static final Set<State> CHANGEABLE = Set.of(State.VISIBLE, State.PENDING, State.SHADOWED);

  private Rights() {}

  /**
   * So many changes a minute one author may make, and one network; staff are not counted.
   *
   * @return whether nobody else is to see anything of it
   */
  static Future<Boolean> admit(Guests guests, Site site, Known who, String network) {
    var limits = List.of(Limit.AUTHOR_CHANGES.of(who.id()), Limit.CHANGES.of(network));
    return who instanceof Staff
        ? Future.succeededFuture(false)
        : guests
            .admit(site, new Asker(who.id(), network, false), limits, null)
            .map(Admitted::shadowed);
  }

  /** The scripts know what staff said of an article; that its time is over the site knows. */
  static void requireOpen(Site site, Article article) {
    if (site.stateOf(article) != article.state()) {
      throw Problem.of(ProblemType.ARTICLE_READ_ONLY);
    }
  }

  static boolean isOfOthers(Known who, Comment comment) {
    return !comment.body().author().equals(who.id());
  }

  static boolean mayChange(Known who, Comment comment) {
    return isModerator(who) || !isOfOthers(who, comment);
  }

  static boolean isModerator(Known who) {
    return who instanceof Staff staff && staff.role().compareTo(Role.MODERATOR) >= 0;
  }
}
