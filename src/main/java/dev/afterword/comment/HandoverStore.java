package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.article.Sums;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.Script.Call;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one of two articles of which one has no comments: that one gives way. All its keys lead to
 * the other, which takes over its views, visitors, reads and reactions. What it came to stays at
 * its place as it was, so that all of it can be taken back. Each step may be done again. Confined
 * to one event loop.
 */
public final class HandoverStore {
  private static final Script GIVE_WAY = Script.of(HandoverStore.class, "give_way.lua");
  private static final Script TAKE_OVER = Script.of(HandoverStore.class, "take_over.lua");
  private static final Script CARRY = Script.of(HandoverStore.class, "carry.lua");

  /** Of an article's record, what adds up. */
  private static final List<String> NUMBERS = List.of("w", "o", "d", "xr", "xb", "xp", "xl");

  /** How many readers' reactions are carried at once. */
  private static final int PART = 200;

  private final RedisLink link;
  private final MarkStore marks;

  /** Over the link of the current event loop. */
  public HandoverStore(RedisLink link) {
    this.link = link;
    this.marks = new MarkStore(link);
  }

  /** Whether nobody ever wrote a comment on an article. */
  public Future<Boolean> isBare(ArticleRef article) {
    return link.send(Request.cmd(Command.EXISTS).arg(article.at("l")))
        .map(reply -> reply != null && reply.toInteger() == 0);
  }

  /**
   * Has an article give way to another.
   *
   * @return false, and nothing is changed, when it has comments by now, or one of the two is no
   *     article any more
   */
  public Future<Boolean> give(Site site, ArticleRef from, ArticleRef to) {
    return giveWay(from, to, "give")
        .compose(
            given ->
                given
                    ? takeOver(from, to, true)
                        .compose(
                            taken ->
                                taken
                                    ? carryAll(site, from, to, true, "0").map(carried -> true)
                                    : giveWay(from, to, "back").map(back -> false))
                    : Future.succeededFuture(false));
  }

  /**
   * Has an article that gave way to another stand for itself again, with all that it had.
   *
   * @return false, and nothing is changed, when the other gave way itself
   */
  public Future<Boolean> giveBack(Site site, ArticleRef from, ArticleRef to) {
    return takeOver(from, to, false)
        .compose(
            taken ->
                taken
                    ? carryAll(site, from, to, false, "0")
                        .compose(carried -> giveWay(from, to, "back"))
                    : Future.succeededFuture(false));
  }

  private Future<Boolean> giveWay(ArticleRef from, ArticleRef to, String what) {
    return GIVE_WAY
        .run(
            link,
            List.of(from.at("z"), from.at("a"), from.at("l"), from.at("h")),
            List.of(to.id() + ' ' + to.bucket(), what, from.channel(), from.id()))
        .map(reply -> reply.toString().equals("done"));
  }

  /** What is handed over changes no more: where it was, an article stands that gave way. */
  private Future<Boolean> takeOver(ArticleRef from, ArticleRef to, boolean adds) {
    var record = Request.cmd(Command.HMGET).arg(from.at("a"));
    NUMBERS.forEach(record::arg);
    record.arg("dv").arg("pw");
    var asked =
        List.of(
            record,
            Request.cmd(Command.HGETALL).arg(Sums.days(from)),
            Request.cmd(Command.HGETALL).arg(Sums.reads(from)));
    return link.sendAll(asked)
        .compose(
            read -> {
              var args = new ArrayList<Object>();
              args.addAll(List.of(guard(from), adds ? "add" : "take", to.id(), to.channel()));
              addNumbers(args, read.get(0), adds);
              var days = pairs(read.get(1));
              args.add(days.size() / 2);
              args.addAll(days);
              args.addAll(pairs(read.get(2)));
              return TAKE_OVER.run(
                  link, List.of(to.at("z"), to.at("a"), Sums.days(to), Sums.reads(to)), args);
            })
        .map(reply -> reply.toString().equals("done"));
  }

  /**
   * The visitors of this day are one number with those before. Views that were not told yet will be
   * by the other; when it gives them back it has told them all.
   */
  private static void addNumbers(List<Object> args, Response fields, boolean adds) {
    args.add(NUMBERS.size() + 2);
    for (int i = 0; i < NUMBERS.size(); i++) {
      args.add(NUMBERS.get(i));
      args.add(text(fields.get(i)));
    }
    args.add("d");
    args.add(text(fields.get(NUMBERS.size())));
    args.add("pw");
    args.add(text(fields.get(adds ? NUMBERS.size() + 1 : 0)));
  }

  private static String text(@Nullable Response number) {
    return number == null ? "0" : number.toString();
  }

  private static List<String> pairs(@Nullable Response map) {
    var pairs = new ArrayList<String>();
    if (map != null) {
      for (var field : map.getKeys()) {
        pairs.add(field);
        pairs.add(map.get(field).toString());
      }
    }
    return pairs;
  }

  private Future<Void> carryAll(
      Site site, ArticleRef from, ArticleRef to, boolean adds, String cursor) {
    var scan = Request.cmd(Command.SSCAN).arg(MarkStore.readers(from)).arg(cursor);
    return link.send(scan.arg("COUNT").arg(PART))
        .compose(
            reply -> {
              if (reply == null) {
                return Future.succeededFuture();
              }
              var readers = new ArrayList<String>();
              reply.get(1).forEach(reader -> readers.add(reader.toString()));
              var next = reply.get(0).toString();
              return carry(site, from, to, adds, readers)
                  .compose(
                      carried ->
                          next.equals("0")
                              ? Future.succeededFuture()
                              : carryAll(site, from, to, adds, next));
            });
  }

  private Future<?> carry(
      Site site, ArticleRef from, ArticleRef to, boolean adds, List<String> readers) {
    return Future.all(readers.stream().map(reader -> marks.of(from, reader)).toList())
        .compose(
            read -> {
              var calls = new ArrayList<Call>();
              for (int i = 0; i < readers.size(); i++) {
                MarkStore.Marks left = read.resultAt(i);
                calls.add(call(site, from, to, adds, readers.get(i), left.reactions()));
              }
              return CARRY.runAll(link, calls);
            });
  }

  private static Call call(
      Site site,
      ArticleRef from,
      ArticleRef to,
      boolean adds,
      String reader,
      List<String> reactions) {
    var args = new ArrayList<Object>();
    args.addAll(List.of(to.id(), reader, guard(from), adds ? "add" : "take", to.channel()));
    args.add(reactions.size());
    args.addAll(reactions);
    args.addAll(site.reactions());
    return new Call(
        List.of(
            to.at("z"),
            to.at("a"),
            MarkStore.marks(to, reader),
            MarkStore.readers(to),
            MarkStore.left(to.site(), to.bucket(), reader)),
        args);
  }

  private static String guard(ArticleRef from) {
    return "m:" + from.id();
  }
}
