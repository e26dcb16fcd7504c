package dev.afterword.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.afterword.redis.StoreException.Kind;
import dev.afterword.support.Extra;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.RedisCluster;
import dev.afterword.support.RedisServer;
import dev.afterword.support.Resp;
import dev.afterword.support.Temporary;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.RedisClientType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The rules that hold for every script, one table for all: a new script without a row fails. What
 * the rules are for stands in the design: a script that builds the name of a key stops half done in
 * a migrating slot, and one whose first write a full store lets through leaves half a change.
 */
class ScriptRulesTest {
  private static final String PRELUDE = "article/epoch.lua";

  /** Functions that scripts share, by file. */
  private static final Map<String, Pattern> SHARED =
      Map.of(
          PRELUDE,
          Pattern.compile("\\b(epoch|article)\\("),
          "comment/history.lua",
          Pattern.compile("\\b(decided|decide|stands|reverts)\\("),
          "comment/thread.lua",
          Pattern.compile("\\b(header|score|best)\\("),
          "article/tally.lua",
          Pattern.compile("\\btally\\("),
          "live/reading.lua",
          Pattern.compile("\\b(recent|alive)\\("));

  private static final String TAG = "{rules:00}";

  private static Vertx vertx;

  /** The event loop that every link of this test belongs to. */
  private static Context loop;

  private static final Map<String, Store> STORES = new LinkedHashMap<>();

  /** Only opened where there is a cluster. */
  private static RedisLink clusterLink;

  /** A store of this test's own, and how to reach it. */
  private record Store(String address, RedisLink link, AutoCloseable process) {
    Resp connect() {
      return Resp.connect(address);
    }
  }

  /**
   * One way through a script.
   *
   * @param effect what it does to the store
   * @param given commands that bring about the state it is run in, as words
   */
  private record Row(
      String script,
      String title,
      Effect effect,
      List<List<String>> given,
      List<String> keys,
      List<Object> args) {
    /** The files that it is made of. */
    List<String> files() {
      var files = new ArrayList<String>();
      SHARED.keySet().stream().sorted().filter(this::uses).forEach(files::add);
      files.add(script);
      return files;
    }

    private boolean uses(String shared) {
      return SHARED.get(shared).matcher(code(script)).find();
    }

    String source() {
      return files().stream().map(file -> text(file) + '\n').collect(Collectors.joining());
    }

    @Override
    public String toString() {
      return script + ", " + title;
    }
  }

  /** What a script does to a store, above all to a full one. */
  private enum Effect {
    /** Nothing. */
    READS,
    /** Changes it; a full one refuses all of it. */
    WRITES,
    /** Changes it, and works when it is full: that may be the way to make room. */
    RELIEVES,
    /** Writes what is there already, so that replicas can be waited for; works when it is full. */
    TOUCHES
  }

  private static Object[] placing(String state) {
    var packed = "1 " + state + " 0000000 0000000 1 1 - 0 - -\n{}";
    return new Object[] {
      "id0", "m0", "m0", packed, "+", "1", "", "", "", "number", "ada", "=m0", "", 100
    };
  }

  private static Row relieves(
      String script, String title, List<List<String>> given, List<String> keys, Object... args) {
    return new Row(script, title, Effect.RELIEVES, given, keys, List.of(args));
  }

  private static Row reads(String script, String title, List<String> keys, Object... args) {
    return new Row(script, title, Effect.READS, List.of(), keys, List.of(args));
  }

  private static Row touches(
      String script, String title, List<List<String>> given, List<String> keys, Object... args) {
    return new Row(script, title, Effect.TOUCHES, given, keys, List.of(args));
  }

  private static Row writes(
      String script, String title, List<List<String>> given, List<String> keys, Object... args) {
    return new Row(script, title, Effect.WRITES, given, keys, List.of(args));
  }

  private static String key(String name) {
    return TAG + ':' + name;
  }

  private static List<String> keys(String... names) {
    return Stream.of(names).map(ScriptRulesTest::key).toList();
  }

  private static List<String> set(String... words) {
    return List.of(words);
  }

