package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.ThreadModel.Entry;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Does random things to threads, several writers at once, and compares after each round what the
 * API shows with a {@link ThreadModel}. Within a round no two writers change the state or the text
 * of the same comment, nor the same vote; everything else may meet in any order, and what came of
 * it is known from the answers.
 */
final class RandomThreads implements AutoCloseable {
  private static final List<String> SORTS = List.of("newest", "oldest", "best", "discussed");
  private static final int WRITERS = 4;
  private static final int STEPS_OF_A_ROUND = 24;
  private static final int ROUNDS_OF_AN_ARTICLE = 20;

  private final TestServer server;
  private final Random random;
  private final Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
  private final Context loop = vertx.getOrCreateContext();
  private final ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
  private final List<Reader> readers = new ArrayList<>();
  private StateStore states;
  private CommentStore comments;
  private RecountStore recount;
  private int steps;

  /** A guest. */
  private record Reader(String id, String token) {
    String authorization() {
      return "Bearer " + token;
    }
  }

  /** What one step changed; applied to the model in order of position. */
  private record Change(long position, Runnable apply) {}

  RandomThreads(TestServer server, RedisAddress address, long seed) {
    this.server = server;
    this.random = new Random(seed);
    for (int i = 0; i < 6; i++) {
      var guest =
          json(server.post("/api/v1/demo/guests", "{\"name\":\"Reader " + i + "\"}").body());
      readers.add(
          new Reader(guest.getJsonObject("author").getString("id"), guest.getString("token")));
    }
    await(
        () ->
            RedisLink.open(vertx, address)
                .map(
                    link -> {
                      comments = new CommentStore(link);
                      states = new StateStore(link, comments);
                      recount = new RecountStore(link);
                      return link;
                    }));
  }

