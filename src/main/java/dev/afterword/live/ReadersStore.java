package dev.afterword.live;

import dev.afterword.article.ArticleRef;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps how many sockets each process has open on an article, for as long as the process goes on
 * saying so, and knows how many read it: whichever are more, the sockets of all processes or the
 * readers that recent views stand for. Confined to one event loop.
 */
public final class ReadersStore {
  /** How long a process is believed that does not repeat what it said, in milliseconds. */
  static final long BELIEVED_MS = 15_000;

  private static final Script REPORT = Script.of(ReadersStore.class, "reading.lua", "readers.lua");
  private static final Script NOW = Script.of(ReadersStore.class, "reading.lua", "reading_now.lua");

  private final RedisLink link;

  /** Over the link of the current event loop. */
  public ReadersStore(RedisLink link) {
    this.link = link;
  }

  /**
   * What a process has open.
   *
   * @param article which one
   * @param sockets how many; 0 when it has none any more
   */
  record Open(ArticleRef article, int sockets) {}

  /** How many read an article now. */
  public Future<Integer> read(ArticleRef article) {
    return NOW.run(link, List.of(article.at("a"), sockets(article)), List.of())
        .map(Response::toInteger);
  }

  /**
   * Notes what a process has open. Where that gives another number of readers, everybody is told.
   *
   * @param all of one bucket, not empty
   * @return how many read each of them now, in order
   */
  Future<List<Integer>> report(String process, List<Open> all) {
    var keys = new ArrayList<String>(2 * all.size());
    var args = new ArrayList<Object>(3 + 2 * all.size());
    args.addAll(List.of(all.get(0).article.channel(), process, BELIEVED_MS));
    for (var open : all) {
      keys.addAll(List.of(open.article.at("a"), sockets(open.article)));
      args.addAll(List.of(open.article.id(), open.sockets));
    }
    return REPORT
        .run(link, keys, args)
        .map(reply -> reply.stream().map(Response::toInteger).toList());
  }

  private static String sockets(ArticleRef article) {
    return article.at("o");
  }
}
