package dev.afterword.comment;

import dev.afterword.comment.Comment.State;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;

/** Knows what somebody has written before. */
public final class PastStore {
  /** So many of an author's latest are looked at, in each bucket. */
  private static final int MOST = 20;

  private final RedisLink link;

  /** Read through a link. */
  public PastStore(RedisLink link) {
    this.link = link;
  }

  /** How many of an author's latest comments on a site everybody can see. */
  public Future<Integer> visible(Site site, String author) {
    var asked = new ArrayList<Request>();
    for (int bucket = 0; bucket < site.buckets(); bucket++) {
      var written = CommentKeys.written(site.name(), bucket, author);
      asked.add(Request.cmd(Command.ZRANGE).arg(written).arg(-MOST).arg(-1));
    }
    return link.sendAll(asked)
        .compose(
            written -> {
              var comments = new ArrayList<Request>();
              for (var ids : written) {
                for (var each : ids) {
                  var id = new CommentId(each.toString());
                  var key = CommentKeys.comment(id.place(site), id.value());
                  comments.add(Request.cmd(Command.GET).arg(key));
                }
              }
              return link.sendAll(comments);
            })
        .map(
            all ->
                (int)
                    all.stream()
                        .filter(packed -> packed != null && isVisible(packed.toString()))
                        .count());
  }

  private static boolean isVisible(String packed) {
    return Comment.unpack("", packed).state() == State.VISIBLE;
  }
}
