package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Census.Index;
import dev.afterword.comment.Census.Line;
import dev.afterword.comment.MarkStore.Votes;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Counts an article anew from its comments and from what readers left, and puts right whatever
 * counters and indexes say otherwise. They are changed in the same step as what they tell of, so
 * there is nothing to find, unless somebody changed the store by hand, a step of many was broken
 * off ({@link StateStore}), or there is a mistake in a script.
 *
 * <p>Nothing is locked: an article that changes while it is counted is counted again. Holds all of
 * an article's comments in memory, without their texts. Confined to one event loop.
 */
final class RecountStore {
  private static final Script CENSUS = Script.of(RecountStore.class, "census.lua");
  private static final Script LINES = Script.of(RecountStore.class, "lines.lua");
  private static final Script REPAIR = Script.of(RecountStore.class, "repair.lua");

  /** How many comments are read, and how many faults put right, in one call. */
  private static final int BATCH = 200;

  private static final int MOST_TRIES = 5;

  /** Articles with more comments or readers are counted only when somebody asks for it. */
  static final long BACKGROUND = 50_000;

  private final RedisLink link;
  private final MarkStore marks;

  /** On the current event loop. */
  RecountStore(RedisLink link) {
    this.link = link;
    this.marks = new MarkStore(link);
  }

  /**
   * What a count found.
   *
   * @param comments how many there are, hidden ones included
   * @param faults how many counters and entries of indexes were wrong
   * @param done false when the article never stood still; then it is as it was
   */
  record Result(long comments, int faults, boolean done) {}

  /** Articles of a bucket that have comments, those commented last first. */
  Future<List<ArticleRef>> articles(String site, int bucket, int most) {
    return link.send(
            Request.cmd(Command.ZRANGE)
                .arg(CommentKeys.articles(site, bucket))
                .arg(0)
                .arg(most - 1)
                .arg("REV"))
        .map(
            reply -> {
              var found = new ArrayList<ArticleRef>();
              if (reply != null) {
                reply.forEach(id -> found.add(ArticleRef.numbered(site, bucket, id.toString())));
              }
              return found;
            });
  }

  /**
   * Counts an article and puts right what is wrong.
   *
   * @param most leaves an article as it is that has more comments, or on which more readers left
   *     something
   */
  Future<Result> article(ArticleRef article, long most) {
    var sizes =
        List.of(
            Request.cmd(Command.LLEN).arg(article.at("l")),
            Request.cmd(Command.SCARD).arg(MarkStore.readers(article)));
    return link.sendAll(sizes)
        .compose(
            all ->
                all.stream().anyMatch(size -> size.toLong() > most)
                    ? Future.succeededFuture(new Result(0, 0, true))
                    : attempt(article, MOST_TRIES));
  }

  private Future<Result> attempt(ArticleRef article, int tries) {
    var count = new Count(article);
    return count
        .read()
        .compose(
            counted -> {
              if (counted) {
                return count.repair();
              }
              return Future.succeededFuture(new Result(0, 0, false));
            })
        .compose(
            result ->
                result.done() || tries == 1
                    ? Future.succeededFuture(result)
                    : attempt(article, tries - 1));
  }

  /** One attempt. */
  private final class Count {
    private final ArticleRef article;
    private final Census census = new Census();
    private String version = "0";
    private long visible;
    private JsonObject reactions = new JsonObject();
    private long comments;

    Count(ArticleRef article) {
      this.article = article;
    }

    /** Reads everything; false when the article changed meanwhile. */
    Future<Boolean> read() {
      return page(0)
          .compose(read -> roots())
          .compose(read -> marks("0", new HashSet<>()))
          .compose(read -> census(0, -1))
          .map(now -> version.equals(text(now.get(0).get(1), "0")));
    }

    private Future<Response> census(long from, long to) {
      return CENSUS.run(link, List.of(article.at("a"), article.at("l")), List.of(from, to));
    }

    private Future<Void> page(long from) {
      return census(from, from + BATCH - 1)
          .compose(
              reply -> {
                if (from == 0) {
                  var fields = reply.get(0);
                  version = text(fields.get(1), "0");
                  visible = Long.parseLong(text(fields.get(2), "0"));
                  reactions = new JsonObject(text(fields.get(3), "{}"));
                }
                comments = reply.get(1).toLong();
                var members = new ArrayList<String>();
                reply.get(2).forEach(member -> members.add(member.toString()));
                if (members.isEmpty()) {
                  return Future.succeededFuture();
                }
                return lines(members).compose(read -> page(from + BATCH));
              });
    }

