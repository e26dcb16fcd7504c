package dev.afterword.article;

import dev.afterword.redis.GroupCommit;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads articles. What is asked in one moment goes to the store as one call per bucket, and no
 * question joins a call that is already on its way: an answer is never older than its question, so
 * every process reads what any process has acknowledged.
 *
 * <p>Confined to one event loop.
 */
public final class ArticleStore {
  private static final Script READ = Script.of(ArticleStore.class, "epoch.lua", "read.lua");
  private static final int LARGEST_BATCH = 512;

  /** Beyond this many idle buckets they are forgotten. */
  private static final int MOST_BUCKETS = 4_096;

  private final Context context;
  private final RedisLink link;
  private final Map<String, GroupCommit<ArticleRef, Kept>> buckets = new HashMap<>();

  /** The very lists of articles that were asked for in this turn: many readers ask the same. */
  private final IdentityHashMap<List<ArticleRef>, Future<List<Counts>>> questions =
      new IdentityHashMap<>();

  /** Whose numbers were asked in this turn of the loop. */
  private final Map<ArticleRef, Promise<Counts>> counted = new LinkedHashMap<>();

  /** What is kept of an article, of which several may ask by several keys. */
  private record Kept(String epoch, Response fields) {}

  /**
   * @param context the event loop's
   * @param link its link
   */
  public ArticleStore(Context context, RedisLink link) {
    this.context = context;
    this.link = link;
  }

  /**
   * The article as it is now; zeros and no {@code created} when it was never seen. Fails with an
   * {@link ArticleMovedException} when it has another key; one of which only the place is known is
   * answered with the key that it has.
   */
  public Future<Article> read(ArticleRef ref) {
    if (buckets.size() >= MOST_BUCKETS) {
      buckets.values().removeIf(GroupCommit::isIdle);
    }
    return buckets
        .computeIfAbsent(
            ref.tag(), tag -> new GroupCommit<>(this::atEndOfTurn, LARGEST_BATCH, this::readBatch))
        .add(ref)
        .map(kept -> article(ref, kept.epoch, kept.fields));
  }

  /**
   * The one of two that was ever seen; the first when both were, or none. Fails with an {@link
   * ArticleMovedException} when one that is looked at has another key.
   */
  public Future<ArticleRef> seenOf(ArticleRef first, ArticleRef second) {
    return first.equals(second)
        ? Future.succeededFuture(first)
        : read(first)
            .compose(
                one ->
                    one.created() != null
                        ? Future.succeededFuture(first)
                        : read(second).map(other -> other.created() == null ? first : second));
  }

  /**
   * The numbers of several articles, in order: one call to each node that has any of them. Fails
   * with an {@link ArticleMovedException} that names all those which live elsewhere.
   */
  public Future<List<Counts>> counts(List<ArticleRef> refs) {
    if (questions.isEmpty()) {
      // At the end of this turn of the loop: what arrived with the same read is asked once.
      atEndOfTurn(this::readCounts);
    }
    return questions.computeIfAbsent(refs, this::gather);
  }

  private Future<List<Counts>> gather(List<ArticleRef> refs) {
    var reading = new ArrayList<Future<Counts>>(refs.size());
    for (var ref : refs) {
      reading.add(counted.computeIfAbsent(ref, asked -> Promise.promise()).future());
    }
    return Future.join(reading)
        .recover(failure -> Future.failedFuture(failureOf(reading, failure)))
        .map(all -> all.list());
  }

  /** A list of many old keys would never be answered, were they followed one by one. */
  private static Throwable failureOf(List<Future<Counts>> reading, Throwable first) {
    var moved = new ArrayList<ArticleRef>();
    for (var each : reading) {
      if (each.cause() instanceof ArticleMovedException one) {
        moved.addAll(one.asked());
      }
    }
    return moved.isEmpty() ? first : new ArticleMovedException(moved);
  }

  private void atEndOfTurn(Runnable work) {
    context.runOnContext(turn -> work.run());
  }

  private void readCounts() {
    var promises = List.copyOf(counted.values());
    var refs = List.copyOf(counted.keySet());
    counted.clear();
    questions.clear();
    var replies = link.sendEach(refs.stream().map(ArticleStore::counted).toList());
    for (int i = 0; i < promises.size(); i++) {
      var ref = refs.get(i);
      replies.get(i).map(fields -> counts(ref, fields)).onComplete(promises.get(i));
    }
  }

  private static Request counted(ArticleRef ref) {
    var request = Request.cmd(Command.HMGET).arg(ref.at("a"));
    return request.arg("w").arg("o").arg("d").arg("dv").arg("n").arg("z");
  }

  private static Counts counts(ArticleRef ref, @Nullable Response fields) {
    if (fields == null) {
      throw new IllegalStateException("the protocol has no null for HMGET");
    }
    if (fields.get(5) != null) {
      throw new ArticleMovedException(ref);
    }
    return new Counts(
        number(fields.get(0)) + number(fields.get(1)),
        number(fields.get(2)) + number(fields.get(3)),
        number(fields.get(4)));
  }

  private Future<List<Kept>> readBatch(List<ArticleRef> asked) {
    var distinct = new ArrayList<>(new LinkedHashSet<>(asked));
    var keys = new ArrayList<String>(distinct.size() + 1);
    keys.add(distinct.get(0).bucketKey());
    distinct.forEach(ref -> keys.add(ref.at("a")));
    return READ.run(link, keys, List.of())
        .map(
            reply -> {
              var epoch = reply.get(0).toString();
              var found = new HashMap<ArticleRef, Kept>(2 * distinct.size());
              for (int i = 0; i < distinct.size(); i++) {
                found.put(distinct.get(i), new Kept(epoch, reply.get(i + 1)));
              }
              var answers = new ArrayList<Kept>(asked.size());
              asked.forEach(ref -> answers.add(found.get(ref)));
              return answers;
            });
  }

  /**
   * An article from the fields of its record, in the order of {@code read.lua}. Scripts of other
   * rooms answer them in the same order.
   *
   * @throws ArticleMovedException when it has another key than it was asked for by
   */
  public static Article article(ArticleRef ref, String epoch, Response fields) {
    var article = called(ref, epoch, fields);
    if (!article.ref().isSameAs(ref) && !ref.isUnnamed()) {
      throw new ArticleMovedException(ref);
    }
    return article;
  }

  /**
   * The same, under the key that it has now.
   *
   * @throws ArticleMovedException when it lives elsewhere
   */
  public static Article called(ArticleRef ref, String epoch, Response fields) {
    var place = text(fields.get(14));
    if (place != null) {
      throw new ArticleMovedException(ref, AliasStore.place(ref.site(), place));
    }
    var key = text(fields.get(13));
    long created = number(fields.get(3));
    return new Article(
        key == null || key.equals(ref.key().value()) ? ref : ref.called(new ArticleKey(key)),
        text(fields.get(0)),
        text(fields.get(1)),
        Article.State.of(text(fields.get(2))),
        created == 0 ? null : Instant.ofEpochMilli(created),
        new Position(epoch, number(fields.get(4))),
        number(fields.get(5)),
        number(fields.get(6)) + number(fields.get(11)),
        number(fields.get(11)),
        number(fields.get(8)) + number(fields.get(9)),
        number(fields.get(7)),
        text(fields.get(10)),
        text(fields.get(12)));
  }

  private static @Nullable String text(@Nullable Response field) {
    return field == null ? null : field.toString();
  }

  private static long number(@Nullable Response field) {
    return field == null ? 0 : field.toLong();
  }
}