  static Stream<Row> rows() {
    var article = set("HSET", key("a"), "k", "/a", "w", "3", "r", "2", "v", "2", "n", "2");
    var placed =
        keys(
            "a", "c:0", "to:0", "r", "rb", "rd", "l", "n", "qa", "w:who", "t", "u", "m:who", "qp",
            "qr", "qs", "qf", "h:0", "e:0", "f:0", "wm:x");
    var site = set("HSET", key("settings"), "v", "1", "b", "16", "j", "{\"origins\":[]}");
    var record = set("SET", key("i:1"), "print id1", "PX", "60000");
    var post =
        keys(
            "b", "a", "c:1", "r", "rb", "s", "i:1", "a", "rd", "u", "n", "l", "t", "tc:h9", "tc:d1",
            "w:who", "qa", "qp", "h:1", "m:who", "dt:1", "qr");
    var reply =
        keys(
            "b", "a", "c:1", "k:0", "kb:0", "s", "i:1", "c:0", "rd", "u", "n", "l", "t", "tc:h9",
            "tc:d1", "w:who", "qa", "qp", "h:1", "m:who", "dt:1", "qr");
    var root = set("SET", key("c:0"), "1 v 0000000 0000000 1 1 - 0 - -\n{}");
    var child = set("SET", key("c:1"), "1 v 0000000 0000000 2 2 - 1 id0 id0\n{}");
    var thread =
        List.of(
            article,
            root,
            child,
            set("ZADD", key("r"), "1", "m0"),
            set("ZADD", key("rb"), "1", "m0"),
            set("ZADD", key("rd"), "1073741825", "m0"),
            set("ZADD", key("k:0"), "2", "m1"),
            set("ZADD", key("kb:0"), "2", "m1"));
    var turn =
        keys(
            "z", "a", "s", "r", "rb", "rd", "m:who", "n", "tc:h9", "tc:d1", "qp", "qr", "qs", "qf",
            "h:1", "u", "dt:1", "dt:0", "c:1", "k:1", "kb:1", "c:0", "k:0", "kb:0");
    var counting = keys("p:1", "y", "tv:h9", "tv:d1", "dt:1", "v", "a", "h", "d", "w:v1", "w:v2");
    var twoDays =
        keys(
            "p:1", "y", "tv:h9", "tv:d1", "dt:1", "v", "a", "h", "d", "w:v1", "w:u1", "w:v2",
            "w:u2");
    return Stream.of(
        reads("article/read.lua", "two articles", keys("b", "a", "a:2")),
        reads("live/since.lua", "the beginning", keys("b", "a", "s"), "1-0", 301),
        reads("live/reading_now.lua", "nobody", keys("a", "o")),
        writes(
            "live/readers.lua",
            "the first sockets of two articles",
            List.of(article),
            keys("a", "o", "a:2", "o:2"),
            reporting(2, 1)),
        writes(
            "live/readers.lua",
            "one more, and a process that died",
            List.of(
                article, set("HSET", key("o"), "me", "1 9999999999999", "other", "3 1", "n", "4")),
            keys("a", "o"),
            reporting(2)),
        relieves(
            "live/readers.lua",
            "the last of this process, others stay",
            List.of(
                article,
                set("HSET", key("o"), "me", "1 9999999999999", "other", "3 9999999999999")),
            keys("a", "o"),
            reporting(0)),
        relieves(
            "live/readers.lua",
            "the last of all",
            List.of(set("HSET", key("o"), "me", "1 9999999999999", "n", "1")),
            keys("a", "o"),
            reporting(0)),
        reads("comment/prepare.lua", "a root", keys("a", "i:1", "i:1")),
        reads("comment/prepare.lua", "a reply", keys("a", "i:1", "c:1")),
        reads("comment/confirm.lua", "nothing there", keys("i:1")),
        touches("comment/confirm.lua", "the record of a key", List.of(record), keys("i:1")),
        reads("comment/list.lua", "newest", keys("b", "a", "r"), "down", "", 26),
        reads("comment/list.lua", "oldest, later page", keys("b", "a", "r"), "up", "5", 26),
        reads(
            "comment/level.lua",
            "two comments",
            keys("b", "a", "rd", "c:1", "k:1", "c:2", "k:2"),
            10,
            "up",
            "1",
            "2"),
        reads("comment/census.lua", "the first", keys("a", "l"), 0, 199),
        reads("comment/lines.lua", "two", keys("c:1", "k:1", "kb:1", "c:2", "k:2", "kb:2")),
        relieves(
            "comment/repair.lua",
            "three things",
            thread,
            keys("z", "a", "rd", "k:0", "c:0"),
            2,
            1,
            "{}",
            "m0",
            "1073741826",
            "m1",
            "",
            "",
            "0000001 0000002"),
        writes(
            "comment/edit.lua",
            "in time",
            List.of(article, root),
            keys("a", "c:0", "e:0", "s"),
            "{\"x\":1}",
            "",
            "number",
            "m0",
            TAG + ":live",
            400,
            50,
            "",
            "",
            "v"),
        writes(
            "comment/edit.lua",
            "taken back",
            Stream.concat(
                    Stream.of(article, root),
                    Stream.of(List.of("RPUSH", key("e:0"), "1700000000000 17-0\n{}")))
                .toList(),
            keys("a", "c:0", "e:0", "s"),
            "{\"x\":1}",
            "",
            "number",
            "m0",
            TAG + ":live",
            400,
            50,
            "18-0",
            "17-0",
            ""),
        writes(
            "comment/vote.lua",
            "for it",
            thread,
            keys("a", "c:0", "m:who", "ms", "rb", "wm:who"),
            1,
            "who",
            "m0",
            "number",
            TAG + ":live",
            "id0"),
        writes(
            "comment/vote.lua",
            "taken back",
            Stream.concat(
                    thread.stream(),
                    Stream.of(
                        set("SET", key("c:0"), "1 v 0000001 0000000 1 1 - 0 - -\n{}"),
                        set("HSET", key("m:who"), "m0", "1"),
                        set("SADD", key("ms"), "who")))
                .toList(),
            keys("a", "c:0", "m:who", "ms", "rb", "wm:who"),
            0,
            "who",
            "m0",
            "number",
            TAG + ":live",
            "id0"),
        writes(
            "comment/react.lua",
            "the first of an article",
            List.of(),
            keys("a", "m:who", "ms", "wm:who"),
            reacting("on")),
        writes(
            "comment/react.lua",
            "taken back",
            List.of(
                article,
                set("HSET", key("a"), "x", "{\"like\":2}"),
                set("HSET", key("m:who"), "+like", "1")),
            keys("a", "m:who", "ms", "wm:who"),
            reacting("off")),
        relieves(
            "identity/journal.lua",
            "something is done",
            List.of(),
            keys("z", "j", "i"),
            "print",
            60_000,
            0,
            0,
            "",
            "",
            "a",
            "approve"),
        relieves(
            "comment/flag.lua",
            "a comment is pinned",
            thread,
            keys("z", "a", "c:1", "s", "h:1"),
            "P",
            "number",
            TAG + ":live",
            400,
            "m1",
            "5-0",
            "",
            "Jo\twhy",
            "",
            "",
            "again"),
        writes(
            "comment/report.lua",
            "the first report",
            thread,
            keys("c:1", "f:1", "qf", "h:1", "wm:who"),
            "id1",
            "who",
            "spam\tlook",
            200),
        reads("comment/queue.lua", "an empty one", keys("qp"), "up", "", "", "-inf", "+inf", 26),
        relieves(
            "identity/journal.lua",
            "something is decided",
            List.of(site),
            keys("z", "j", "i", "settings", "jobs"),
            "print",
            60_000,
            1,
            2,
            "",
            "",
            "v",
            "1",
            "v",
            "2",
            "b",
            "",
            "a",
            "settings"),
        relieves(
            "identity/journal.lua",
            "something is decided that takes a while",
            List.of(set("HSET", key("jobs"), "1-0", "1 0 7 ")),
            keys("z", "j", "i", "bans", "jobs"),
            "print",
            60_000,
            1,
            1,
            "1 0 7 ",
            "1-0",
            "who",
            "",
            "who",
            "0 {}",
            "a",
            "ban"),
        relieves(
            "moderation/job.lua",
            "a part is done",
            List.of(set("HSET", key("jobs"), "1-0", "1 0 7 ")),
            keys("z", "jobs"),
            "1-0",
            "1 0 7 ",
            "1 5 7 9 id"),
        relieves(
            "moderation/job.lua",
            "a job ends",
            List.of(set("HSET", key("jobs"), "1-0", "2 7 7 9 id")),
            keys("z", "jobs"),
            "1-0",
            "2 7 7 9 id",
            ""),
        relieves(
            "comment/erase.lua",
            "a deleted reply",
            List.of(
                article,
                set("SET", key("c:1"), "1 d 0000000 0000000 2 2 - 1 id0 id0\n{}"),
                set("RPUSH", key("e:1"), "1\n{}"),
                set("HSET", key("u"), "ada", "m1"),
                set("ZADD", key("w:who"), "2", "id1")),
            keys("z", "c:1", "e:1", "h:1", "f:1", "u", "m:who", "w:who", "to:1"),
            "id1",
            "m1",
            "ada",
            "=m1",
            "{}"),
        relieves(
            "comment/withdraw.lua",
            "a vote and a reaction",
            Stream.concat(
                    thread.stream(),
                    Stream.of(
                        set("SET", key("c:0"), "1 v 0000001 0000000 1 1 - 0 - -\n{}"),
                        set("HSET", key("a"), "x", "{\"like\":2}"),
                        set("HSET", key("m:who"), "m0", "1", "+like", "1"),
                        set("SADD", key("wm:who"), "number"),
                        set("SADD", key("ms"), "who")))
                .toList(),
            keys("z", "a", "m:who", "ms", "wm:who", "c:0", "rb"),
            "who",
            "number",
            TAG + ":live",
            1,
            "m0",
            "id0",
            "like"),
        relieves(
            "identity/forget.lua",
            "a guest",
            List.of(set("HSET", key("g:who"), "n", "Ada")),
            keys("g:who", "erasing", "w:who", "l:1", "l:2"),
            "who"),
        relieves("comment/turn.lua", "a reply is hidden", thread, turn, turning("d")),
        relieves(
            "comment/turn.lua",
            "a reply is hidden, and its tombstone goes",
            Stream.concat(
                    thread.stream(),
                    Stream.of(set("SET", key("c:0"), "1 d 0000000 0000000 1 1 - 0 - -\n{}")))
                .toList(),
            turn,
            turning("r")),
        relieves(
            "comment/turn.lua",
            "a reply is shown, and its tombstone comes",
            List.of(
                article,
                set("SET", key("c:0"), "1 d 0000000 0000000 1 1 - 0 - -\n{}"),
                set("SET", key("c:1"), "1 r 0000000 0000000 2 2 - 1 id0 id0\n{}"),
                set("HSET", key("m:who"), "=m1", "r")),
            turn,
            turning("v")),
        relieves(
            "comment/turn.lua",
            "a tombstone without replies is taken off the list",
            List.of(
                article,
                set("SET", key("c:1"), "1 d 0000000 0000000 2 2 - 1 id0 id0\n{}"),
                root,
                set("ZADD", key("k:0"), "2", "m1")),
            turn,
            turning("-")),
        new Row(
            "identity/admit.lua",
            "no more of the second limit",
            Effect.READS,
            List.of(set("SET", key("l:2"), "99999999999999")),
            keys("bans", "bans", "w:1", "l:1", "l:2"),
            List.of("", "", "", "", "", "", 10, 6_000, 1, 99_999_999_999_999L)),
        writes(
            "identity/admit.lua",
            "the second limit was longer before",
            List.of(set("SET", key("l:2"), "99999999999999")),
            keys("bans", "bans", "w:1", "l:1", "l:2"),
            "",
            "",
            "",
            "",
            "",
            "",
            10,
            6_000,
            5,
            100),
        writes(
            "moderation/repeat.lua",
            "a text that is new",
            List.of(set("HSET", key("rp"), "old", "before"), set("ZADD", key("rt"), "1", "old")),
            keys("rp", "rt"),
            "attempt",
            1_000,
            10,
            "one",
            "old"),
        new Row(
            "moderation/repeat.lua",
            "a text that was there",
            Effect.READS,
            List.of(
                set("HSET", key("rp"), "one", "before"),
                set("ZADD", key("rt"), "99999999999999", "one")),
            keys("rp", "rt"),
            List.of("attempt", 1_000, 10, "one", "two")),
        writes(
            "identity/admit.lua",
            "two limits",
            List.of(),
            keys("bans", "bans", "w:1", "l:1", "l:2"),
            "",
            "",
            "",
            "who",
            "net",
            60_000,
            10,
            6_000,
            5,
            100),
        writes(
            "identity/admit.lua",
            "a limit and a new guest",
            List.of(),
            keys("g:1", "bans", "w:1", "l:1"),
            "new",
            "Ann",
            "a@b.example",
            "",
            "net",
            "",
            10,
            6_000),
        writes(
            "identity/admit.lua",
            "no limit, a new guest",
            List.of(),
            keys("g:1", "bans", "w:1"),
            "new",
            "Ann",
            "a@b.example",
            "",
            "",
            ""),
        writes(
            "identity/site_put.lua",
            "add",
            List.of(),
            keys("settings"),
            "add",
            16,
            "{}",
            "random",
            ""),
        writes(
            "identity/site_put.lua",
            "add again after removal",
            List.of(set("HSET", key("settings"), "ov", "4", "b", "16", "j", "{}")),
            keys("settings"),
            "add",
            16,
            "{}",
            "random",
            ""),
        writes(
            "identity/site_put.lua",
            "set",
            List.of(site),
            keys("settings"),
            "set",
            16,
            "{\"origins\":[\"https://a.example\"]}",
            "random",
            "1"),
        writes(
            "identity/site_put.lua",
            "remove",
            List.of(site),
            keys("settings"),
            "remove",
            16,
            "{}",
            "random",
            ""),
        writes(
            "comment/post.lua", "the first of an article", List.of(), post, posting("-", "-", 0)),
        writes("comment/post.lua", "one more root", List.of(article), post, posting("-", "-", 0)),
        writes(
            "comment/post.lua",
            "one that waits",
            List.of(article),
            post,
            posting("-", "-", 0, "links")),
        writes(
            "comment/post.lua",
            "one in the shadow",
            List.of(article),
            post,
            posting("-", "-", 0, "", "h")),
        touches(
            "comment/post.lua", "the same key again", List.of(record), post, posting("-", "-", 0)),
        writes(
            "comment/post.lua",
            "a reply",
            thread.stream().filter(each -> !each.equals(child)).toList(),
            reply,
            posting("id0", "id0", 1)),
        reads("view/engage.lua", "never viewed", keys("a", "g"), "/a", 95, ""),
        writes("view/engage.lua", "left early", List.of(article), keys("a", "g"), "/a", 4, ""),
        writes(
            "view/engage.lua",
            "to the end",
            List.of(article),
            keys("a", "g"),
            "/a",
            93,
            "finished"),
        writes(
            "view/count.lua",
            "first sight",
            List.of(),
            counting,
            counted("T", "https://a.example")),
        writes(
            "view/count.lua",
            "one repeat, one new",
            List.of(article, set("SET", key("w:v1"), "", "PX", "60000")),
            counting,
            counted("", "")),
        writes(
            "view/count.lua",
            "a new day",
            List.of(
                article,
                set("HSET", key("a"), "dd", "1", "dv", "2", "d", "5"),
                set("PFADD", key("h"), "old")),
            counting,
            counted("", "")),
        writes(
            "view/count.lua",
            "nothing but a tick that is owed",
            List.of(article),
            keys("p:1", "y", "tv:h9", "tv:d1", "dt:1", "v", "a", "h", "d"),
            beginning(0, 1, "", "")),
        writes(
            "view/count.lua",
            "views that wait for a fold that is not due",
            List.of(article, set("HSET", key("a"), "p", "99999999999999", "pw", "3")),
            counting,
            counted("", "")),
        writes(
            "view/count.lua",
            "nothing to fold any more",
            List.of(article, set("HSET", key("a"), "pw", "3"), set("HSET", key("v"), "n", "33")),
            keys("p:1", "y", "tv:h9", "tv:d1", "dt:1", "v", "a", "h", "d"),
            beginning(0, 1, "", "")),
        writes(
            "view/count.lua",
            "a day after one that is long ago",
            List.of(article, set("HSET", key("d"), "-100", "9:3 10:4", "-99", "7")),
            counting,
            counted("", "")),
        writes(
            "view/count.lua",
            "one seen with the salt of the day before",
            List.of(article, set("SET", key("w:u1"), "", "PX", "60000")),
            twoDays,
            counted("", "", 2)),
        writes(
            "view/count.lua",
            "a newer day's salts are in use",
            List.of(article, set("SET", key("y"), "2")),
            counting,
            counted("", "")),
        relieves(
            "identity/give_back.lua",
            "one of two",
            List.of(set("SET", key("l"), "99999999999999", "PX", "60000")),
            keys("l"),
            60_000),
        relieves(
            "identity/give_back.lua",
            "the only one",
            List.of(set("SET", key("l"), "5", "PX", "60000")),
            keys("l"),
            60_000),
        reads("moderation/days.lua", "two days", keys("dt:1", "dt:2")),
        reads("view/top.lua", "two hours", keys("tv:h8", "tv:h9"), 10, 200),
        relieves(
            "moderation/change.lua", "a new one", List.of(), keys("z", "a", "s"), changing("5")),
        relieves(
            "moderation/change.lua",
            "the baseline goes",
            List.of(article),
            keys("z", "a", "s"),
            changing("")),
        relieves(
            "moderation/alias.lua",
            "a key leads to an article",
            List.of(),
            keys("z", "a:2"),
            "number 0",
            "set",
            TAG + ":live",
            "other"),
        relieves(
            "moderation/alias.lua",
            "a key means nothing again",
            List.of(set("HSET", key("a:2"), "k", "", "z", "number 0")),
            keys("z", "a:2"),
            "number 0",
            "free",
            TAG + ":live",
            "other"),
        relieves(
            "comment/give_way.lua",
            "an article gives way",
            List.of(article),
            keys("z", "a", "l", "h"),
            "other 0",
            "give",
            TAG + ":live",
            "number"),
        relieves(
            "comment/give_way.lua",
            "it stands for itself again",
            List.of(set("HSET", key("a"), "k", "", "z", "other 0", "y", "/a", "w", "3")),
            keys("z", "a", "l", "h"),
            "other 0",
            "back",
            TAG + ":live",
            "number"),
        relieves(
            "comment/take_over.lua",
            "another's views",
            List.of(article, set("HSET", key("d"), "20000", "1:2 5:1")),
            keys("z", "a", "d", "g"),
            "m:other",
            "add",
            "number",
            TAG + ":live",
            1,
            "w",
            "3",
            1,
            "20000",
            "5:3",
            "4",
            "2"),
        relieves(
            "comment/carry.lua",
            "another's reaction",
            List.of(article),
            keys("z", "a", "m:r", "ms", "wm:r"),
            "number",
            "r",
            "m:other",
            "add",
            TAG + ":live",
            1,
            "like",
            "like",
            "love"),
        writes(
            "comment/make_room.lua",
            "another number",
            thread,
            keys("a", "rd", "c:0", "r", "rb"),
            10,
            "m0",
            7),
        writes(
            "comment/take.lua",
            "a root",
            thread,
            keys("a", "c:0", "to:0", "r", "rb", "rd", "n", "qf", "h:0", "e:0", "f:0"),
            "id0",
            "m0",
            "m0"),
        writes("comment/place.lua", "a root", List.of(article), placed, placing("v")),
        writes("comment/place.lua", "one that waits", List.of(article), placed, placing("p")),
        writes(
            "comment/leave.lua",
            "a root",
            List.of(
                set("SET", key("to:0"), "+1 v 0000000 0000000 1 1 - 0 - -\n{}"),
                set("RPUSH", key("l"), "m0"),
                set("ZADD", key("t"), "1", "number")),
            keys(
                "to:0", "l", "qa", "w:who", "t", "u", "m:who", "qp", "qr", "qs", "qf", "h:0", "e:0",
                "f:0", "wm:x"),
            "id0",
            "m0",
            "elsewhere",
            "number",
            "ada",
            "=m0"),
        writes(
            "comment/bring_votes.lua",
            "a vote",
            List.of(),
            keys("m:who", "ms", "wm:who"),
            "who",
            "number",
            "m0",
            "1"),
        relieves(
            "comment/renew.lua",
            "a greater revision",
            List.of(article),
            keys("z", "a"),
            7,
            "number",
            TAG + ":live",
            1700000000000L),
        relieves(
            "comment/drop_votes.lua",
            "a vote",
            List.of(set("HSET", key("m:who"), "m0", "1"), set("SADD", key("ms"), "who")),
            keys("z", "m:who", "ms", "wm:who"),
            "who",
            "number",
            "m0",
            "1"),
        relieves(
            "moderation/rename.lua",
            "another key",
            List.of(article, set("HSET", key("a"), "u", "https://a.example/a")),
            keys("z", "a", "s"),
            "/a",
            "/b",
            "number",
            TAG + ":live",
            400,
            "https://a.example/a",
            ""),
        writes("view/salts.lua", "the first day", List.of(), keys("salts"), "salt", 1_920_000),
        writes(
            "view/salts.lua",
            "the next day",
            List.of(set("HSET", key("salts"), "d", "1", "t", "old", "y", "older", "x", "")),
            keys("salts"),
            "salt",
            1_920_000),
        writes(
            "view/count.lua",
            "nothing but repeats",
            List.of(
                article,
                set("HSET", key("a"), "pw", "3"),
                set("SET", key("w:v1"), "", "PX", "60000"),
                set("SET", key("w:v2"), "", "PX", "60000")),
            counting,
            counted("", "")));
  }