    private Future<Void> lines(List<String> members) {
      var keys = new ArrayList<String>();
      for (var member : members) {
        keys.add(CommentKeys.comment(article, article.id() + member));
        keys.add(key(new Index("k", member)));
        keys.add(key(new Index("kb", member)));
      }
      return LINES
          .run(link, keys, List.of())
          .map(
              reply -> {
                for (int i = 0; i < members.size(); i++) {
                  var member = members.get(i);
                  var line = reply.get(i).get(0).toString();
                  if (!line.isEmpty()) {
                    census.add(Line.of(member, line));
                  }
                  census.holds(new Index("k", member), entries(reply.get(i).get(1)));
                  census.holds(new Index("kb", member), entries(reply.get(i).get(2)));
                }
                return null;
              });
    }

    private Future<Void> roots() {
      Future<Void> read = Future.succeededFuture();
      for (var kind : List.of("r", "rb", "rd")) {
        var index = new Index(kind, null);
        var request = Request.cmd(Command.ZRANGE).arg(key(index)).arg(0).arg(-1).arg("WITHSCORES");
        read =
            read.compose(before -> link.send(request))
                .map(
                    reply -> {
                      census.holds(index, entries(Objects.requireNonNull(reply)));
                      return null;
                    });
      }
      return read;
    }

    /** A scan may name a reader twice. */
    private Future<Void> marks(String cursor, Set<String> known) {
      var scan = Request.cmd(Command.SSCAN).arg(MarkStore.readers(article)).arg(cursor);
      return link.send(scan.arg("COUNT").arg(BATCH))
          .compose(
              reply -> {
                var page = Objects.requireNonNull(reply);
                var readers = new ArrayList<String>();
                for (var each : page.get(1)) {
                  if (known.add(each.toString())) {
                    readers.add(each.toString());
                  }
                }
                var next = page.get(0).toString();
                return marks
                    .each(article, readers)
                    .compose(
                        left -> {
                          left.forEach(census::left);
                          return next.equals("0") ? Future.succeededFuture() : marks(next, known);
                        });
              });
    }

    Future<Result> repair() {
      var keys = new ArrayList<String>();
      var args = new ArrayList<Object>();
      census
          .wrongVotes()
          .forEach(
              (member, right) -> {
                keys.add(CommentKeys.comment(article, article.id() + member));
                args.add("");
                args.add(votes(right));
              });
      for (var fault : census.faults()) {
        keys.add(key(fault.index()));
        args.add(fault.member());
        args.add(fault.score() == null ? "" : fault.score().toString());
      }
      var right = new JsonObject();
      census.reactions().forEach(right::put);
      int faults = keys.size();
      faults += visible == census.visible() ? 0 : 1;
      faults += counts(reactions).equals(census.reactions()) ? 0 : 1;
      var result = new Result(comments, faults, true);
      return faults == 0
          ? Future.succeededFuture(result)
          : repair(right.encode(), keys, args, 0).map(done -> done ? result : failed());
    }

    private Result failed() {
      return new Result(comments, 0, false);
    }

    private Future<Boolean> repair(String right, List<String> keys, List<Object> args, int from) {
      int to = Math.min(keys.size(), from + BATCH);
      var someKeys = new ArrayList<>(List.of(article.at("z"), article.at("a")));
      someKeys.addAll(keys.subList(from, to));
      var someArgs = new ArrayList<Object>(List.of(version, census.visible(), right));
      someArgs.addAll(args.subList(2 * from, 2 * to));
      return REPAIR
          .run(link, someKeys, someArgs)
          .compose(
              reply ->
                  switch (reply.get(0).toString()) {
                    case "changed" -> Future.succeededFuture(false);
                    case "repaired" -> {
                      version = reply.get(1).toString();
                      yield to < keys.size()
                          ? repair(right, keys, args, to)
                          : Future.succeededFuture(true);
                    }
                    default ->
                        throw new StoreException(StoreException.Kind.BROKEN, reply.toString());
                  });
    }

    private String key(Index index) {
      var of = index.of();
      return of == null
          ? article.at(index.kind())
          : article.tag() + ':' + index.kind() + ':' + article.id() + of;
    }
  }

  private static String votes(Votes votes) {
    return String.format("%07d %07d", votes.up(), votes.down());
  }

  /** Counts without those that came back to zero. */
  private static Map<String, Long> counts(JsonObject json) {
    var counts = new HashMap<String, Long>();
    for (var name : json.fieldNames()) {
      if (json.getLong(name) != 0) {
        counts.put(name, json.getLong(name));
      }
    }
    return counts;
  }

  private static String text(Response field, String otherwise) {
    return field == null ? otherwise : field.toString();
  }

  /** Flat as it comes out of scripts, or in pairs as RESP 3 has it. */
  private static Map<String, Long> entries(Response reply) {
    var entries = new HashMap<String, Long>();
    boolean inPairs = reply.size() > 0 && reply.get(0).type() == ResponseType.MULTI;
    for (int i = 0; i < reply.size(); i += inPairs ? 1 : 2) {
      var member = inPairs ? reply.get(i).get(0) : reply.get(i);
      var score = inPairs ? reply.get(i).get(1) : reply.get(i + 1);
      entries.put(member.toString(), (long) Double.parseDouble(score.toString()));
    }
    return entries;
  }
}
