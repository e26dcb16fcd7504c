package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.Comment.Written;
import dev.afterword.comment.CommentStore.Edited;
import dev.afterword.comment.CommentStore.Right;
import dev.afterword.comment.Finder.Found;
import dev.afterword.comment.MarkStore.Marked;
import dev.afterword.comment.MarkStore.Reactions;
import dev.afterword.comment.MarkStore.Votes;
import dev.afterword.comment.MarkStore.Why;
import dev.afterword.comment.StateStore.Turn;
import dev.afterword.comment.Submission.Author;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Guests.Admitted;
import dev.afterword.identity.Guests.Asker;
import dev.afterword.identity.Limit;
import dev.afterword.identity.NewArticles;
import dev.afterword.identity.Site;
import dev.afterword.redis.Watermark;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of changing what is there: who may edit, delete, vote and react. What may not be
 * changed fails with a {@link Problem}. Confined to one event loop.
 */
final class Changes {
  /** What its author still has, to change it or to take it away. */
  private static final EnumSet<State> CHANGEABLE =
      EnumSet.of(State.VISIBLE, State.PENDING, State.SHADOWED);

  private final Finder finder;
  private final CommentStore store;
  private final StateStore states;
  private final MarkStore marks;
  private final Renderer renderer;
  private final Watermark watermark;
  private final ArticleStore articles;
  private final NewArticles newArticles;
  private final Guests guests;
  private final QueueStore queues;
  private final Corrections corrections;
  private final Check check;

  Changes(
      Finder finder,
      CommentStore store,
      StateStore states,
      MarkStore marks,
      Renderer renderer,
      Watermark watermark,
      ArticleStore articles,
      NewArticles newArticles,
      Guests guests,
      QueueStore queues,
      Corrections corrections,
      Check check) {
    this.finder = finder;
    this.store = store;
    this.states = states;
    this.marks = marks;
    this.renderer = renderer;
    this.watermark = watermark;
    this.articles = articles;
    this.newArticles = newArticles;
    this.guests = guests;
    this.queues = queues;
    this.corrections = corrections;
    this.check = check;
  }

  /**
   * So many changes a minute one author may make, and one network; staff are not counted.
   *
   * @return whether nobody else is to see anything of it
   */
  private Future<Boolean> admit(Site site, Known who, String network) {
    var limits = List.of(Limit.AUTHOR_CHANGES.of(who.id()), Limit.CHANGES.of(network));
    return who instanceof Staff
        ? Future.succeededFuture(false)
        : guests
            .admit(site, new Asker(who.id(), network, false), limits, null)
            .map(Admitted::shadowed);
  }

  /**
   * A comment that has another text.
   *
   * @param verdict the entry of the journal, when staff changed what somebody else wrote
   */
  record Edit(Found found, @Nullable String verdict) {}

  /** Gives a comment another text: its author within the window, moderators always. */
  Future<Edit> edit(Site site, Known who, String network, String id, String text) {
    return admit(site, who, network)
        .compose(shadowed -> edit(site, who, network, id, text, shadowed));
  }

  private Future<Edit> edit(
      Site site, Known who, String network, String id, String text, boolean shadowed) {
    return finder
        .any(site, id)
        .compose(
            found -> {
              var comment = found.comment();
              if (!CHANGEABLE.contains(comment.state()) || !mayChange(who, comment)) {
                throw Finder.unknown();
              }
              requireOpen(site, found.article());
              return text.equals(comment.body().text())
                  ? Future.succeededFuture(new Edit(found, null))
                  : render(found, text)
                      .compose(
                          rendered -> {
                            var body = comment.body().with(text, rendered.markup, rendered.people);
                            int links = rendered.markup.links();
                            return look(site, who, network, found, body, links)
                                .compose(
                                    finding -> edit(site, who, found, body, finding, shadowed));
                          })
                      .compose(
                          edit ->
                              edit.isPresent()
                                  ? Future.succeededFuture(edit.get())
                                  // By now it has a state for which nobody looked at the text.
                                  : edit(site, who, network, id, text, shadowed));
            });
  }

  private record Rendering(Markup.Rendered markup, Map<String, String> people) {}

  private Future<Rendering> render(Found found, String text) {
    return watermark
        .room()
        .compose(there -> renderer.candidates(text))
        .compose(names -> store.people(found.article().ref(), names))
        .compose(
            people ->
                renderer
                    .render(text, people)
                    .map(
                        rendering -> {
                          if (rendering instanceof Markup.Rendered rendered) {
                            return new Rendering(rendered, people);
                          }
                          throw Comments.tooRich();
                        }));
  }

  /** What is let in with a harmless text must not become another by an edit. */
  private Future<Finding> look(
      Site site, Known who, String network, Found found, Written body, int links) {
    if (who instanceof Staff) {
      return Future.succeededFuture(Finding.ALLOWED);
    }
    return check
        .look(
            new Submission(
                site,
                found.article().ref(),
                new Author(who.id(), who.name(), who.kind(), false),
                body.text(),
                found.comment().body().text(),
                links,
                network,
                found.comment().id(),
                Submission.Form.UNKNOWN))
        .map(
            finding ->
                finding.equals(Finding.ALLOWED) && site.moderationOf(found.article()).equals("pre")
                    ? Finding.hold("edited")
                    : finding);
  }