  private <T> T await(Supplier<Future<T>> work) {
    Promise<T> promise = Promise.promise();
    loop.runOnContext(turn -> work.get().onComplete(promise));
    try {
      return promise.future().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    writers.shutdown();
    await(vertx::close);
  }

  private static JsonObject json(String text) {
    return new JsonObject(text);
  }

  /** Goes on until so many steps are done. */
  void run(int wanted) throws Exception {
    for (int article = 0; steps < wanted; article++) {
      runArticle("/model/" + article);
    }
  }

  /** Hides and shows comments of a chain that is deeper than what one script changes. */
  void deepChain(int depth) {
    var article = "/model/chain";
    var model = new ThreadModel();
    String parent = null;
    for (int i = 0; i < depth; i++) {
      post(article, model, parent, readers.get(0)).get().apply.run();
      parent = model.all().get(i).id;
    }
    var chain = model.all();
    chain.forEach(entry -> turn(article, entry, State.REJECTED).get().apply.run());
    check(article, model, "newest");
    var deepest = chain.get(depth - 1);
    for (var to : List.of(State.VISIBLE, State.REJECTED, State.VISIBLE, State.DELETED)) {
      turn(article, deepest, to).get().apply.run();
      check(article, model, "best");
    }
    for (int at : List.of(depth / 2, depth - 1, 0, depth - 2)) {
      turn(article, chain.get(at), State.VISIBLE).get().apply.run();
      check(article, model, "discussed");
    }
    chain.forEach(entry -> turn(article, entry, State.DELETED).get().apply.run());
    check(article, model, "oldest");
    assertThat(recount(article).faults()).isZero();
  }

  /** Does its random things to one article, and answers what that has to show. */
  ThreadModel runArticle(String article) throws Exception {
    var model = new ThreadModel();
    var pagers = new ArrayList<Pager>();
    for (int round = 0; round < ROUNDS_OF_AN_ARTICLE; round++) {
      for (var change : round(article, model)) {
        change.apply.run();
      }
      boolean last = round == ROUNDS_OF_AN_ARTICLE - 1;
      if (last) {
        SORTS.forEach(sort -> check(article, model, sort));
      } else if (round % 3 == 2) {
        check(article, model, SORTS.get(random.nextInt(SORTS.size())));
      }
      pagers.forEach(pager -> pager.goOn(model));
      if (round % 5 == 0) {
        SORTS.forEach(sort -> pagers.add(new Pager(article, sort, model)));
      }
    }
    pagers.forEach(pager -> pager.end(model));
    checkMarks(article, model);
    var recounted = recount(article);
    assertThat(recounted.faults()).isZero();
    assertThat(recounted.done()).isTrue();
    assertThat(recounted.comments()).isEqualTo(model.all().size());
    return model;
  }

  RecountStore.Result recount(String article) {
    return await(() -> recount.article(ref(article), Long.MAX_VALUE));
  }

  static ArticleRef ref(String article) {
    return ArticleRef.of("demo", 16, ArticleKey.of(article, List.of()));
  }

  void checkAll(String article, ThreadModel model) {
    SORTS.forEach(sort -> check(article, model, sort));
    checkMarks(article, model);
  }

  private List<Change> round(String article, ThreadModel model) throws Exception {
    var planned = new ArrayList<Supplier<Change>>();
    var taken = new HashSet<String>();
    for (int i = 0; i < STEPS_OF_A_ROUND; i++) {
      planned.add(step(article, model, taken));
    }
    var changes = new ConcurrentLinkedQueue<Change>();
    var running = new ArrayList<Callable<Void>>();
    for (int writer = 0; writer < WRITERS; writer++) {
      int first = writer;
      running.add(
          () -> {
            for (int i = first; i < planned.size(); i += WRITERS) {
              changes.add(planned.get(i).get());
            }
            return null;
          });
    }
    for (var done : writers.invokeAll(running)) {
      done.get();
    }
    steps += planned.size();
    var inOrder = new ArrayList<>(changes);
    inOrder.sort(Comparator.comparingLong(Change::position));
    return inOrder;
  }

  private Supplier<Change> step(String article, ThreadModel model, Set<String> taken) {
    var reader = readers.get(random.nextInt(readers.size()));
    var all = model.all();
    int dice = random.nextInt(100);
    if (all.isEmpty() || dice < 12) {
      return post(article, model, null, reader);
    }
    var some = all.get(random.nextInt(all.size()));
    var late = all.get(all.size() - 1 - random.nextInt(Math.min(6, all.size())));
    if (dice < 40) {
      return post(article, model, dice < 26 ? some.id : late.id, reader);
    }
    if (dice < 60) {
      int value = random.nextInt(3) - 1;
      return taken.add(some.id + " by " + reader.id)
          ? vote(some, reader, value)
          : post(article, model, null, reader);
    }
    if (!taken.add(some.id)) {
      return post(article, model, some.id, reader);
    }
    if (dice < 68) {
      return edit(some, "changed " + random.nextInt());
    }
    if (dice < 80) {
      return delete(some);
    }
    return dice < 90 ? turn(article, some, State.REJECTED) : turn(article, some, State.VISIBLE);
  }

  private Supplier<Change> post(String article, ThreadModel model, String parent, Reader reader) {
    var text = "words " + random.nextInt();
    var body = new JsonObject().put("text", text).put("parent", parent).encode();
    boolean wasVisible = parent != null && model.get(parent).visible;
    return () -> {
      var answer =
          server.post(
              "/api/v1/demo/comments?article=" + article,
              body,
              "Authorization",
              reader.authorization());
      if (answer.statusCode() == 422) {
        assertThat(json(answer.body()).getString("code")).isEqualTo("parent-unknown");
        return atTheEnd(() -> assertThat(wasVisible && model.get(parent).visible).isFalse());
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
      var position = json(answer.body()).getString("position");
      var id = json(answer.body()).getJsonObject("comment").getString("id");
      return new Change(
          Long.parseLong(position.substring(position.indexOf(':') + 1)),
          () -> model.add(id, parent, reader.id, text));
    };
  }

  private Supplier<Change> vote(Entry entry, Reader reader, int value) {
    boolean wasVisible = entry.visible;
    return () -> {
      var answer =
          server.send(
              "PUT",
              "/api/v1/demo/comments/" + entry.id + "/vote",
              "{\"value\":" + value + "}",
              "Content-Type",
              "application/json",
              "Authorization",
              reader.authorization());
      if (answer.statusCode() == 404) {
        return atTheEnd(() -> assertThat(wasVisible && entry.visible).isFalse());
      }
      if (reader.id.equals(entry.author)) {
        assertThat(answer.statusCode()).isEqualTo(403);
        return last(() -> {});
      }
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      return last(() -> entry.votes.put(reader.id, value));
    };
  }

  private Supplier<Change> edit(Entry entry, String text) {
    return () -> {
      var answer =
          server.send(
              "PATCH",
              "/api/v1/demo/comments/" + entry.id,
              new JsonObject().put("text", text).encode(),
              "Content-Type",
              "application/json",
              "Authorization",
              authorOf(entry).authorization());
      assertThat(answer.statusCode()).isEqualTo(entry.visible ? 200 : 404);
      return last(
          () -> {
            if (entry.visible) {
              entry.text = text;
              entry.edited = true;
            }
          });
    };
  }

  private Supplier<Change> delete(Entry entry) {
    return () -> {
      var answer =
          server.send(
              "DELETE",
              "/api/v1/demo/comments/" + entry.id,
              "",
              "Authorization",
              authorOf(entry).authorization());
      assertThat(answer.statusCode()).isEqualTo(entry.visible ? 204 : 404);
      return last(() -> entry.visible = false);
    };
  }

  private Supplier<Change> turn(String article, Entry entry, State to) {
    return () -> {
      var ref = ref(article);
      var turned =
          await(
              () ->
                  comments
                      .one(ref, new CommentId(entry.id))
                      .compose(
                          found ->
                              states.turn(
                                  List.of(
                                      new StateStore.Turn(
                                          ref,
                                          found.orElseThrow(),
                                          to,
                                          EnumSet.allOf(State.class),
                                          Decision.OF_AUTHOR)))));
      assertThat(turned.get(0).done()).isTrue();
      return last(() -> entry.visible = to == State.VISIBLE);
    };
  }

  private Reader authorOf(Entry entry) {
    return readers.stream().filter(each -> each.id.equals(entry.author)).findFirst().orElseThrow();
  }

  /** Comes after the posts, whose order matters. */
  private static Change last(Runnable apply) {
    return new Change(Long.MAX_VALUE - 1, apply);
  }

  /** Looks at what the whole round has made of it. */
  private static Change atTheEnd(Runnable look) {
    return new Change(Long.MAX_VALUE, look);
  }

  private void check(String article, ThreadModel model, String sort) {
    var query = "&sort=" + sort + "&limit=" + (1 + random.nextInt(40));
    query += "&replies=" + random.nextInt(9) + "&depth=" + random.nextInt(9) + "&text=true";
    var seen = new ArrayList<String>();
    String next = null;
    do {
      var after = next == null ? "" : "&after=" + next;
      var page = get("/api/v1/demo/comments?article=" + article + query + after);
      assertThat(page.getLong("total")).isEqualTo(model.visible());
      for (var root : page.getJsonArray("comments")) {
        seen.add(checkComment(model, (JsonObject) root, sort));
      }
      next = page.getString("next");
    } while (next != null);
    assertThat(seen).as(sort).isEqualTo(ids(model.shown(null, sort)));
    var counts = get("/api/v1/demo/counts?article=" + article).getJsonObject("counts");
    assertThat(counts.getJsonObject(article).getLong("comments")).isEqualTo(model.visible());
  }

  private static List<String> ids(List<Entry> entries) {
    return entries.stream().map(entry -> entry.id).toList();
  }

  /** Compares a comment and all that is below it, following the cursors. */
  private String checkComment(ThreadModel model, JsonObject shown, String sort) {
    var id = shown.getString("id");
    var entry = model.get(id);
    var replies = shown.getJsonObject("replies");
    assertThat(shown.getString("parent")).isEqualTo(entry.parent);
    assertThat(shown.getString("state")).isEqualTo(entry.visible ? "visible" : "deleted");
    assertThat(shown.getString("text")).isEqualTo(entry.visible ? entry.text : null);
    assertThat(shown.getString("edited") != null).isEqualTo(entry.visible && entry.edited);
    assertThat(shown.containsKey("author")).isEqualTo(entry.visible);
    assertThat(shown.getInteger("up")).isEqualTo(entry.visible ? entry.up() : 0);
    assertThat(shown.getInteger("down")).isEqualTo(entry.visible ? entry.down() : 0);
    if (entry.parent == null) {
      assertThat(shown.getInteger("descendants")).isEqualTo(model.descendants(entry));
    }
    var below = sort.equals("best") ? "best" : "oldest";
    var expected = model.shown(id, below);
    assertThat(replies.getInteger("total")).isEqualTo(expected.size());
    var seen = new ArrayList<String>();
    replies
        .getJsonArray("comments")
        .forEach(reply -> seen.add(checkComment(model, (JsonObject) reply, sort)));
    var next = replies.getString("next");
    while (next != null) {
      var page =
          get(
              ("/api/v1/demo/comments/" + id + "/replies?text=true&limit=7&sort=" + below)
                  + ("&after=" + next));
      page.getJsonArray("comments")
          .forEach(reply -> seen.add(checkComment(model, (JsonObject) reply, sort)));
      next = page.getString("next");
    }
    assertThat(seen).isEqualTo(ids(expected));
    return id;
  }

  private void checkMarks(String article, ThreadModel model) {
    for (var reader : readers) {
      var me = get("/api/v1/demo/me?article=" + article, "Authorization", reader.authorization());
      var votes = new HashMap<String, Object>();
      for (var entry : model.all()) {
        int value = entry.votes.getOrDefault(reader.id, 0);
        if (value != 0) {
          votes.put(entry.id, value);
        }
      }
      assertThat(me.getJsonObject("votes").getMap()).isEqualTo(votes);
    }
  }

  private JsonObject get(String path, String... headers) {
    var answer = server.get(path, headers);
    assertThat(answer.statusCode()).as(path + " " + answer.body()).isEqualTo(200);
    return json(answer.body());
  }

  /** Reads on from page to page while the thread changes. */
  private final class Pager {
    private final String article;
    private final String sort;

    /** Listed since the beginning, in the same place. */
    private final Map<String, Long> standing;

    /** Whose place has changed since. */
    private final Set<String> moved = new HashSet<>();

    private final List<String> seen = new ArrayList<>();
    private String next = "";

    Pager(String article, String sort, ThreadModel model) {
      this.article = article;
      this.sort = sort;
      this.standing = new LinkedHashMap<>(model.ranks(sort));
      read();
    }

    void goOn(ThreadModel model) {
      if (next != null) {
        var now = model.ranks(sort);
        standing.forEach(
            (id, rank) -> {
              if (!rank.equals(now.get(id))) {
                moved.add(id);
              }
            });
        standing.keySet().removeAll(moved);
        read();
      }
    }

    private void read() {
      var after = next.isEmpty() ? "" : "&after=" + next;
      var query = "&replies=0&limit=4&sort=" + sort + after;
      var page = get("/api/v1/demo/comments?article=" + article + query);
      JsonArray roots = page.getJsonArray("comments");
      roots.forEach(root -> seen.add(((JsonObject) root).getString("id")));
      next = page.getString("next");
    }

    void end(ThreadModel model) {
      while (next != null) {
        goOn(model);
      }
      assertThat(seen).as(sort).containsAll(standing.keySet());
      if (sort.equals("newest") || sort.equals("oldest")) {
        assertThat(seen).as(sort).doesNotHaveDuplicates();
      } else {
        var still = seen.stream().filter(standing::containsKey).toList();
        assertThat(still).as(sort).doesNotHaveDuplicates();
      }
    }
  }
}
