package dev.afterword.view;

import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Sums;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps the reads of an article as one small hash of counters. Confined to one event loop. */
final class EngagementStore {
  private static final Script ENGAGE = Script.of(EngagementStore.class, "engage.lua");

  /** The field that counts the reads which reached the end; all others are buckets. */
  private static final String FINISHED = "f";

  private final RedisLink link;

  EngagementStore(RedisLink link) {
    this.link = link;
  }

  /** Counts a read; on an article that nobody has viewed nothing happens. */
  Future<Void> add(ArticleRef article, int bucket, boolean finished) {
    var keys = List.of(article.at("a"), Sums.reads(article));
    var args = List.of(article.key().value(), bucket, finished ? "finished" : "");
    return ENGAGE
        .run(link, keys, args)
        .map(
            reply -> {
              if (reply.get(0).toString().equals("moved")) {
                throw new ArticleMovedException(article);
              }
              return null;
            });
  }

  /** The reads of an article. */
  Future<Reads> read(ArticleRef article) {
    return link.send(Request.cmd(Command.HGETALL).arg(Sums.reads(article)))
        .map(EngagementStore::reads);
  }

  private static Reads reads(@Nullable Response reply) {
    var counts = new TreeMap<Integer, Long>();
    long finished = 0;
    if (reply != null) {
      for (var field : reply.getKeys()) {
        long count = reply.get(field).toLong();
        if (field.equals(FINISHED)) {
          finished = count;
        } else {
          counts.put(Integer.valueOf(field), count);
        }
      }
    }
    return new Reads(finished, new ReadingTimes(counts));
  }
}
