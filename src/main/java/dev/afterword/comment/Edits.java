package dev.afterword.comment;

import dev.afterword.comment.Comment.State;
import dev.afterword.comment.Comment.Written;
import dev.afterword.comment.EditStore.Edited;
import dev.afterword.comment.EditStore.Right;
import dev.afterword.comment.Finder.Found;
import dev.afterword.comment.StateStore.Turn;
import dev.afterword.comment.Submission.Author;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Site;
import dev.afterword.redis.Watermark;
import io.vertx.core.Future;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives comments other texts: looks at them as at new ones, and hides a comment before its text is
 * one that has to wait. What may not be changed fails with a {@link Problem}. Confined to one event
 * loop.
 */
final class Edits {
  private final Finder finder;
  private final CommentStore comments;
  private final EditStore store;
  private final StateStore states;
  private final Renderer renderer;
  private final Watermark watermark;
  private final Guests guests;
  private final Corrections corrections;
  private final Check check;

  Edits(
      Finder finder,
      CommentStore comments,
      EditStore store,
      StateStore states,
      Renderer renderer,
      Watermark watermark,
      Guests guests,
      Corrections corrections,
      Check check) {
    this.finder = finder;
    this.comments = comments;
    this.store = store;
    this.states = states;
    this.renderer = renderer;
    this.watermark = watermark;
    this.guests = guests;
    this.corrections = corrections;
    this.check = check;
  }

  /**
   * A comment that has another text.
   *
   * @param verdict the entry of the journal, when staff changed what somebody else wrote
   */
  record Edit(Found found, @Nullable String verdict) {}

  /** Gives a comment another text: its author within the window, moderators always. */
  Future<Edit> edit(Site site, Known who, String network, String id, String text) {
    return Rights.admit(guests, site, who, network)
        .compose(shadowed -> edit(site, who, network, id, text, shadowed));
  }

  private Future<Edit> edit(
      Site site, Known who, String network, String id, String text, boolean shadowed) {
    return finder
        .any(site, id)
        .compose(
            found -> {
              var comment = found.comment();
              if (!Rights.CHANGEABLE.contains(comment.state()) || !Rights.mayChange(who, comment)) {
                throw Finder.unknown();
              }
              Rights.requireOpen(site, found.article());
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
        .compose(names -> comments.people(found.article().ref(), names))
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
    return before(found)
        .compose(
            before ->
                check.look(
                    new Submission(
                        site,
                        found.article().ref(),
                        new Author(who.id(), who.name(), who.kind(), false),
                        body.text(),
                        before,
                        links,
                        network,
                        found.comment().id(),
                        Submission.Form.UNKNOWN)))
        .map(
            finding ->
                finding.equals(Finding.ALLOWED) && site.moderationOf(found.article()).equals("pre")
                    ? Finding.hold("edited")
                    : finding);
  }

  /** What a comment said at first, and what it says now. */
  private Future<List<String>> before(Found found) {
    var comment = found.comment();
    var now = comment.body().text();
    return comment.edited() == null
        ? Future.succeededFuture(List.of(now))
        : store
            .first(found.article().ref(), new CommentId(comment.id()))
            .map(first -> List.of(first.map(it -> it.body().text()).orElse(now), now));
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
    if (Rights.isOfOthers(who, comment) && who instanceof Staff staff) {
      return corrections
          .edit(site, staff, comment)
          .map(entry -> Optional.of(new Right(null, entry, "", null)));
    }
    var window = Rights.isModerator(who) ? null : (Long) site.editWindow().toMillis();
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
}
