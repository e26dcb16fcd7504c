package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.QueueReader.Query;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.Script.Call;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the queues: one round trip over all buckets of a site for a page, however long they are,
 * and one for their sizes. Confined to one event loop.
 */
final class QueueStore {
  private static final Script READ = Script.of(QueueStore.class, "queue.lua");
  private static final Script REPORT = Script.of(QueueStore.class, "thread.lua", "report.lua");

  /** How many reports of a comment are kept. */
  private static final int MOST_REPORTS = 200;

  private final RedisLink link;

  QueueStore(RedisLink link) {
    this.link = link;
  }

  /** A comment's place in a queue. */
  record Entry(long created, String id) {
    private static final Comparator<Entry> OLDEST_FIRST =
        Comparator.comparingLong(Entry::created).thenComparing(Entry::id);
  }

  /**
   * What readers said of a comment.
   *
   * @param reasons how often each was given
   * @param notes of those that wrote one
   */
  public record Reports(Map<String, Integer> reasons, List<String> notes) {
    int total() {
      return reasons.values().stream().mapToInt(Integer::intValue).sum();
    }
  }

  /** How many comments each queue of a site has, by its word. */
  Future<JsonObject> counts(Site site) {
    var asked = new ArrayList<Queue>();
    var requests = new ArrayList<Request>();
    for (var queue : Queue.values()) {
      for (int bucket = 0; bucket < site.buckets(); bucket++) {
        asked.add(queue);
        requests.add(Request.cmd(Command.ZCARD).arg(queue.key(site.name(), bucket)));
      }
    }
    return link.sendAll(requests)
        .map(
            sizes -> {
              var counts = new EnumMap<Queue, Long>(Queue.class);
              for (int i = 0; i < asked.size(); i++) {
                var size = sizes.get(i);
                counts.merge(asked.get(i), size == null ? 0L : size.toLong(), Long::sum);
              }
              var json = new JsonObject();
              counts.forEach((queue, size) -> json.put(queue.word(), size));
              return json;
            });
  }

  /**
   * Reads on in an index of each bucket.
   *
   * @param after where to go on, or {@code null} to begin
   * @return at most so many, in order
   */
  Future<List<Entry>> page(Site site, Query query, @Nullable Entry after, int most) {
    var keys = buckets(site, query).stream().map(bucket -> key(site, bucket, query)).toList();
    return read(
        keys,
        query.newestFirst(),
        after,
        query.from() == null ? "-inf" : Long.toString(query.from().toEpochMilli()),
        query.to() == null ? "+inf" : Long.toString(query.to().toEpochMilli()),
        most);
  }

  /** What an author wrote, the oldest first; what is read on that way misses nothing new. */
  Future<List<Entry>> written(Site site, String author, @Nullable Entry after, int most) {
    return read(written(site, author), false, after, "-inf", "+inf", most);
  }

  /** How many comments an author wrote. */
  Future<Long> countWritten(Site site, String author) {
    var sizes =
        written(site, author).stream().map(key -> Request.cmd(Command.ZCARD).arg(key)).toList();
    return link.sendAll(sizes)
        .map(all -> all.stream().mapToLong(size -> size == null ? 0 : size.toLong()).sum());
  }

  private static List<String> written(Site site, String author) {
    var keys = new ArrayList<String>();
    for (int bucket = 0; bucket < site.buckets(); bucket++) {
      keys.add(CommentKeys.written(site.name(), bucket, author));
    }
    return keys;
  }

  /** The articles that have comments, those commented last first; entries hold their ids. */
  Future<List<Entry>> articles(Site site, @Nullable Entry after, int most) {
    var keys = new ArrayList<String>();
    for (int bucket = 0; bucket < site.buckets(); bucket++) {
      keys.add(CommentKeys.articles(site.name(), bucket));
    }
    return read(keys, true, after, "-inf", "+inf", most);
  }

  private Future<List<Entry>> read(
      List<String> keys, boolean down, @Nullable Entry after, String from, String to, int most) {
    var args =
        List.of(
            down ? "down" : "up",
            after == null ? "" : after.created,
            after == null ? "" : after.id,
            from,
            to,
            most);
    var calls = keys.stream().map(key -> new Call(List.of(key), args)).toList();
    return READ.runAll(link, calls)
        .map(
            replies -> {
              var found = new ArrayList<Entry>();
              for (var some : replies) {
                for (int i = 0; i + 1 < some.size(); i += 2) {
                  found.add(new Entry(some.get(i + 1).toLong(), some.get(i).toString()));
                }
              }
              var order = Entry.OLDEST_FIRST;
              found.sort(down ? order.reversed() : order);
              return found.size() > most ? List.copyOf(found.subList(0, most)) : found;
            });
  }

  private static List<Integer> buckets(Site site, Query query) {
    var article = query.article();
    if (article != null) {
      return List.of(article.bucket());
    }
    var all = new ArrayList<Integer>();
    for (int bucket = 0; bucket < site.buckets(); bucket++) {
      all.add(bucket);
    }
    return all;
  }

  private static String key(Site site, int bucket, Query query) {
    var author = query.author();
    var queue = query.queue();
    if (author != null) {
      return CommentKeys.written(site.name(), bucket, author);
    }
    return queue == null ? CommentKeys.all(site.name(), bucket) : queue.key(site.name(), bucket);
  }

  /**
   * Keeps that a reader reports a comment.
   *
   * @return how many reports there are to see to; -1 when no such comment is visible
   */
  Future<Integer> report(ArticleRef article, String id, String reader, String reason, String note) {
    var keys =
        List.of(
            CommentKeys.comment(article, id),
            reports(article, id),
            Queue.REPORTED.key(article.site(), article.bucket()),
            History.key(article, id),
            MarkStore.left(article.site(), article.bucket(), reader));
    return REPORT
        .run(link, keys, List.of(id, reader, reason + '\t' + note, MOST_REPORTS))
        .map(reply -> reply.get(0).toString().equals("reported") ? reply.get(1).toInteger() : -1);
  }

  /** What readers said of comments, in one go. */
  Future<Map<String, Reports>> reports(Map<String, ArticleRef> comments) {
    var ids = List.copyOf(comments.keySet());
    var requests = new ArrayList<Request>();
    comments.forEach(
        (id, article) -> requests.add(Request.cmd(Command.HVALS).arg(reports(article, id))));
    return link.sendAll(requests)
        .map(
            replies -> {
              var found = new LinkedHashMap<String, Reports>();
              for (int i = 0; i < ids.size(); i++) {
                found.put(ids.get(i), reports(replies.get(i)));
              }
              return found;
            });
  }

  private static Reports reports(@Nullable Response values) {
    var reports = new Reports(new LinkedHashMap<>(), new ArrayList<>());
    if (values != null) {
      for (var value : values) {
        var text = value.toString();
        int tab = text.indexOf('\t');
        reports.reasons.merge(text.substring(0, tab), 1, Integer::sum);
        if (tab + 1 < text.length()) {
          reports.notes.add(text.substring(tab + 1));
        }
      }
    }
    return reports;
  }

  /** What readers said of a comment. */
  static String reports(ArticleRef article, String id) {
    return article.tag() + ":f:" + id;
  }
}
