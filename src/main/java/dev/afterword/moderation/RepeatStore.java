package dev.afterword.moderation;

import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Keeps digests of what was written lately, in each site's home. */
final class RepeatStore {
  private static final Script REPEAT = Script.of(RepeatStore.class, "repeat.lua");
  private static final long KEPT_MS = TimeUnit.HOURS.toMillis(6);

  /** Some four megabytes a site. */
  private static final int MOST = 30_000;

  private final RedisLink link;

  RepeatStore(RedisLink link) {
    this.link = link;
  }

  /**
   * Whether another attempt left one of some digests, at most six hours ago; if not, this one
   * leaves them.
   */
  Future<Boolean> isRepeated(String site, String attempt, List<String> digests) {
    var args = new ArrayList<Object>(List.of(attempt, KEPT_MS, MOST));
    args.addAll(digests);
    return REPEAT
        .run(link, List.of('{' + site + "}:rp", '{' + site + "}:rt"), args)
        .map(reply -> reply.toString().equals("repeated"));
  }
}
