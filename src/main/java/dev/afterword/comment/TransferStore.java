package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.http.CleanText;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.Script.Call;
import dev.afterword.redis.StoreException;
import dev.afterword.redis.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts comments of one article into another, with all that is kept of them: under the other's
 * number and what told them from others before. Each is taken aside, placed there, and then its old
 * id leads on to the new one ({@link ForwardStore}). So it is at one place at any time, or for a
 * moment nowhere, and never lost; whatever was broken off goes on when it is asked for again.
 *
 * <p>Confined to one event loop.
 */
public final class TransferStore {
  private static final Script TAKE = Script.of(TransferStore.class, "thread.lua", "take.lua");
  private static final Script PLACE = Script.of(TransferStore.class, "thread.lua", "place.lua");
  private static final Script LEAVE = Script.of(TransferStore.class, "leave.lua");
  private static final Script RENEW = Script.of(TransferStore.class, "renew.lua");
  private static final Script MAKE_ROOM = Script.of(TransferStore.class, "make_room.lua");

  private static final int LOOK = 5_000;

  /** In place of what comes before a comment, when it comes after all that are there. */
  private static final String LAST = "-";

  private final RedisLink link;

  /** Over the link of the current event loop. */
  public TransferStore(RedisLink link) {
    this.link = link;
  }

  /** How many comments an article has, and the greatest number that one of them ever had. */
  public record Size(long comments, long numbers) {}

  /** How large an article is. */
  public Future<Size> size(ArticleRef article) {
    var asked =
        List.of(
            Request.cmd(Command.LLEN).arg(article.at("l")),
            Request.cmd(Command.HGET).arg(article.at("a")).arg("q"));
    return link.sendAll(asked)
        .map(
            both -> {
              var comments = both.get(0);
              var numbers = both.get(1);
              return new Size(comments.toLong(), numbers == null ? 0 : numbers.toLong());
            });
  }

  /** Whether comments of two articles would have the same ids in one of them. */
  public Future<Boolean> collide(ArticleRef one, ArticleRef other) {
    var members = new HashSet<String>();
    return collect(one, members, 0).compose(distinct -> collect(other, members, 0)).map(it -> !it);
  }

  /** Answers whether none of an article's was there already. */
  private Future<Boolean> collect(ArticleRef article, Set<String> into, long from) {
    return members(article, from, LOOK)
        .compose(
            some -> {
              int before = into.size();
              into.addAll(some);
              boolean distinct = into.size() == before + some.size();
              return distinct && some.size() == LOOK
                  ? collect(article, into, from + LOOK)
                  : Future.succeededFuture(distinct);
            });
  }

  /** Some of an article's comments, in the order of creation; without what tells their article. */
  public Future<List<String>> members(ArticleRef article, long from, int most) {
    return link.send(
            Request.cmd(Command.LRANGE).arg(article.at("l")).arg(from).arg(from + most - 1))
        .map(
            reply -> {
              var members = new ArrayList<String>();
              Objects.requireNonNull(reply).forEach(each -> members.add(each.toString()));
              return members;
            });
  }

  /**
   * A comment as its article knows it, also one that was taken aside.
   *
   * @param head the first line, see {@link CommentHead}
   * @param body the rest
   */
  record Piece(String member, String head, String body) {
    /** Without its text. */
    Piece bare() {
      return new Piece(member, head, "");
    }

    long created() {
      return CommentHead.of(head).created().toEpochMilli();
    }

    private @Nullable String parent() {
      return CommentHead.of(head).parent();
    }

    /** What tells its root from others. */
    String root() {
      var root = CommentHead.of(head).root();
      return root == null ? member : new CommentId(root).member();
    }

    /** The same as another article has it. */
    private String packed(ArticleRef to, @Nullable Long number) {
      return CommentHead.of(head).in(to, number).line() + '\n' + body;
    }
  }

