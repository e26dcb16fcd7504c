package dev.afterword.comment;

import dev.afterword.article.Article.State;
import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.Written;
import dev.afterword.comment.PostStore.Kept;
import dev.afterword.comment.PostStore.KeyRecord;
import dev.afterword.comment.PostStore.Prepared;
import dev.afterword.comment.PostStore.Ready;
import dev.afterword.comment.Posting.Posted;
import dev.afterword.comment.Posting.Reason;
import dev.afterword.comment.Posting.Refused;
import dev.afterword.comment.Submission.Author;
import dev.afterword.http.Digest;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Guests.Admitted;
import dev.afterword.identity.Guests.Asker;
import dev.afterword.identity.Guests.NewGuest;
import dev.afterword.identity.Limit;
import dev.afterword.identity.Limit.Left;
import dev.afterword.identity.NameStore;
import dev.afterword.identity.NewArticles;
import dev.afterword.redis.Watermark;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The rules of posting: who may, what of it, and that it happens once. Confined to one event loop.
 */
final class Comments {
  /** How long a client's key is remembered. */
  private static final long KEY_MS = TimeUnit.HOURS.toMillis(24);

  /** How long a key of our own is: as long as we ourselves may still try again. */
  private static final long OWN_KEY_MS = TimeUnit.MINUTES.toMillis(1);

  /** A key this long cannot be guessed, so whoever repeats it may have the token again. */
  private static final int SECRET_KEY_LENGTH = 22;

  private static final int DIGEST_LENGTH = 22;

  private final PostStore store;
  private final CommentStore comments;
  private final Finder finder;
  private final ForwardStore forwards;
  private final Guests guests;
  private final Renderer renderer;
  private final Watermark watermark;
  private final NewArticles newArticles;
  private final Check check;
  private final NameStore names;

  Comments(
      PostStore store,
      CommentStore comments,
      Finder finder,
      ForwardStore forwards,
      Guests guests,
      Renderer renderer,
      Watermark watermark,
      NewArticles newArticles,
      Check check,
      NameStore names) {
    this.store = store;
    this.comments = comments;
    this.finder = finder;
    this.forwards = forwards;
    this.guests = guests;
    this.renderer = renderer;
    this.watermark = watermark;
    this.newArticles = newArticles;
    this.check = check;
    this.names = names;
  }

  /** One attempt to post a draft. */
  private record Attempt(Draft draft, String key, String fingerprint, Author author) {}

  /** Posts a draft: once, however often it is asked under one key. */
  Future<Posting> post(Draft draft) {
    var own = draft.key() == null ? UUID.randomUUID().toString() : draft.key();
    var author = authorOf(draft, own);
    if (author == null) {
      return refused(Reason.NAME_MISSING);
    }
    if (author.isNew() && !draft.site().rules().guests()) {
      return Future.failedFuture(Callers.tokenRequired());
    }
    var attempt = new Attempt(draft, Digest.of(own, DIGEST_LENGTH), fingerprint(draft), author);
    return elsewhere(attempt)
        .compose(
            record ->
                record
                    .map(made -> replay(attempt, draft.asked(), made))
                    .orElseGet(() -> parent(draft).compose(parent -> post(attempt, parent))));
  }

  /**
   * What the key made when the article that is asked for did not lead to the one that it does now.
   */
  private Future<Optional<KeyRecord>> elsewhere(Attempt attempt) {
    var draft = attempt.draft;
    return draft.asked().id().equals(draft.article().id())
        ? Future.succeededFuture(Optional.empty())
        : store.record(draft.asked(), attempt.key);
  }

  /** The parent by the id that it has now, where it was put into the article from another. */
  private Future<Optional<CommentId>> parent(Draft draft) {
    var parent = draft.parent();
    return parent == null || parent.articleId().equals(draft.article().id())
        ? Future.succeededFuture(Optional.ofNullable(parent))
        : forwards.of(draft.site(), parent);
  }

  private Future<Posting> post(Attempt attempt, Optional<CommentId> parent) {
    var draft = attempt.draft;
    var author = attempt.author;
    var there = parent.filter(id -> id.articleId().equals(draft.article().id())).orElse(null);
    return Future.all(
            store.prepare(draft.article(), attempt.key, there, author.id()), isTaken(attempt))
        .compose(
            both -> {
              Prepared prepared = both.resultAt(0);
              boolean taken = both.resultAt(1);
              return prepared
                  .record()
                  .map(record -> replay(attempt, draft.article(), record))
                  .orElseGet(() -> taken ? refused(Reason.NAME_TAKEN) : postNew(attempt, prepared));
            });
  }

