package dev.afterword.bench;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.bench.Planter.Form;
import io.netty.buffer.ByteBuf;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Does a large thread cost more than a small one? Each operation is measured on a thread of a
 * million comments and on threads of a hundred, in turns.
 *
 * <p>Pages are made so that both have as many comments in the same places, and no page is asked for
 * twice, so that the cache of pages has none of them: a first page is asked for from a place ahead
 * of all comments that is always another, a page in the middle from changing places and down to a
 * depth that changes nothing. Small threads are many and taken in turn, so that what is posted
 * makes none of them large.
 */
final class Million {
  /** As many that begin with the small ones as with the large one. */
  private static final int ROUNDS = 6;

  /** Until what all pages have in common is compiled. */
  private static final double LONG_WARM_UP_SECONDS = 10;

  private static final double WARM_UP_SECONDS = 2;
  private static final double ROUND_SECONDS = 2;

  private static final int SMALL_THREADS = 1_000;
  private static final int VOTERS = 100;
  private static final int VOTES = 1_000;

  /** Scores are below 2^53, and this far below it there are none. */
  private static final long AHEAD = (1L << 53) - 1;

  /** Which depths are asked for, from two on; there is nothing below two. */
  private static final int DEPTHS = 99;

  private static final long PRIME = 7_919;
  private static final String API = "/api/v1/demo/";
  private static final String JSON = "Content-Type: application/json\r\n";

  private final Subject server;
  private final Report report;
  private final List<Planted> small = new ArrayList<>();
  private final List<Planted> large = new ArrayList<>();
  private final List<String> voters = new ArrayList<>();

  Million(Subject server, Report report) {
    this.server = server;
    this.report = report;
  }

  /** One request on a thread; the number is another each time. */
  private interface Asked {
    String request(Planted thread, int number);
  }

  void run() throws IOException, InterruptedException {
    plant();
    verify(small.get(0));
    verify(large.get(0));
    Asked other = (on, i) -> roots(on, "newest", ahead('n', 1_000_000 + i), 2);
    server.measure(requests(small, other), 200, Load.USUAL, LONG_WARM_UP_SECONDS);
    report.pairs("a thread of 1,000,000 and of 100", "100", "1M");
    page("first page, newest", "first-newest", (on, i) -> roots(on, "newest", ahead('n', i), 2));
    page("first page, best", "first-best", (on, i) -> roots(on, "best", ahead('b', i), 2));
    page("middle page", "middle", (on, i) -> roots(on, "newest", middle(on, i), depth(i)));
    page("replies of one, first page", "replies", (on, i) -> replies(on, ahead('n', i), 2));
    page("replies, middle page", "replies-middle", (on, i) -> replies(on, middle(on, i), depth(i)));
    page("replies deep in a chain", "deep", Million::chain);
    for (int i = 0; i < VOTERS; i++) {
      var guest = new JsonObject().put("name", "Voter " + i).encode();
      voters.add(json(server.send("POST", API + "guests", guest).body()).getString("token"));
    }
    compare("vote on one of them", "vote", 200, this::vote);
    long before = total(large.get(0));
    long posted = compare("reply to that one", "reply", 201, Million::post);
    long grown = total(large.get(0)) - before;
    if (grown != posted) {
      report.fail(posted + " replies were counted as " + grown);
    }
  }

  private void plant() throws IOException, InterruptedException {
    var plain = Texts.plain(Form.TEXT);
    var marked = Texts.marked(Form.TEXT);
    try (var planter = new Planter(server.folder())) {
      var hundred = new Tree(100, 10, 20, 10);
      var form = form(planter, marked);
      for (int i = 0; i < SMALL_THREADS; i++) {
        small.add(planter.plant(article("small/" + Texts.digits(i)), hundred, form));
      }
      var tree = new Tree(100_000, 1_000, 20_000, 100);
      long before = planter.memory();
      planter.plant(article("plain/0000000"), tree, form(planter, plain));
      report.memory(
          "of words alone", "plainCommentBytes", planter.memory() - before, tree.comments());
      tree = new Tree(1_000_000, 10_000, 200_000, 1_000);
      before = planter.memory();
      large.add(planter.plant(article("large/0000000"), tree, form));
      report.memory(
          "with Markdown", "markedCommentBytes", planter.memory() - before, tree.comments());
    }
  }