  /** Comments by what tells them from others; those that are not there are left out. */
  Future<List<Piece>> pieces(ArticleRef article, List<String> members) {
    var asked = new ArrayList<Request>();
    for (var member : members) {
      var id = article.id() + member;
      asked.add(Request.cmd(Command.GET).arg(CommentKeys.comment(article, id)));
      asked.add(Request.cmd(Command.GET).arg(ForwardStore.key(article, id)));
    }
    return link.sendAll(asked)
        .map(
            replies -> {
              var pieces = new ArrayList<Piece>();
              for (int i = 0; i < members.size(); i++) {
                var here = replies.get(2 * i);
                var aside = replies.get(2 * i + 1);
                var packed = here == null ? ForwardStore.aside(aside) : here.toString();
                if (packed != null) {
                  int line = packed.indexOf('\n');
                  pieces.add(
                      new Piece(
                          members.get(i), packed.substring(0, line), packed.substring(line + 1)));
                }
              }
              return pieces;
            });
  }

  /** Has the next comment of an article come after a number. */
  public Future<Void> raise(ArticleRef article, long top) {
    return makeRoom(article, top, List.of(), List.of());
  }

  private Future<Void> makeRoom(
      ArticleRef article, long top, List<String> places, List<Object> numbers) {
    var keys = new ArrayList<>(List.of(article.at("a"), Sort.DISCUSSED.rootsOf(article)));
    keys.addAll(places);
    var args = new ArrayList<Object>(List.of(top));
    args.addAll(numbers);
    return MAKE_ROOM.run(link, keys, args).mapEmpty();
  }

  /**
   * Has every page of an article read all anew.
   *
   * @param other the one that became one with it, or two of it
   * @param now in milliseconds
   */
  public Future<Void> renew(ArticleRef article, ArticleRef other, long now) {
    return link.send(Request.cmd(Command.HGET).arg(other.at("a")).arg("r"))
        .compose(
            revision ->
                RENEW.run(
                    link,
                    List.of(article.at("z"), article.at("a")),
                    List.of(
                        revision == null ? 0 : revision.toLong(),
                        article.id(),
                        article.channel(),
                        now)))
        .mapEmpty();
  }

  /** Of some comments of an article, those that were taken aside and came no further. */
  public Future<List<String>> aside(ArticleRef article, List<String> members) {
    var asked =
        members.stream()
            .map(member -> ForwardStore.key(article, article.id() + member))
            .map(key -> Request.cmd(Command.GET).arg(key))
            .toList();
    return link.sendAll(asked)
        .map(
            replies ->
                IntStream.range(0, members.size())
                    .filter(i -> ForwardStore.aside(replies.get(i)) != null)
                    .mapToObj(members::get)
                    .toList());
  }

  /**
   * Gives comments of an article the numbers that they have in an order.
   *
   * @param members of the article, the newest first, so that their order is right all the while
   */
  public Future<Void> makeRoom(ArticleRef article, List<String> members, MergedOrder order) {
    return pieces(article, members)
        .compose(
            pieces -> {
              var places = new ArrayList<String>();
              var numbers = new ArrayList<Object>();
              for (var piece : pieces) {
                var number = order.number(piece.member);
                if (number != null) {
                  places.add(CommentKeys.comment(article, article.id() + piece.member));
                  places.add(Sort.OLDEST.index(article, piece.parent()));
                  places.add(Sort.BEST.index(article, piece.parent()));
                  numbers.addAll(List.of(piece.member, number));
                }
              }
              return makeRoom(article, 0, places, numbers);
            });
  }

  /**
   * Moves comments, each on its own; a parent has to come before its replies.
   *
   * @param entry of the journal by which they go
   * @param order where they come to stand among those that are there; {@code null} when they keep
   *     their numbers, and come after those that are there
   */
  public Future<Void> move(
      ArticleRef from,
      ArticleRef to,
      List<String> members,
      String entry,
      @Nullable MergedOrder order) {
    return pieces(from, members)
        .compose(
            pieces ->
                TAKE.runAll(link, pieces.stream().map(each -> take(from, each)).toList())
                    .compose(replies -> place(from, to, taken(pieces, replies), entry, order)));
  }