  private Future<Posting> postNew(Attempt attempt, Prepared prepared) {
    var draft = attempt.draft;
    var state = draft.site().stateOf(prepared.state(), prepared.created());
    if (state != State.OPEN) {
      return refused(state == State.CLOSED ? Reason.CLOSED : Reason.READ_ONLY);
    }
    if (draft.parent() != null && prepared.parent().isEmpty()) {
      return refused(Reason.PARENT_UNKNOWN);
    }
    return watermark
        .room()
        .compose(
            there ->
                prepared.seen()
                    ? Future.succeededFuture()
                    : newArticles.admit(draft.site(), draft.article(), draft.network()))
        .compose(admitted -> renderer.candidates(draft.text()))
        .compose(names -> comments.people(draft.article(), names))
        .compose(
            people ->
                renderer
                    .render(draft.text(), people)
                    .compose(
                        rendering ->
                            rendering instanceof Markup.Rendered rendered
                                ? admit(attempt, prepared, rendered, people)
                                : refused(Reason.TEXT_TOO_RICH)));
  }

  /** The limits come before the checks, so that what is refused counts in them. */
  private Future<Posting> admit(
      Attempt attempt, Prepared prepared, Markup.Rendered rendered, Map<String, String> people) {
    var draft = attempt.draft;
    var author = attempt.author;
    return guests
        .admit(
            draft.site(),
            isStaff(author) ? Asker.ANYBODY : new Asker(author.id(), draft.network(), true),
            limits(draft, author),
            author.isNew() ? new NewGuest(author.id(), author.name(), draft.email()) : null)
        .compose(
            admitted ->
                look(attempt, rendered)
                    .compose(
                        finding ->
                            finding.answer() == Finding.Answer.REFUSE
                                ? refuse(attempt)
                                : keep(
                                    attempt,
                                    prepared,
                                    rendered,
                                    people,
                                    finding.reason(),
                                    admitted)));
  }

  /** Whoever came into being for this comment goes again. */
  private Future<Posting> refuse(Attempt attempt) {
    var author = attempt.author;
    return (author.isNew()
            ? guests.forget(attempt.draft.site(), author.id())
            : Future.<Void>succeededFuture())
        .compose(forgotten -> refused(Reason.COMMENT_REFUSED));
  }

  private static boolean isStaff(Author author) {
    return author.kind().equals("staff");
  }

  /** A guest's new name may not look like that of somebody who is known here. */
  private Future<Boolean> isTaken(Attempt attempt) {
    var author = attempt.author;
    return author.isNew()
        ? names.isTaken(attempt.draft.site(), author.name())
        : Future.succeededFuture(false);
  }

  private Future<Finding> look(Attempt attempt, Markup.Rendered rendered) {
    var draft = attempt.draft;
    return isStaff(attempt.author)
        ? Future.succeededFuture(Finding.ALLOWED)
        : check.look(
            new Submission(
                draft.site(),
                draft.article(),
                attempt.author,
                draft.text(),
                List.of(),
                rendered.links(),
                draft.network(),
                attempt.key,
                draft.form()));
  }

  private Future<Posting> keep(
      Attempt attempt,
      Prepared prepared,
      Markup.Rendered rendered,
      Map<String, String> people,
      String held,
      Admitted admitted) {
    var draft = attempt.draft;
    var author = attempt.author;
    var body =
        Written.of(author.id(), author.name(), author.kind(), draft.text(), rendered, people);
    var parent = prepared.parent().orElse(null);
    // Below what only its author sees nobody else can see anything either.
    boolean shadowed = admitted.shadowed() || (parent != null && !parent.isVisible());
    var ready =
        new Ready(
            draft.article(),
            CommentId.on(draft.article()),
            parent,
            body,
            held,
            shadowed,
            isStaff(author) ? "" : draft.site().rules().moderation(),
            attempt.key,
            attempt.fingerprint,
            draft.key() == null ? OWN_KEY_MS : KEY_MS);
    return keepName(draft, author)
        .compose(kept -> store.post(ready))
        .compose(kept -> remember(draft, ready, kept))
        .compose(kept -> told(attempt, ready, kept, admitted.left().orElse(null)));
  }

  /**
   * Where an article was asked for by a key that led to it from another: by the time that the
   * request comes again, the key may lead elsewhere. Should that fail, the comment is kept all the
   * same.
   */
  private Future<Kept> remember(Draft draft, Ready ready, Kept kept) {
    return draft.key() != null
            && kept instanceof Kept.New made
            && !draft.asked().id().equals(draft.article().id())
        ? store
            .remember(draft.asked(), ready, new CommentId(made.comment().id()))
            .otherwiseEmpty()
            .map(kept)
        : Future.succeededFuture(kept);
  }