  private static ArticleRef article(String name) {
    return ArticleRef.of("demo", 16, new ArticleKey("/bench/" + name));
  }

  /** Has the server keep a text, to see how it does. */
  private Form form(Planter planter, String text) throws IOException, InterruptedException {
    var article = article("sample");
    var draft = Texts.draft(text, Form.GUEST).encode();
    var answer = server.send("POST", API + "comments?" + parameter(article), draft);
    return planter.form(article, json(answer.body()).getJsonObject("comment").getString("id"));
  }

  private static String parameter(ArticleRef article) {
    return Requests.article(article.key().value());
  }

  /** Whether what was planted is what was meant. */
  private void verify(Planted thread) throws IOException, InterruptedException {
    var tree = thread.tree();
    expect("comments", tree.comments(), total(thread));
    var many = get("comments/" + thread.id(0));
    expect("replies of one", tree.many(), many.getJsonObject("replies").getLong("total"));
    expect("comments below it", tree.belowMany(), many.getLong("descendants"));

    int middle = tree.root(tree.roots() / 2);
    var next = newestBefore("comments?" + parameter(thread.article()), middle + 1);
    expect("the root in the middle", thread.id(middle), next.getString("id"));
    middle = tree.ofMany(tree.many() / 2);
    next = newestBefore("comments/" + thread.id(0) + "/replies?", middle + 1);
    expect("the reply in the middle", thread.id(middle), next.getString("id"));

    var last = thread.id(tree.ofChain(0));
    int depth = 0;
    for (var below = chainBelow(last); below != null; below = chainBelow(last)) {
      for (; below != null; below = first(below.getJsonObject("replies"))) {
        last = below.getString("id");
        depth++;
      }
    }
    expect("the depth of the chain", tree.deep(), depth);
    expect("its end", thread.id(tree.ofChain(tree.deep())), last);
  }

  private void expect(String what, Object expected, Object found) {
    if (!expected.toString().equals(found.toString())) {
      report.fail(what + ": " + found + " instead of " + expected);
    }
  }

  private long total(Planted thread) throws IOException, InterruptedException {
    return get("comments?" + parameter(thread.article()) + "&limit=1").getLong("total");
  }

  /** The newest of a list that is older than a comment. */
  private JsonObject newestBefore(String list, int comment)
      throws IOException, InterruptedException {
    return get(list + "&sort=newest&limit=1&after=" + cursor('n', Planted.sequence(comment)))
        .getJsonArray("comments")
        .getJsonObject(0);
  }

  private @Nullable JsonObject chainBelow(String id) throws IOException, InterruptedException {
    return first(get("comments/" + id + "/replies?limit=1&replies=1&depth=100"));
  }

  private static @Nullable JsonObject first(JsonObject list) {
    var comments = list.getJsonArray("comments");
    return comments.isEmpty() ? null : comments.getJsonObject(0);
  }

  private JsonObject get(String target) throws IOException, InterruptedException {
    return json(server.send("GET", API + target, "").body());
  }

  private static JsonObject json(String text) {
    return new JsonObject(text);
  }

  private static String cursor(char sort, long score) {
    return sort + Long.toString(score, 32);
  }

  private static String ahead(char sort, int number) {
    return cursor(sort, AHEAD - number);
  }

  /** From its place and its depth a page in the middle of a small thread has 990 names. */
  private static String middle(Planted on, int number) {
    var tree = on.tree();
    long span = tree.root(Math.max(1, tree.roots() / 10));
    long step = (number + number / SMALL_THREADS) * PRIME % span;
    return cursor('n', Planted.sequence(tree.root(tree.roots() / 2)) + 1 + step);
  }