  /** A comment that was taken aside. */
  private record Taken(Piece piece, Response reply, Comment comment, List<String> reporters) {
    String mentioned() {
      return CleanText.folded(comment.body().name());
    }
  }

  private static Call take(ArticleRef from, Piece piece) {
    var id = from.id() + piece.member;
    return new Call(
        List.of(
            from.at("a"),
            CommentKeys.comment(from, id),
            ForwardStore.key(from, id),
            Sort.OLDEST.index(from, piece.parent()),
            Sort.BEST.index(from, piece.parent()),
            Sort.DISCUSSED.rootsOf(from),
            CommentKeys.latest(from.site(), from.bucket()),
            Queue.REPORTED.key(from.site(), from.bucket()),
            History.key(from, id),
            CommentKeys.revisions(from, id),
            QueueStore.reports(from, id)),
        List.of(id, piece.member, piece.root()));
  }

  /** It may have changed between the first look at it and its taking; its place never does. */
  private static List<Taken> taken(List<Piece> pieces, List<Response> replies) {
    var taken = new ArrayList<Taken>();
    for (int i = 0; i < pieces.size(); i++) {
      var reply = replies.get(i);
      if (reply.get(0).toString().equals("taken")) {
        var packed = reply.get(2).toString();
        int line = packed.indexOf('\n');
        var member = pieces.get(i).member;
        var piece = new Piece(member, packed.substring(0, line), packed.substring(line + 1));
        taken.add(new Taken(piece, reply, Comment.unpack(member, packed), new ArrayList<>()));
      }
    }
    return taken;
  }

  private Future<Void> place(
      ArticleRef from,
      ArticleRef to,
      List<Taken> taken,
      String entry,
      @Nullable MergedOrder order) {
    return reporters(from, taken)
        .compose(
            read -> PLACE.runAll(link, taken.stream().map(each -> place(to, each, order)).toList()))
        .compose(
            placed -> {
              requirePlaced(placed);
              return LEAVE.runAll(
                  link, taken.stream().map(each -> leave(from, to, each, entry)).toList());
            })
        .mapEmpty();
  }

  /**
   * That none has the place of another was made sure before; if it is so, both stay as they are.
   */
  private static void requirePlaced(List<Response> replies) {
    for (var reply : replies) {
      switch (reply.toString()) {
        case "placed" -> {}
        case "busy" -> throw new StoreException(Kind.BUSY, "comments are moved away as well");
        default -> throw new StoreException(Kind.BROKEN, "two comments have one place");
      }
    }
  }

  private Future<Void> reporters(ArticleRef from, List<Taken> taken) {
    var asked =
        taken.stream()
            .map(each -> QueueStore.reports(from, from.id() + each.piece.member))
            .map(key -> Request.cmd(Command.HKEYS).arg(key))
            .toList();
    return link.sendAll(asked)
        .map(
            replies -> {
              for (int i = 0; i < taken.size(); i++) {
                var reporters = taken.get(i).reporters;
                replies.get(i).forEach(reader -> reporters.add(reader.toString()));
              }
              return null;
            });
  }

