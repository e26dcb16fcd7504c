package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has readers' votes follow the comments that are put into another article. A vote is there before
 * it is taken away here, and stays as it is where the reader has voted there since. Confined to one
 * event loop.
 */
public final class VoteTransferStore {
  private static final Logger LOG = LoggerFactory.getLogger(VoteTransferStore.class);
  private static final Script BRING = Script.of(VoteTransferStore.class, "bring_votes.lua");
  private static final Script DROP = Script.of(VoteTransferStore.class, "drop_votes.lua");

  /** How many readers are looked at in one go. */
  private static final int READERS = 100;

  private final RedisLink link;
  private final MarkStore marks;
  private final RecountStore recounts;

  /** Over the link of the current event loop. */
  public VoteTransferStore(RedisLink link) {
    this.link = link;
    this.marks = new MarkStore(link);
    this.recounts = new RecountStore(link);
  }

  /**
   * Brings votes on comments from one article to another.
   *
   * @param cursor {@code "0"} to begin
   * @param all whether on all comments, also on those that are still to be moved; else on those
   *     that were
   * @return where to go on; {@code "0"} at the end
   */
  public Future<String> bring(ArticleRef from, ArticleRef to, String cursor, boolean all) {
    var scan = Request.cmd(Command.SSCAN).arg(MarkStore.readers(from)).arg(cursor);
    return link.send(scan.arg("COUNT").arg(READERS))
        .compose(
            reply -> {
              var page = Objects.requireNonNull(reply);
              var readers = new ArrayList<Future<?>>();
              page.get(1).forEach(each -> readers.add(carry(from, to, each.toString(), all)));
              return Future.all(readers).map(page.get(0).toString());
            });
  }

  private Future<?> carry(ArticleRef from, ArticleRef to, String reader, boolean all) {
    return marks
        .of(from, reader)
        .compose(left -> all ? Future.succeededFuture(left.votes()) : moved(to, left.votes()))
        .compose(
            votes -> {
              if (votes.isEmpty()) {
                return Future.succeededFuture();
              }
              var args = new ArrayList<Object>();
              votes.forEach((id, vote) -> args.addAll(List.of(new CommentId(id).member(), vote)));
              return BRING
                  .run(link, left(to, reader), with(to, reader, args))
                  .compose(
                      brought -> {
                        var keys = new ArrayList<>(List.of(from.at("z")));
                        keys.addAll(left(from, reader));
                        return DROP.run(link, keys, with(from, reader, args));
                      });
            });
  }

  private Future<Map<String, Integer>> moved(ArticleRef to, Map<String, Integer> votes) {
    var ids = List.copyOf(votes.keySet());
    var asked =
        ids.stream()
            .map(id -> CommentKeys.comment(to, to.id() + new CommentId(id).member()))
            .map(key -> Request.cmd(Command.EXISTS).arg(key))
            .toList();
    return link.sendAll(asked)
        .map(
            there -> {
              var moved = new LinkedHashMap<>(votes);
              for (int i = 0; i < ids.size(); i++) {
                if (there.get(i).toInteger() == 0) {
                  moved.remove(ids.get(i));
                }
              }
              return moved;
            });
  }

  private static List<String> left(ArticleRef article, String reader) {
    return List.of(
        MarkStore.marks(article, reader),
        MarkStore.readers(article),
        MarkStore.left(article.site(), article.bucket(), reader));
  }

  private static List<Object> with(ArticleRef article, String reader, List<Object> votes) {
    var args = new ArrayList<Object>(List.of(reader, article.id()));
    args.addAll(votes);
    return args;
  }

  /**
   * Counts an article anew, however large: a vote that somebody changed while it was brought may
   * have been counted twice. One that never stands still is left to the next count, or its thread
   * would be on its way for as long as people write there.
   */
  public Future<Void> settle(ArticleRef article) {
    return recounts
        .article(article, Long.MAX_VALUE)
        .onSuccess(
            result -> {
              if (!result.done()) {
                LOG.warn("{} changed while its votes were counted; recount its site", article);
              }
            })
        .mapEmpty();
  }
}
