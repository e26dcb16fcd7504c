package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Hour;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.view.HitBatch.Entry;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Folds views that wait for it, whoever counted them. Confined to one event loop. */
final class FoldStore {
  private final RedisLink link;
  private final String producer = UUID.randomUUID().toString();
  private long number;

  FoldStore(RedisLink link) {
    this.link = link;
  }

  /** Folds what waits on a site, a call after the other. */
  Future<Void> fold(Site site) {
    var asking = new ArrayList<Request>();
    for (int bucket = 0; bucket < site.buckets(); bucket++) {
      var tag = ArticleRef.tag(site.name(), bucket);
      asking.add(Request.cmd(Command.HGETALL).arg(HitBatch.unfolded(tag)));
    }
    return link.sendAll(asking)
        .compose(
            unfolded -> {
              Future<Void> folded = Future.succeededFuture();
              for (int bucket = 0; bucket < site.buckets(); bucket++) {
                for (var each : byHour(site, bucket, unfolded.get(bucket)).entrySet()) {
                  folded = folded.compose(before -> fold(each.getKey(), each.getValue()));
                }
              }
              return folded;
            });
  }

  private static Map<Hour, List<Entry>> byHour(Site site, int bucket, @Nullable Response unfolded) {
    var entries = new HashMap<Hour, List<Entry>>();
    if (unfolded != null) {
      for (var id : unfolded.getKeys()) {
        // By its number alone: what is folded stays the article's, whatever its key is by now.
        var article = ArticleRef.numbered(site.name(), bucket, id);
        entries
            .computeIfAbsent(new Hour(unfolded.get(id).toLong()), hour -> new ArrayList<>())
            .add(Entry.asking(article));
      }
    }
    return entries;
  }

  /** Those that were folded meanwhile, or just now, are left alone by the script. */
  private Future<Void> fold(Hour hour, List<Entry> entries) {
    if (entries.isEmpty()) {
      return Future.succeededFuture();
    }
    int some = Math.min(entries.size(), ViewStore.LARGEST_BATCH);
    var batch =
        new HitBatch(
            entries.subList(0, some),
            new HashMap<>(),
            producer,
            ++number,
            hour,
            ViewStore.TICK_PAUSE_MS);
    return ViewStore.COUNT
        .run(link, batch.keys, batch.args)
        .compose(told -> fold(hour, entries.subList(some, entries.size())));
  }
}