  private static Call place(ArticleRef to, Taken taken, @Nullable MergedOrder order) {
    var piece = taken.piece;
    var site = to.site();
    int bucket = to.bucket();
    var id = to.id() + piece.member;
    var parent = piece.parent();
    var above = parent == null ? null : to.id() + new CommentId(parent).member();
    var author = taken.comment.body().author();
    var keys =
        new ArrayList<>(
            List.of(
                to.at("a"),
                CommentKeys.comment(to, id),
                ForwardStore.key(to, id),
                Sort.OLDEST.index(to, above),
                Sort.BEST.index(to, above),
                Sort.DISCUSSED.rootsOf(to),
                to.at("l"),
                CommentKeys.latest(site, bucket),
                CommentKeys.all(site, bucket),
                CommentKeys.written(site, bucket, author),
                CommentKeys.articles(site, bucket),
                CommentKeys.participants(to),
                MarkStore.marks(to, author)));
    keys.addAll(kept(to, id, taken.reporters));
    var reply = taken.reply;
    var previous = order == null ? LAST : order.previous(piece.member);
    var args = new ArrayList<Object>();
    args.addAll(List.of(id, piece.member, piece.root()));
    args.add(piece.packed(to, order == null ? null : order.number(piece.member)));
    args.addAll(List.of(reply.get(1).toString(), reply.get(3).toString()));
    IntStream.of(4, 5, 6).forEach(i -> args.add(reply.get(i).toBytes()));
    args.addAll(List.of(to.id(), author.isEmpty() ? "" : taken.mentioned()));
    args.add(MarkStore.own(new CommentId(id)));
    args.addAll(List.of(previous == null ? "" : previous, CommentKeys.MOST_LATEST));
    return new Call(keys, args);
  }

  private static Call leave(ArticleRef from, ArticleRef to, Taken taken, String entry) {
    var member = taken.piece.member;
    var site = from.site();
    int bucket = from.bucket();
    var id = from.id() + member;
    var author = taken.comment.body().author();
    var keys =
        new ArrayList<>(
            List.of(
                ForwardStore.key(from, id),
                from.at("l"),
                CommentKeys.all(site, bucket),
                CommentKeys.written(site, bucket, author),
                CommentKeys.articles(site, bucket),
                CommentKeys.participants(from),
                MarkStore.marks(from, author)));
    keys.addAll(kept(from, id, taken.reporters));
    var own = MarkStore.own(new CommentId(id));
    var there = ForwardStore.forward(to.id() + member, entry);
    var args = List.of(id, member, there, from.id(), taken.mentioned(), own);
    return new Call(keys, args);
  }

  /** Its queues, what is kept beside a comment, and what those who reported it left. */
  private static List<String> kept(ArticleRef article, String id, List<String> reporters) {
    var keys = new ArrayList<String>();
    for (var queue : Queue.values()) {
      keys.add(queue.key(article.site(), article.bucket()));
    }
    keys.add(History.key(article, id));
    keys.add(CommentKeys.revisions(article, id));
    keys.add(QueueStore.reports(article, id));
    reporters.forEach(reader -> keys.add(MarkStore.left(article.site(), article.bucket(), reader)));
    return keys;
  }

  /**
   * Of some comments of an article, those of branches that came from another one.
   *
   * @param home the other one, which may have some of them back
   * @param entry of the journal by which they came
   */
  public Future<List<String>> cameFrom(
      ArticleRef home, ArticleRef article, List<String> members, String entry) {
    return pieces(article, members)
        .compose(
            pieces -> {
              var asked = new ArrayList<Request>();
              for (var piece : pieces) {
                var id = home.id() + piece.root();
                asked.add(Request.cmd(Command.EXISTS).arg(CommentKeys.comment(home, id)));
                asked.add(Request.cmd(Command.GET).arg(ForwardStore.key(home, id)));
              }
              return link.sendAll(asked).map(replies -> came(article, pieces, replies, entry));
            });
  }

  private static List<String> came(
      ArticleRef article, List<Piece> pieces, List<@Nullable Response> replies, String entry) {
    var came = new ArrayList<String>();
    for (int i = 0; i < pieces.size(); i++) {
      var piece = pieces.get(i);
      var back = Objects.requireNonNull(replies.get(2 * i));
      var leads = replies.get(2 * i + 1);
      var here = ForwardStore.forward(article.id() + piece.root(), entry);
      if (back.toInteger() > 0 || (leads != null && leads.toString().equals(here))) {
        came.add(piece.member);
      }
    }
    return came;
  }
}
