package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.Written;
import dev.afterword.live.Streams;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Gives comments other texts, and reads what they said before. Confined to one event loop. */
final class EditStore {
  private static final Script EDIT = Script.of(EditStore.class, "edit.lua");

  /** How many earlier texts of a comment are kept. */
  private static final int MOST_REVISIONS = 50;

  private final RedisLink link;

  EditStore(RedisLink link) {
    this.link = link;
  }

  /** What became of an edit. */
  enum Edited {
    DONE,
    UNKNOWN,
    TOO_LATE,
    /** Somebody else changed it since. */
    CHANGED,
    /** It is in another state than it was looked at for. */
    AGAIN,
    READ_ONLY,
    CLOSED
  }

  /**
   * By whose right a comment is given another text.
   *
   * @param windowMs how long after its creation that is possible; {@code null} for ever
   * @param verdict the entry of the journal by which staff do it, or empty
   * @param undoes the entry by which it has to have come to say what it says, or empty for any
   * @param state that it has to be in; {@code null} for any
   */
  record Right(
      @Nullable Long windowMs, String verdict, String undoes, Comment.@Nullable State state) {}

  /** Gives a comment another text; the one before is kept. */
  Future<Edited> edit(ArticleRef article, CommentId id, Written body, Right right) {
    return edit(article, id, body.pack(), right);
  }

  /** Whether a comment might have another text now: {@link Edited#DONE} if so. */
  Future<Edited> mayEdit(ArticleRef article, CommentId id, Right right) {
    return edit(article, id, "", right);
  }

  private Future<Edited> edit(ArticleRef article, CommentId id, String packed, Right right) {
    var windowMs = right.windowMs;
    var keys =
        List.of(
            article.at("a"),
            CommentKeys.comment(article, id.value()),
            CommentKeys.revisions(article, id.value()),
            Streams.key(article));
    var args =
        List.of(
            packed,
            windowMs == null ? "" : windowMs.toString(),
            article.id(),
            id.member(),
            article.channel(),
            Streams.LONGEST,
            MOST_REVISIONS,
            right.verdict,
            right.undoes,
            right.state == null ? "" : right.state.letter());
    return EDIT.run(link, keys, args)
        .map(
            reply ->
                switch (reply.get(0).toString()) {
                  case "edited" -> Edited.DONE;
                  case "unknown" -> Edited.UNKNOWN;
                  case "too-late" -> Edited.TOO_LATE;
                  case "changed" -> Edited.CHANGED;
                  case "again" -> Edited.AGAIN;
                  case "read-only" -> Edited.READ_ONLY;
                  case "closed" -> Edited.CLOSED;
                  default -> throw new StoreException(StoreException.Kind.BROKEN, reply.toString());
                });
  }

  /** What a comment said before its edits, the oldest first. */
  Future<List<Revision>> revisions(ArticleRef article, String id) {
    var request =
        Request.cmd(Command.LRANGE).arg(CommentKeys.revisions(article, id)).arg(0).arg(-1);
    return link.send(request)
        .map(
            reply -> {
              var revisions = new ArrayList<Revision>();
              if (reply != null) {
                reply.forEach(each -> revisions.add(Revision.unpack(each.toString())));
              }
              return revisions;
            });
  }

  /**
   * What a comment said at first, of what is kept of it; empty when it was never changed, or when
   * that is forgotten.
   */
  Future<Optional<Revision>> first(ArticleRef article, CommentId id) {
    return link.send(
            Request.cmd(Command.LINDEX).arg(CommentKeys.revisions(article, id.value())).arg(0))
        .map(reply -> Optional.ofNullable(reply).map(each -> Revision.unpack(each.toString())));
  }
}
