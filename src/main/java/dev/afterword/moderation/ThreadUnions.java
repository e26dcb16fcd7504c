package dev.afterword.moderation;

import dev.afterword.article.AliasStore;
import dev.afterword.article.Article;
import dev.afterword.article.Article.State;
import dev.afterword.article.ArticleRef;
import dev.afterword.comment.HandoverStore;
import dev.afterword.comment.MergedOrder;
import dev.afterword.comment.TransferStore;
import dev.afterword.comment.VoteTransferStore;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.Site;
import dev.afterword.moderation.JobStore.Progress;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one thread of two, or two of one again: jobs under the entry of a move, or of its undo. The
 * one goes read-only, then its comments go over, a hundred at a time, to where they belong by the
 * time they were written; at the end it gives way. The way back takes those of them that are still
 * there, with all that was replied in their branches since. Confined to one event loop.
 */
final class ThreadUnions implements Jobs.Kind {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadUnions.class);
  private static final int PART = 100;

  /** By then what another process was at, when its job ended, has come to an end. */
  private static final long LAST_WRITE_MS = 5_000;

  /** Comments that may come while it is looked how many there are. */
  private static final int LATE = 1_000;

  private final Vertx vertx;
  private final TransferStore transfers;
  private final VoteTransferStore votes;
  private final HandoverStore handover;
  private final ArticleChangeStore changes;
  private final JobStore store;
  private final StoreClock clock;

  ThreadUnions(Vertx vertx, RedisLink link, JobStore store, StoreClock clock) {
    this.vertx = vertx;
    this.transfers = new TransferStore(link);
    this.votes = new VoteTransferStore(link);
    this.handover = new HandoverStore(link);
    this.changes = new ArticleChangeStore(link);
    this.store = store;
    this.clock = clock;
  }

  /**
   * What an entry says of its job.
   *
   * @param total how many comments it goes through
   * @param base the greatest number that a comment had, where they go, when it began
   * @param opens whether that one was open, and is again when it stands for itself
   * @param waits whether another process may be at the job that it ends
   * @param before how many such jobs were begun on the site before it was planned
   */
  record Plan(long total, long base, boolean opens, boolean waits, long before) {
    static @Nullable Plan of(JsonObject detail) {
      var kept = detail.getJsonObject("job");
      return kept == null
          ? null
          : new Plan(
              kept.getLong("total"),
              kept.getLong("base"),
              kept.getBoolean("opens"),
              kept.getBoolean("waits"),
              kept.getLong("before", 0L));
    }

    JsonObject kept() {
      return new JsonObject()
          .put("total", total)
          .put("base", base)
          .put("opens", opens)
          .put("waits", waits)
          .put("before", before);
    }
  }

  /**
   * To have an article with all its comments give way to another.
   *
   * @param before how many jobs were begun before it was looked whether one is at the two
   */
  static Future<Plan> union(TransferStore store, Article from, ArticleRef to, long before) {
    return plan(store, from.ref(), to, from.state() == State.OPEN, false, before);
  }

  /**
   * To take that back.
   *
   * @param waits whether it is still under way
   */
  static Future<Plan> parting(
      TransferStore store, Plan union, ArticleRef from, ArticleRef to, boolean waits, long before) {
    return plan(store, from, to, union.opens(), waits, before);
  }

  private static Future<Plan> plan(
      TransferStore store,
      ArticleRef from,
      ArticleRef to,
      boolean opens,
      boolean waits,
      long before) {
    return Future.all(store.size(from), store.size(to))
        .map(
            sizes -> {
              TransferStore.Size coming = sizes.resultAt(0);
              TransferStore.Size there = sizes.resultAt(1);
              return new Plan(coming.comments(), there.numbers(), opens, waits, before);
            });
  }

  @Override
  public Jobs.Run run(Site site, Entry entry) {
    var detail = entry.note().detail();
    var plan = Plan.of(detail);
    var step = MoveStep.of(detail);
    if (plan == null) {
      throw new IllegalStateException(entry.id() + " has no job");
    }
    var article = step.place(site);
    return step.joins().isEmpty()
        ? new Parting(site, entry, plan, article, step.other(site))
        : new Union(site, entry, plan, step.other(site), article);
  }

  /** What is to be done next, as the job's progress keeps it: a word, and how far that is. */
  private record Next(String what, String from) {
    static Next of(Progress now) {
      var words = now.after().split(" ", 2);
      return new Next(words[0], words.length > 1 ? words[1] : "0");
    }

    int number() {
      return Integer.parseInt(from);
    }
  }

  /** By its number: it may have been given another key since. */
  private Future<Void> say(ArticleRef article, String state) {
    return changes.change(article.unnamed(), Map.of("state", state));
  }

  /** Comments go from one article to the other, to where they belong by the time. */
  private abstract class Passage implements Jobs.Run {
    final Site site;
    final Entry entry;
    final Plan plan;
    final ArticleRef from;
    final ArticleRef to;
    private @Nullable Future<MergedOrder> order;

    Passage(Site site, Entry entry, Plan plan, ArticleRef from, ArticleRef to) {
      this.site = site;
      this.entry = entry;
      this.plan = plan;
      this.from = from;
      this.to = to;
    }

    /** Of some comments, those that go. */
    abstract Future<List<String>> going(List<String> members);

    /** When none is left to go. */
    abstract Future<Boolean> noneLeft(Progress now);

    /**
     * The order; {@code null} when another process has come further while it was read, and may have
     * moved what this one had not read yet.
     */
    private Future<@Nullable MergedOrder> order(Progress now) {
      var known = order;
      if (known != null) {
        return known.map(it -> it);
      }
      var read = MergedOrder.of(transfers, from, this::going, to, plan.base());
      order = read;
      return read.compose(
          it ->
              store
                  .of(site, entry.id())
                  .map(at -> at.filter(now::equals).map(same -> it).orElse(null)));
    }

    final Future<Boolean> note(Progress now, int more, String what, Object from) {
      return store.note(site, entry.id(), now, now.after(more, what + ' ' + from));
    }

    /** What is written there from now on comes after all that will be there. */
    final Future<Void> raise() {
      return Future.all(transfers.size(from), transfers.size(to))
          .compose(
              sizes -> {
                long comments = 0;
                for (var size : sizes.<TransferStore.Size>list()) {
                  comments += size.comments();
                }
                return transfers.raise(to, plan.base() + comments + LATE);
              });
    }

    /** Those that are there already and are younger make room, the newest first. */
    final Future<Boolean> number(Progress now, int done, String next) {
      return order(now)
          .compose(
              known -> {
                if (known == null) {
                  return Future.succeededFuture(false);
                }
                var later = known.later();
                int end = later.size() - done;
                if (end <= 0) {
                  return note(now, 0, next, 0);
                }
                var some = new ArrayList<>(later.subList(Math.max(0, end - PART), end));
                Collections.reverse(some);
                return transfers
                    .makeRoom(to, some, known)
                    .compose(made -> note(now, 0, "number", done + PART));
              });
    }

    /**
     * Moves some.
     *
     * @param at how many are in front of them that stay
     * @param again where it goes on when some came since the order was read, which have their place
     *     in it as well
     */
    final Future<Boolean> move(Progress now, int at, String again) {
      return transfers
          .members(from, at, PART)
          .compose(
              members ->
                  members.isEmpty()
                      ? noneLeft(now)
                      : Future.all(order(now), going(members))
                          .compose(
                              both -> {
                                @Nullable MergedOrder known = both.resultAt(0);
                                List<String> going = both.resultAt(1);
                                if (known == null) {
                                  return Future.succeededFuture(false);
                                }
                                if (!known.knows(going)) {
                                  order = null;
                                  return note(now, 0, again, 0);
                                }
                                int stay = at + members.size() - going.size();
                                return transfers
                                    .move(from, to, going, entry.id(), known)
                                    .compose(moved -> note(now, members.size(), "move", stay));
                              }));
    }

    final Future<Boolean> votes(Progress now, Next at, boolean all, String next) {
      return votes
          .bring(from, to, at.from, all)
          .compose(
              further ->
                  further.equals("0") ? note(now, 0, next, 0) : note(now, 0, at.what, further));
    }
  }

  /** One of two. */
  private final class Union extends Passage {
    Union(Site site, Entry entry, Plan plan, ArticleRef from, ArticleRef to) {
      super(site, entry, plan, from, to);
    }

    @Override
    public Future<Boolean> part(Progress now) {
      var next = Next.of(now);
      return switch (next.what) {
        case "number" -> number(now, next.number(), "votes");
        case "votes" -> votes(now, next, true, "move");
        case "move" -> move(now, next.number(), "begin");
        case "late" -> votes(now, next, true, "give");
        case "give" -> give(now);
        default -> begin(now);
      };
    }

    @Override
    Future<List<String>> going(List<String> members) {
      return Future.succeededFuture(members);
    }

    private Future<Boolean> begin(Progress now) {
      return (plan.opens() ? say(from, "read-only") : Future.<Void>succeededFuture())
          .compose(said -> raise())
          .compose(raised -> note(now, 0, "number", 0));
    }

    /**
     * Until now it stood for itself: who opened it again may have let more in. Votes first: where
     * no comment is left, nobody votes any more.
     */
    @Override
    Future<Boolean> noneLeft(Progress now) {
      return note(now, 0, "late", 0);
    }

    private Future<Boolean> give(Progress now) {
      return handover
          .give(site, from, to)
          .compose(
              given -> given ? close(now) : handover.isBare(from).compose(it -> goOn(now, it)));
    }

    /** At once with what came meanwhile; else a sweep tries it again. */
    private Future<Boolean> goOn(Progress now, boolean bare) {
      if (bare) {
        LOG.warn("{} could not give way to {}", from, to);
      }
      return note(now, 0, "move", 0).map(noted -> noted && !bare);
    }

    private Future<Boolean> close(Progress now) {
      return votes
          .settle(to)
          .compose(settled -> transfers.renew(to, from, clock.now()))
          .compose(told -> store.note(site, entry.id(), now, null))
          .map(false);
    }
  }

  /** Two of one. */
  private final class Parting extends Passage {
    Parting(Site site, Entry entry, Plan plan, ArticleRef from, ArticleRef to) {
      super(site, entry, plan, from, to);
    }

    @Override
    public Future<Boolean> part(Progress now) {
      var next = Next.of(now);
      return switch (next.what) {
        case "" -> begin(now);
        case "finish" -> finish(now, next.number());
        case "raise" -> raise().compose(raised -> note(now, 0, "number", 0));
        case "number" -> number(now, next.number(), "move");
        case "move" -> move(now, next.number(), "raise");
        case "votes" -> votes(now, next, false, "end");
        default -> end(now);
      };
    }

    @Override
    Future<List<String>> going(List<String> members) {
      return transfers.cameFrom(to, from, members, union());
    }

    /** The entry that is taken back. */
    private String union() {
      return Objects.requireNonNull(entry.note().undoes());
    }

    private Future<Boolean> begin(Progress now) {
      long wait = plan.waits() ? entry.time().toEpochMilli() + LAST_WRITE_MS - clock.now() : 0;
      return (wait > 0 ? vertx.timer(wait) : Future.succeededFuture())
          .compose(waited -> note(now, 0, "finish", 0));
    }

    /** What another process began, and then left, comes to its end before it is taken back. */
    private Future<Boolean> finish(Progress now, int at) {
      return transfers
          .members(to, at, PART)
          .compose(
              members ->
                  members.isEmpty()
                      ? giveBack(now)
                      : transfers
                          .aside(to, members)
                          .compose(
                              aside ->
                                  transfers
                                      .move(to, from, aside, union(), null)
                                      .map(at + members.size() - aside.size()))
                          .compose(further -> note(now, 0, "finish", further)));
    }

    private Future<Boolean> giveBack(Progress now) {
      return raise()
          .compose(raised -> handover.giveBack(site, to, from))
          .compose(given -> given && plan.opens() ? say(to, "") : Future.<Void>succeededFuture())
          // Until no process remembers any more that the one led to the other.
          .compose(said -> vertx.timer(AliasStore.FORGOTTEN_MS))
          .compose(passed -> note(now, 0, "raise", 0));
    }

    @Override
    Future<Boolean> noneLeft(Progress now) {
      return note(now, 0, "votes", 0);
    }

    private Future<Boolean> end(Progress now) {
      return votes
          .settle(to)
          .compose(settled -> transfers.renew(to, from, clock.now()))
          .compose(told -> transfers.renew(from, to, clock.now()))
          .compose(told -> store.note(site, entry.id(), now, null))
          .map(false);
    }
  }
}
