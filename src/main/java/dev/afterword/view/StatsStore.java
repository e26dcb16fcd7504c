package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Hour;
import dev.afterword.article.Rankings.By;
import dev.afterword.article.Rankings.Window;
import dev.afterword.article.Sums;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what the hits of articles came to. Confined to one event loop. */
final class StatsStore {
  private static final Script TOP = Script.of(StatsStore.class, "top.lua");

  /** How many of an hour's or a day's ranking are looked at: that bounds what one call costs. */
  private static final int LOOKED_AT = 200;

  /** In how many rounds all buckets are asked, where there are so many. */
  private static final int ROUNDS = 16;

  private final RedisLink link;
  private final StoreClock clock;

  /** What came of all hits on an article. */
  record Explained(long counted, long repeat, long bot, long prefetch, long limit) {
    long raw() {
      return counted + repeat + bot + prefetch + limit;
    }
  }

  /** An article with how much it had of what articles are ranked by. */
  record Ranked(ArticleRef ref, @Nullable String title, @Nullable String url, long count) {}

  private record Place(int bucket, String id, long count) {}

  StatsStore(RedisLink link, StoreClock clock) {
    this.link = link;
    this.clock = clock;
  }

  /** The hour that it is, by the store's clock. */
  Hour now() {
    return Hour.at(clock.now());
  }

  Future<Explained> explain(ArticleRef article) {
    var request =
        Request.cmd(Command.HMGET)
            .arg(article.at("a"))
            .arg("w")
            .arg("xr")
            .arg("xb")
            .arg("xp")
            .arg("xl");
    return link.send(request)
        .map(
            fields ->
                fields == null
                    ? new Explained(0, 0, 0, 0, 0)
                    : new Explained(
                        number(fields.get(0)),
                        number(fields.get(1)),
                        number(fields.get(2)),
                        number(fields.get(3)),
                        number(fields.get(4))));
  }

  private static long number(@Nullable Response field) {
    return field == null ? 0 : field.toLong();
  }

  Future<Series> series(ArticleRef article) {
    return link.send(Request.cmd(Command.HGETALL).arg(Sums.days(article)))
        .map(
            reply -> {
              var days = new HashMap<Long, String>();
              if (reply != null) {
                reply
                    .getKeys()
                    .forEach(day -> days.put(Long.valueOf(day), reply.get(day).toString()));
              }
              return new Series(days);
            });
  }

  /**
   * The articles of a site that had most: each bucket says its own, and these are merged. A few
   * buckets are asked at a time, so that others have their turn at the store in between.
   */
  Future<List<Ranked>> top(Site site, By by, Window window, int limit) {
    return gather(site, 0, by, window, limit, new ArrayList<>())
        .compose(
            places -> {
              places.sort(
                  Comparator.comparingLong(Place::count).reversed().thenComparing(Place::id));
              return named(site.name(), places, limit, new ArrayList<>());
            });
  }

  private Future<List<Place>> gather(
      Site site, int bucket, By by, Window window, int limit, List<Place> places) {
    if (bucket == site.buckets()) {
      return Future.succeededFuture(places);
    }
    int next = Math.min(site.buckets(), bucket + (site.buckets() + ROUNDS - 1) / ROUNDS);
    var asking = new ArrayList<Future<List<Place>>>();
    for (int each = bucket; each < next; each++) {
      asking.add(topOf(site.name(), each, by, window, limit));
    }
    return Future.all(asking)
        .compose(
            all -> {
              all.<List<Place>>list().forEach(places::addAll);
              return gather(site, next, by, window, limit, places);
            });
  }

  private Future<List<Place>> topOf(String site, int bucket, By by, Window window, int limit) {
    var keys = window.keys(ArticleRef.tag(site, bucket), by, now());
    return TOP.run(link, keys, List.of(limit, LOOKED_AT))
        .map(
            reply -> {
              var places = new ArrayList<Place>();
              for (int i = 0; i + 1 < reply.size(); i += 2) {
                places.add(
                    new Place(
                        bucket, reply.get(i).toString(), reply.get(i + 1).toDouble().longValue()));
              }
              return places;
            });
  }

  /** Reads on until there are enough: articles that gave way to others are none. */
  private Future<List<Ranked>> named(
      String site, List<Place> places, int limit, List<Ranked> ranked) {
    var some = places.subList(0, Math.min(limit - ranked.size(), places.size()));
    if (some.isEmpty()) {
      return Future.succeededFuture(ranked);
    }
    var requests = new ArrayList<Request>();
    for (var place : some) {
      var key = ArticleRef.numbered(site, place.bucket, place.id).at("a");
      requests.add(Request.cmd(Command.HMGET).arg(key).arg("k").arg("t").arg("u"));
    }
    return link.sendAll(requests)
        .compose(
            replies -> {
              for (int i = 0; i < some.size(); i++) {
                var fields = replies.get(i);
                if (fields != null
                    && fields.get(0) != null
                    && !fields.get(0).toString().isEmpty()) {
                  ranked.add(ranked(site, some.get(i), fields));
                }
              }
              return named(site, places.subList(some.size(), places.size()), limit, ranked);
            });
  }

  private static Ranked ranked(String site, Place place, Response fields) {
    var ref = ArticleRef.keyed(site, place.bucket, place.id, fields.get(0).toString());
    return new Ranked(ref, text(fields.get(1)), text(fields.get(2)), place.count);
  }

  private static @Nullable String text(@Nullable Response field) {
    return field == null ? null : field.toString();
  }
}