  /** Empty when the comment is in another state than the text was looked at for. */
  private Future<Optional<Edit>> edit(
      Site site, Known who, Found found, Written body, Finding finding, boolean shadowed) {
    var comment = found.comment();
    var ref = found.article().ref();
    var id = new CommentId(comment.id());
    return right(site, who, found, finding, shadowed)
        .compose(
            right ->
                right.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : store
                        .edit(ref, id, body, right.get())
                        .compose(edited -> edited(site, comment.id(), edited, right.get())));
  }

  private Future<Optional<Right>> right(
      Site site, Known who, Found found, Finding finding, boolean shadowed) {
    var comment = found.comment();
    if (isOfOthers(who, comment) && who instanceof Staff staff) {
      return corrections
          .edit(site, staff, comment)
          .map(entry -> Optional.of(new Right(null, entry, "", null)));
    }
    var window = isModerator(who) ? null : (Long) site.editWindow().toMillis();
    var right = new Right(window, "", "", comment.state());
    if (finding.answer() == Finding.Answer.REFUSE) {
      throw Problem.of(ProblemType.COMMENT_REFUSED);
    }
    boolean allowed = finding.answer() == Finding.Answer.ALLOW;
    return (allowed && !shadowed) || !comment.isVisible()
        ? Future.succeededFuture(Optional.of(right))
        : hold(found, right, allowed ? State.SHADOWED : State.PENDING, finding.reason());
  }

  /**
   * Hides a comment before its text is another one, so that nobody ever sees that; but not for a
   * text that it may not have.
   */
  private Future<Optional<Right>> hold(Found found, Right right, State to, String reason) {
    var article = found.article().ref();
    var comment = found.comment();
    var why = Decision.automatic(reason);
    return store
        .mayEdit(article, new CommentId(comment.id()), right)
        .compose(
            may -> {
              if (may == Edited.AGAIN) {
                return Future.succeededFuture(Optional.empty());
              }
              if (may != Edited.DONE) {
                throw problem(may);
              }
              return states
                  .turn(List.of(new Turn(article, comment, to, EnumSet.of(State.VISIBLE), why)))
                  .map(turned -> Optional.of(new Right(null, "", "", to)));
            });
  }

  private Future<Optional<Edit>> edited(Site site, String id, Edited edited, Right right) {
    if (edited == Edited.AGAIN) {
      return Future.succeededFuture(Optional.empty());
    }
    if (edited != Edited.DONE) {
      throw problem(edited);
    }
    var verdict = right.verdict();
    return finder
        .any(site, id)
        .map(now -> Optional.of(new Edit(now, verdict.isEmpty() ? null : verdict)));
  }

  private static Problem problem(Edited edited) {
    return switch (edited) {
      case TOO_LATE -> Problem.of(ProblemType.EDIT_WINDOW_OVER);
      case READ_ONLY -> Problem.of(ProblemType.ARTICLE_READ_ONLY);
      case CLOSED -> Problem.of(ProblemType.ARTICLE_CLOSED);
      case UNKNOWN, CHANGED, AGAIN, DONE -> Finder.unknown();
    };
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
              if (!mayChange(who, comment)) {
                throw Finder.unknown();
              }
              if (!CHANGEABLE.contains(comment.state())) {
                throw Finder.unknown();
              }
              return why(site, who, comment)
                  .compose(why -> delete(found.article().ref(), comment, why));
            });
  }

  private Future<Decision> why(Site site, Known who, Comment comment) {
    return isOfOthers(who, comment) && who instanceof Staff staff
        ? corrections.delete(site, staff, comment)
        : Future.succeededFuture(Decision.OF_AUTHOR);
  }

  private Future<Void> delete(ArticleRef article, Comment comment, Decision why) {
    return states
        .turn(List.of(new Turn(article, comment, State.DELETED, CHANGEABLE, why)))
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
    return admit(site, who, network)
        .compose(
            shadowed ->
                finder
                    .any(site, id)
                    .compose(
                        found -> {
                          var comment = found.comment();
                          requireSeen(who, comment);
                          requireOpen(site, found.article());
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
    return admit(site, who, network)
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
    return admit(site, who, network)
        .compose(
            shadowed ->
                articles
                    .read(article)
                    .compose(
                        found -> {
                          requireOpen(site, found);
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

  /** The scripts know what staff said of an article; that its time is over the site knows. */
  private static void requireOpen(Site site, Article article) {
    if (site.stateOf(article) != article.state()) {
      throw Problem.of(ProblemType.ARTICLE_READ_ONLY);
    }
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

  private static boolean isOfOthers(Known who, Comment comment) {
    return !comment.body().author().equals(who.id());
  }

  private static boolean mayChange(Known who, Comment comment) {
    return isModerator(who) || !isOfOthers(who, comment);
  }

  private static boolean isModerator(Known who) {
    return who instanceof Staff staff && staff.role().compareTo(Role.MODERATOR) >= 0;
  }
}