  private static int depth(int number) {
    return 2 + number % DEPTHS;
  }

  /** Four roots with two replies each that have one each: twenty comments. */
  private static String roots(Planted on, String sort, String after, int depth) {
    var target = "comments?" + parameter(on.article()) + "&sort=" + sort + "&limit=4&replies=2";
    return Requests.get(API + target + "&depth=" + depth + "&after=" + after, "");
  }

  /** Eight replies that have none. */
  private static String replies(Planted on, String after, int depth) {
    var target = "comments/" + on.id(0) + "/replies?sort=newest&limit=8&replies=2";
    return Requests.get(API + target + "&depth=" + depth + "&after=" + after, "");
  }

  /** Five comments, each a reply to the one before. */
  private static String chain(Planted on, int number) {
    int deep = on.tree().deep();
    int above = on.tree().ofChain(deep * 4 / 10 + number % (deep / 10));
    var target = "comments/" + on.id(above) + "/replies?sort=newest&limit=1&replies=1&depth=4";
    return Requests.get(API + target + "&after=" + ahead('n', number), "");
  }

  /** Up for each in turn, then down for each: every one changes something. */
  private String vote(Planted on, int number) {
    int which = number % VOTES;
    var tree = on.tree();
    var comment = on.id(tree.ofMany((int) ((long) which * tree.many() / VOTES)));
    var value = new JsonObject().put("value", number / VOTES % 2 == 0 ? 1 : -1);
    var token = "Authorization: Bearer " + voters.get(which % VOTERS) + "\r\n";
    return Requests.text(
        "PUT", API + "comments/" + comment + "/vote", JSON + token, value.encode());
  }

  private static String post(Planted on, int number) {
    var draft = Texts.draft(Texts.marked(number), number).put("parent", on.id(0));
    return Requests.post(API + "comments?" + parameter(on.article()), JSON, draft.encode());
  }

  /** Compares a page, when it has as many comments in both. */
  private void page(String name, String id, Asked asked) throws IOException, InterruptedException {
    var pages = new ArrayList<Integer>();
    for (var threads : List.of(small, large)) {
      var target = asked.request(threads.get(0), 0).split(" ", -1)[1];
      pages.add(comments(json(server.send("GET", target, "").body())));
    }
    expect(name + ", comments", pages.get(0), pages.get(1));
    compare(name + ", of " + pages.get(1), id, 200, asked);
  }

  private static int comments(JsonObject list) {
    int comments = 0;
    for (var each : list.getJsonArray("comments")) {
      comments += 1 + comments(((JsonObject) each).getJsonObject("replies"));
    }
    return comments;
  }

  /** Measures both in turns; answers how often the large thread was asked. */
  private long compare(String name, String id, int status, Asked asked) {
    var ofSmall = requests(small, asked);
    var ofLarge = requests(large, asked);
    var smalls = new ArrayList<Sample>();
    var larges = new ArrayList<Sample>();
    var warmUps =
        List.of(
            server.measure(ofSmall, status, Load.USUAL, WARM_UP_SECONDS),
            server.measure(ofLarge, status, Load.USUAL, WARM_UP_SECONDS));
    for (int i = 0; i < ROUNDS; i++) {
      if (i % 2 == 0) {
        smalls.add(server.measure(ofSmall, status, Load.USUAL, ROUND_SECONDS));
      }
      larges.add(server.measure(ofLarge, status, Load.USUAL, ROUND_SECONDS));
      if (i % 2 == 1) {
        smalls.add(server.measure(ofSmall, status, Load.USUAL, ROUND_SECONDS));
      }
    }
    report.pair(name, "million-" + id, warmUps, smalls, larges);
    return warmUps.get(1).total() + Sample.median(larges).total();
  }

  /** On the threads in turn. */
  private static Supplier<ByteBuf> requests(List<Planted> threads, Asked asked) {
    return Requests.numbered(i -> asked.request(threads.get(i % threads.size()), i + 1));
  }
}
