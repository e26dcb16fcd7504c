package dev.afterword.bench;

import dev.afterword.article.ArticleRef;
import dev.afterword.http.CleanText;
import dev.afterword.live.Streams;
import dev.afterword.redis.EmbeddedStore;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes whole threads into a server's store, past the server but with its own script, so that
 * every key is there in the form that a million posts would have left. Only the records of
 * idempotency keys, which go after a day, are taken away at once. Nothing is written to the
 * append-only file until it is closed.
 */
final class Planter implements AutoCloseable {
  private static final int SLICE = 1_000;

  /** How many comments each author writes. */
  private static final int EACH = 10;

  /** Neighbours are by different authors. */
  private static final int STRIDE = 7_919;

  private static final long PAUSE_MS = 100;
  private static final Pattern MEMORY = Pattern.compile("\\bused_memory:(\\d+)");

  /**
   * The server's script as a function, called for each comment. Its keys are made up here, which is
   * fine on a single store.
   */
  private static final String LOOP =
      """
      local tag, article, key, longest, held = unpack(ARGV)
      local function at(kind) return tag .. ':' .. kind .. ':' .. article end
      local function of(kind, member) return at(kind) .. member end
      local hour = math.floor(redis.call('TIME')[1] / 3600)
      local day = math.floor(hour / 24)
      for i = 6, #ARGV, 6 do
        local member, depth, parent, root, name, body = unpack(ARGV, i, i + 5)
        local reply = depth ~= '0'
        local author = 'gFromBench' .. string.match(name, '%d+')
        local done = post(
          {tag .. ':b', at('a'), of('c', member), reply and of('k', parent) or at('r'),
            reply and of('kb', parent) or at('rb'), at('s'), at('i'), reply and of('c', parent) or at('a'), at('rd'),
            at('u'), tag .. ':n', at('l'), tag .. ':t', tag .. ':tc:h' .. hour, tag .. ':tc:d' .. day,
            tag .. ':w:' .. author, tag .. ':qa', tag .. ':qp', of('h', member), at('m') .. ':' .. author,
            tag .. ':dt:' .. day, tag .. ':qr'},
          {key, article, article .. member, member, depth, reply and article .. parent or '-',
            reply and article .. root or '-', root, body, tag .. ':live', 'f', 1, 'bench', longest, name, 100,
            hour, 180000000, 2851200000, held, 'post', '=' .. member, 'v'})
        if done[1] ~= 'posted' then error(done[1]) end
        redis.call('DEL', at('i'))
      end
      """;

  private final Vertx vertx =
      Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
  private final RedisConnection store;
  private final String script;

  /** Opens the store that a server keeps in a folder. */
  Planter(Path folder) throws IOException {
    var address =
        EmbeddedStore.beside(folder)
            .orElseThrow(() -> new IOException("there is no store in " + folder));
    this.store =
        Redis.createClient(vertx, address)
            .connect()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    var text =
        source("article/tally.lua")
            + source("comment/thread.lua")
            + "local function epoch() end\nlocal function article() end\n"
            + "local function post(KEYS, ARGV)\n"
            + source("comment/post.lua")
            + "\nend\n"
            + LOOP;
    this.script = call(Command.SCRIPT, "LOAD", text).toString();
    call(Command.CONFIG, "SET", "appendonly", "no");
  }

  private static String source(String resource) throws IOException {
    try (var in = EmbeddedStore.class.getResourceAsStream("/dev/afterword/" + resource)) {
      if (in == null) {
        throw new IOException(resource + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Bytes that the store uses. */
  long memory() {
    var found = MEMORY.matcher(call(Command.INFO, "memory").toString());
    if (!found.find()) {
      throw new IllegalStateException("the store does not say how much memory it uses");
    }
    return Long.parseLong(found.group(1));
  }

  /** The form in which the server has kept a comment, of which others are made. */
  Form form(ArticleRef article, String id) {
    var packed = call(Command.GET, article.tag() + ":c:" + id).toString();
    var json = packed.substring(packed.indexOf('\n') + 1);
    return new Form(new JsonObject(json).getString("a"), json);
  }

  /**
   * What a comment says.
   *
   * @param author the id of who wrote it
   * @param json as it is kept: text {@link #TEXT} by guest {@link #GUEST}
   */
  record Form(String author, String json) {
    static final int TEXT = 9_999_999;
    static final int GUEST = 8_888_888;

    /** The same with another text, by somebody else. */
    private String of(int text, int guest) {
      return json.replace(Texts.digits(TEXT), Texts.digits(text))
          .replace(Texts.digits(GUEST), Texts.digits(guest))
          .replace(author, "gFromBench" + Texts.digits(guest));
    }
  }

  /** Writes a thread of an article that has none yet. */
  Planted plant(ArticleRef article, Tree tree, Form form) {
    var planted = new Planted(article, tree);
    var before = CompletableFuture.<@Nullable Response>completedFuture(null);
    for (int from = 0; from < tree.comments(); from += SLICE) {
      // The next slice is made while the store writes the one before.
      var slice = slice(planted, form, from, Math.min(from + SLICE, tree.comments()));
      before.join();
      before = send(slice);
    }
    before.join();
    return planted;
  }

  /** Writes comments that wait, none a reply. */
  void plantWaiting(ArticleRef article, int comments, Form form) {
    for (int from = 0; from < comments; from += SLICE) {
      var request = Request.cmd(Command.EVALSHA).arg(script).arg(0);
      request.arg(article.tag()).arg(article.id()).arg(article.key().value()).arg(Streams.LONGEST);
      request.arg("links");
      for (int i = from; i < Math.min(from + SLICE, comments); i++) {
        var member = Planted.member(i);
        request.arg(member).arg(0).arg(member).arg(member);
        request.arg(CleanText.folded("Reader " + Texts.digits(i / EACH))).arg(form.of(i, i / EACH));
      }
      send(request).join();
    }
  }

  private Request slice(Planted planted, Form form, int from, int to) {
    var article = planted.article();
    var tree = planted.tree();
    int authors = tree.comments() / EACH;
    var request = Request.cmd(Command.EVALSHA).arg(script).arg(0);
    request.arg(article.tag()).arg(article.id()).arg(article.key().value()).arg(Streams.LONGEST);
    request.arg("");
    for (int i = from; i < to; i++) {
      int author = (int) ((long) i * STRIDE % authors);
      request
          .arg(Planted.member(i))
          .arg(tree.depth(i))
          .arg(Planted.member(tree.parent(i)))
          .arg(Planted.member(tree.top(i)))
          .arg(CleanText.folded("Reader " + Texts.digits(author)))
          .arg(form.of(i, author));
    }
    return request;
  }

  /** Has the store write all that is there to its append-only file, and waits until it has. */
  @Override
  public void close() {
    try {
      call(Command.CONFIG, "SET", "appendonly", "yes");
      String state;
      do {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
        state = call(Command.INFO, "persistence").toString();
      } while (!state.contains("aof_rewrite_in_progress:0")
          || !state.contains("aof_rewrite_scheduled:0"));
      if (!state.contains("aof_last_bgrewrite_status:ok")) {
        throw new IllegalStateException("the store could not write its file");
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private Response call(Command command, String... words) {
    var request = Request.cmd(command);
    for (var word : words) {
      request.arg(word);
    }
    return send(request).join();
  }

  private CompletableFuture<Response> send(Request request) {
    return store.send(request).toCompletionStage().toCompletableFuture();
  }
}
