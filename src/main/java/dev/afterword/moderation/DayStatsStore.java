package dev.afterword.moderation;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.DayTally;
import dev.afterword.article.Hour;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.Script.Call;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Reads what came of days: each bucket says its own, and these are added up. Confined to one event
 * loop.
 */
final class DayStatsStore {
  private static final Script DAYS = Script.of(DayStatsStore.class, "days.lua");

  private final RedisLink link;
  private final StoreClock clock;

  DayStatsStore(RedisLink link, StoreClock clock) {
    this.link = link;
    this.clock = clock;
  }

  /** The day that it is in UTC, by the store's clock. */
  LocalDate today() {
    return LocalDate.ofEpochDay(Hour.at(clock.now()).day());
  }

  /** What came of days in a row, the first and the last one included. */
  Future<List<DayStats>> days(Site site, LocalDate from, LocalDate to) {
    var calls = new ArrayList<Call>();
    for (int bucket = 0; bucket < site.buckets(); bucket++) {
      var tag = ArticleRef.tag(site.name(), bucket);
      var keys =
          LongStream.rangeClosed(from.toEpochDay(), to.toEpochDay())
              .mapToObj(day -> DayTally.key(tag, day))
              .toList();
      calls.add(new Call(keys, List.of()));
    }
    return DAYS.runAll(link, calls).map(DayStatsStore::merged);
  }

  private static List<DayStats> merged(List<Response> buckets) {
    var days = new ArrayList<DayStats>();
    for (int i = 0; i < buckets.get(0).size(); i++) {
      var day = new DayStats();
      for (var bucket : buckets) {
        var counts = bucket.get(i);
        for (int at = 0; at < counts.size(); at += 2) {
          day.add(counts.get(at).toString(), counts.get(at + 1).toLong());
        }
      }
      days.add(day);
    }
    return days;
  }
}