  private static Object[] counted(String title, String url) {
    return counted(title, url, 1);
  }

  private static Object[] counted(String title, String url, int windows) {
    return beginning(2, windows, title, url);
  }

  /** A batch for one article. */
  private static Object[] beginning(int hits, int windows, String title, String url) {
    return new Object[] {
      7,
      1,
      1_800_000,
      TAG + ":live",
      500,
      1,
      windows,
      1,
      9,
      -89,
      "/a",
      title + "\n" + url,
      hits + " 1 2 0 0"
    };
  }

  /** How many sockets are open on one article after the other. */
  private static Object[] reporting(int... sockets) {
    var articles = IntStream.of(sockets).boxed().flatMap(open -> Stream.<Object>of("n", open));
    return Stream.concat(Stream.of(TAG + ":live", "me", 15_000), articles).toArray();
  }

  private static Object[] changing(String baseline) {
    return new Object[] {"/a", "number", TAG + ":live", 400, "o", baseline, "t", "Title"};
  }

  private static Object[] posting(String parent, String root, int depth) {
    return posting(parent, root, depth, "");
  }

  private static Object[] posting(String parent, String root, int depth, String held) {
    return posting(parent, root, depth, held, "v");
  }

  private static Object[] posting(
      String parent, String root, int depth, String held, String state) {
    return new Object[] {
      "/a",
      "number",
      "id1",
      "m1",
      depth,
      parent,
      root,
      "m0",
      "{}",
      TAG + ":live",
      "print",
      60_000,
      "epoch",
      400,
      "ann",
      100,
      System.currentTimeMillis() / 3_600_000,
      180_000_000,
      2_851_200_000L,
      held,
      "post",
      "=m1",
      state
    };
  }