  /** A member's name is theirs from the first comment on. */
  private Future<Void> keepName(Draft draft, Author author) {
    return author.kind().equals("member")
        ? names.keep(draft.site(), author.id(), author.name())
        : Future.succeededFuture();
  }

  /** Who is new has written nothing before. */
  private static List<Limit.Applied> limits(Draft draft, Author author) {
    var limits = new ArrayList<Limit.Applied>();
    limits.add(Limit.COMMENTS.of(draft.network()));
    if (!author.isNew()) {
      limits.add(Limit.AUTHOR_COMMENTS.of(author.id()));
    }
    limits.add(Limit.ARTICLE_COMMENTS.of(draft.article().id()));
    limits.add(Limit.SITE_COMMENTS.of(draft.site().name()));
    return limits;
  }

  private Future<Posting> told(Attempt attempt, Ready ready, Kept kept, @Nullable Left left) {
    if (kept instanceof Kept.New made) {
      return Future.succeededFuture(
          new Posted(
              Shown.alone(made.comment()), made.article(), token(attempt, true), false, left));
    }
    if (kept instanceof Kept.Before before) {
      // It may be this very one: its first answer was lost on the way, and it was asked again.
      boolean replayed = !before.comment().equals(ready.id());
      return asItIsNow(attempt, before.comment(), replayed, replayed ? null : left);
    }
    return refused(((Kept.Not) kept).reason());
  }

  /**
   * The same key again: the comment as it is now, when it is as safe as a new one would be, or a
   * refusal when the key was used for another.
   *
   * @param article where the key made it
   */
  private Future<Posting> replay(Attempt attempt, ArticleRef article, KeyRecord record) {
    if (!record.fingerprint().equals(attempt.fingerprint)) {
      return refused(Reason.KEY_REUSED);
    }
    return store
        .confirm(article, attempt.key)
        .compose(confirmed -> asItIsNow(attempt, record.comment(), true, null));
  }

  private Future<Posting> asItIsNow(
      Attempt attempt, CommentId comment, boolean replayed, @Nullable Left left) {
    var draft = attempt.draft;
    var key = draft.key();
    boolean mayTell = !replayed || (key != null && key.length() >= SECRET_KEY_LENGTH);
    // By its id alone: what is done is answered, also when the article was moved meanwhile.
    return finder
        .any(draft.site(), comment.value())
        .map(
            found ->
                (Posting)
                    new Posted(
                        found.shown(), found.article(), token(attempt, mayTell), replayed, left))
        .recover(
            failure ->
                failure instanceof Problem problem && problem.type() == ProblemType.COMMENT_UNKNOWN
                    ? refused(Reason.KEY_REUSED)
                    : Future.failedFuture(failure));
  }

  private @Nullable String token(Attempt attempt, boolean mayTell) {
    return attempt.author.isNew() && mayTell
        ? guests.token(attempt.draft.site(), attempt.author.id())
        : null;
  }

  private @Nullable Author authorOf(Draft draft, String key) {
    var caller = draft.caller();
    if (caller instanceof Known known) {
      return new Author(known.id(), known.name(), known.kind(), false);
    }
    var name = draft.name();
    if (name == null) {
      return null;
    }
    // Who guesses a short key when it is forgotten must not become who used it before.
    var own = key.length() >= SECRET_KEY_LENGTH ? key : key + '\n' + UUID.randomUUID();
    var seed = draft.asked().at("a") + '\n' + own;
    return new Author(guests.newId(draft.site(), seed), name, "guest", true);
  }

  /** Covers the body and who asks, so that nobody gets another's comment by guessing a key. */
  private static String fingerprint(Draft draft) {
    var parts = new JsonArray().add(draft.text());
    parts.add(draft.parent() == null ? "" : draft.parent().value());
    if (draft.caller() instanceof Known known) {
      parts.add(known.id());
    } else {
      parts.add("").add(draft.name()).add(draft.email());
    }
    return Digest.of(parts.encode(), DIGEST_LENGTH);
  }

  /** The problem of a text that became too much HTML. */
  static Problem tooRich() {
    return Problem.invalid(Fault.at("#/text", "That comment has too much markup in it."));
  }

  private static Future<Posting> refused(Reason reason) {
    return Future.succeededFuture(new Refused(reason));
  }
}