  private static Object[] reacting(String onOrOff) {
    return new Object[] {"/a", "number", "who", "like", onOrOff, TAG + ":live", "like", "love"};
  }

  private static Object[] turning(String to) {
    return new Object[] {
      to,
      "",
      "number",
      TAG + ":live",
      400,
      "id1",
      "m0",
      "whole",
      "=m1",
      100,
      "5-0",
      "",
      "Jo\twhy",
      "ada",
      100_000,
      200_000,
      "",
      "again",
      "m1",
      "m0"
    };
  }

  @BeforeAll
  static void startStores() throws Exception {
    vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    loop = vertx.getOrCreateContext();
    var data = Temporary.folder();
    var bundled = EmbeddedStore.start(data, List.of());
    open(
        "bundled",
        bundled.address(),
        () -> {
          bundled.close();
          Temporary.delete(data);
        });
    if (Extra.CLUSTER.missing().isEmpty()) {
      var installed = RedisServer.start();
      open("installed", installed.address(), installed);
    }
  }

  private static void open(String name, String address, AutoCloseable process) {
    var link = await(() -> RedisLink.open(vertx, RedisAddress.of(address)));
    STORES.put(name, new Store(address, link, process));
  }

  @AfterAll
  static void stopStores() throws Exception {
    for (var store : STORES.values()) {
      await(store.link::close);
      store.process.close();
    }
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void everyScriptHasARow() {
    var known = new TreeSet<>(rows().map(Row::script).toList());
    known.addAll(SHARED.keySet());
    assertThat(scripts()).containsExactlyInAnyOrderElementsOf(known);
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void headerSaysWhatItTakesAndAnswers(String script) {
    var header =
        text(script).lines().takeWhile(line -> line.startsWith("--")).map(l -> l + "\n").toList();
    assertThat(header).as("a first sentence").isNotEmpty();
    assertThat(header.get(0)).matches("-- [A-Z].*\\n");
    if (SHARED.containsKey(script)) {
      return;
    }
    var whole = String.join("", header);
    assertThat(whole).contains("-- KEYS: ").contains("-- Answers: ");
    assertThat(whole.contains("-- ARGV: ")).isEqualTo(text(script).contains("ARGV["));
    assertThat(numbered(whole, "KEYS")).containsAll(used(script, "KEYS"));
    assertThat(numbered(whole, "ARGV")).containsAll(used(script, "ARGV"));
  }

  /** The numbers a header explains, from {@code -- KEYS:} to the next heading. */
  private static List<Integer> numbered(String header, String what) {
    var section =
        Pattern.compile("-- " + what + ": (.*?)(?=-- [A-Z][A-Za-z]+: |$)", Pattern.DOTALL);
    var found = section.matcher(header);
    var numbers = new ArrayList<Integer>();
    if (found.find()) {
      var each = Pattern.compile("(?:^|, |\\), |-- +)(\\d+)(?= |…)").matcher(found.group(1));
      while (each.find()) {
        numbers.add(Integer.valueOf(each.group(1)));
      }
    }
    return numbers;
  }

  private static List<Integer> used(String script, String what) {
    var each = Pattern.compile(what + "\\[(\\d+)]").matcher(code(script));
    var numbers = new TreeSet<Integer>();
    while (each.find()) {
      numbers.add(Integer.valueOf(each.group(1)));
    }
    return List.copyOf(numbers);
  }

  /**
   * The key of every call is {@code KEYS[…]} or a local that is bound to one and to nothing else;
   * the parameters of the shared functions count as such, and their callers are looked at likewise.
   */
  @ParameterizedTest
  @MethodSource("scripts")
  void everyKeyIsNamedBeforehand(String script) {
    var code = code(script);
    assertThat(code).doesNotContain("redis.pcall").doesNotContain("loadstring");
    var calls =
        Pattern.compile("redis\\.call\\(\\s*'([A-Z]+)'\\s*(?:,\\s*([^,()]+|[^,]+?))?\\s*[,)]")
            .matcher(code);
    int found = 0;
    while (calls.find()) {
      found++;
      var command = calls.group(1);
      var first = calls.group(2);
      if (List.of("TIME", "INFO", "PUBLISH").contains(command)) {
        continue;
      }
      assertThat(List.of("EVAL", "KEYS", "SCAN", "SORT", "XREADGROUP")).doesNotContain(command);
      assertThat(isKey(script, code, first)).as(command + " " + first + " in " + script).isTrue();
    }
    assertThat(found).as("calls that were understood").isEqualTo(count(code, "redis.call("));
    var helpers =
        Pattern.compile(
                "(?<!function )\\b(?:epoch|article|header|recent|alive|tally)\\(([^,)]*)[,)]")
            .matcher(code);
    while (helpers.find()) {
      assertThat(isKey(script, code, helpers.group(1))).as(helpers.group()).isTrue();
    }
  }

  private static boolean isKey(String script, String code, String expression) {
    if (expression == null) {
      return false;
    }
    if (expression.matches("KEYS\\[[^\\]]+]")) {
      return true;
    }
    if (!expression.matches("[a-z]+")) {
      return false;
    }
    var bindings = Pattern.compile("\\b" + expression + "\\b\\s*=(?!=)\\s*([^\\n]+)").matcher(code);
    boolean bound = false;
    while (bindings.find()) {
      if (!bindings.group(1).strip().matches("KEYS\\[[^\\]]+]")) {
        return false;
      }
      bound = true;
    }
    boolean parameter =
        SHARED.containsKey(script)
            && code.contains("function")
            && (code.contains("(" + expression + ")") || code.contains("(" + expression + ","));
    return bound || parameter;
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  /** The store itself judges: a user who may touch the declared keys alone runs the script. */
  @ParameterizedTest
  @MethodSource("rows")
  void touchesNoOtherKey(Row row) {
    STORES.forEach(
        (name, store) -> {
          try (var resp = store.connect()) {
            prepare(resp, row);
            asUserOf(resp, row.keys());
            assertThat(eval(resp, row)).as(name).isNotNull();
          }
        });
  }

  @Test
  void touchesNoOtherKey_isReallyJudged() {
    var row = rows().filter(each -> each.script().equals("comment/post.lua")).findFirst().get();
    STORES.forEach(
        (name, store) -> {
          try (var resp = store.connect()) {
            prepare(resp, row);
            asUserOf(resp, row.keys().subList(0, 3));
            assertThatThrownBy(() -> eval(resp, row)).as(name).hasMessageContaining("key");
          }
        });
  }

  private static void asUserOf(Resp resp, List<String> keys) {
    var words =
        new ArrayList<>(
            List.of("ACL", "SETUSER", "probe", "reset", "on", ">word", "+@all", "allchannels"));
    keys.stream().distinct().forEach(key -> words.add("~" + key));
    resp.call(words.toArray(String[]::new));
    resp.call("AUTH", "probe", "word");
  }

  private static Object eval(Resp resp, Row row) {
    var words = new ArrayList<>(List.of("EVAL", row.source(), String.valueOf(row.keys().size())));
    words.addAll(row.keys());
    row.args().forEach(arg -> words.add(arg.toString()));
    return resp.call(words.toArray(String[]::new));
  }

  private static void prepare(Resp resp, Row row) {
    resp.call("FLUSHALL");
    row.given().forEach(command -> resp.call(command.toArray(String[]::new)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void outOfMemory_writesAreRefusedWhole_readsAnswer(Row row) {
    STORES.forEach(
        (name, store) -> {
          try (var resp = store.connect()) {
            prepare(resp, row);
            var before = contents(resp);
            resp.call("CONFIG", "SET", "maxmemory", "1");
            try {
              var failure = catchThrowable(() -> run(store.link, row));
              if (row.effect() == Effect.WRITES) {
                assertThat(failure).as(name).isInstanceOf(StoreException.class);
                assertThat(((StoreException) failure).kind()).as(name).isEqualTo(Kind.FULL);
              } else {
                assertThat(failure).as(name).isNull();
              }
              assertThat(contents(resp).equals(before))
                  .as(name)
                  .isEqualTo(row.effect() != Effect.RELIEVES);
            } finally {
              resp.call("CONFIG", "SET", "maxmemory", "0");
            }
            run(store.link, row);
            if (row.effect() == Effect.WRITES || row.effect() == Effect.RELIEVES) {
              assertThat(contents(resp)).as(name + ", with room again").isNotEqualTo(before);
            }
          }
        });
  }

  @Test
  void whatTouches_isAWriteToReplicas() {
    var touching = rows().filter(row -> row.effect() == Effect.TOUCHES).toList();
    STORES.forEach(
        (name, store) -> {
          try (var resp = store.connect()) {
            for (var row : touching) {
              prepare(resp, row);
              long before = changes(resp);
              run(store.link, row);
              assertThat(changes(resp)).as(name + ": " + row).isGreaterThan(before);
            }
          }
        });
  }

  private static long changes(Resp resp) {
    var changes = Pattern.compile("rdb_changes_since_last_save:(\\d+)");
    return changes
        .matcher(resp.text("INFO", "persistence"))
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .sum();
  }

  private static void run(RedisLink link, Row row) {
    var resources = row.files().stream().map(ScriptRulesTest::absolute).toArray(String[]::new);
    var script = Script.of(ScriptRulesTest.class, resources);
    await(() -> script.run(link, row.keys(), row.args()));
  }

  private static String absolute(String script) {
    return "/dev/afterword/" + script;
  }

  /** Every key with its value as the store would write it to disk. */
  private static Map<String, String> contents(Resp resp) {
    var contents = new LinkedHashMap<String, String>();
    resp.list("KEYS", "*").stream()
        .map(Object::toString)
        .sorted()
        .forEach(
            key ->
                contents.put(
                    key, resp.text("DUMP", key) + (resp.number("PTTL", key) < 0 ? "" : " ages")));
    return contents;
  }

  @NeedsCluster
  @ParameterizedTest
  @MethodSource("rows")
  void runsOnACluster(Row row) {
    var cluster = RedisCluster.shared();
    var uris = List.of(cluster.addresses().split(",", -1));
    if (clusterLink == null) {
      clusterLink =
          await(() -> RedisLink.open(vertx, new RedisAddress(RedisClientType.CLUSTER, uris)));
    }
    try (var resp = cluster.connect(TAG)) {
      row.given().forEach(command -> resp.call(command.toArray(String[]::new)));
    }
    run(clusterLink, row);
  }

  static List<String> scripts() {
    try {
      var root =
          Path.of(ScriptRulesTest.class.getResource(absolute(PRELUDE)).toURI())
              .getParent()
              .getParent();
      try (var files = Files.walk(root)) {
        return files
            .filter(file -> file.toString().endsWith(".lua"))
            .map(file -> root.relativize(file).toString())
            .sorted()
            .toList();
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(String script) {
    try (var in = ScriptRulesTest.class.getResourceAsStream(absolute(script))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String code(String script) {
    return text(script).replaceAll("--[^\\n]*", "");
  }

  private static <T> T await(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(turn -> work.get().onComplete(promise));
    try {
      return promise.future().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException known) {
        throw known;
      }
      throw new IllegalStateException(e.getCause());
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
