package dev.afterword.moderation;

import dev.afterword.comment.ErasureStore;
import dev.afterword.comment.ExportStore;
import dev.afterword.http.Answer;
import dev.afterword.http.Fault;
import dev.afterword.http.IdempotencyKey;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.AuthorStore;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Speaks HTTP for copies of what a site has of an author, and for erasing it. */
public final class AuthorRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorRoutes.class);
  private static final String MINE = "/api/v1/:site/me/data";
  private static final String THEIRS = "/api/v1/:site/admin/authors/:author/data";

  /** How long an answer waits for the end of it; it goes on whatever was answered. */
  private static final long PATIENCE_MS = 1_000;

  private final Vertx vertx;
  private final AuthorStore authors;
  private final ExportStore exports;
  private final Erasures erasures;
  private final BanStore bans;
  private final Journal journal;
  private final Clock clock = Clock.systemUTC();

  /** The routes of one event loop. */
  public AuthorRoutes(
      Vertx vertx, RedisLink link, ExportStore exports, ErasureStore threads, Journal journal) {
    this.vertx = vertx;
    this.authors = new AuthorStore(link);
    this.exports = exports;
    this.erasures = new Erasures(authors, threads);
    this.bans = new BanStore(link);
    this.journal = journal;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .get(MINE, "exportMe", this::exportMe)
        .delete(MINE, "eraseMe", this::eraseMe)
        .get(THEIRS, "exportAuthor", this::exportAuthor)
        .delete(THEIRS, "eraseAuthor", this::eraseAuthor);
  }

  private Future<Answer> exportMe(RoutingContext ctx) {
    var who = reader(ctx);
    return export(Sites.of(ctx), who.id(), who.name());
  }

  private Future<Answer> exportAuthor(RoutingContext ctx) {
    Callers.staff(ctx, Role.OWNER);
    return export(Sites.of(ctx), author(ctx), null);
  }

  private Future<Answer> export(Site site, String author, @Nullable String name) {
    return Future.all(
            authors.of(site, author), exports.of(site, author), bansOf(site, author, name == null))
        .map(
            all -> {
              JsonObject who = all.resultAt(0);
              JsonObject copy = all.resultAt(1);
              if (name != null) {
                who.put("name", name);
              }
              var json = new JsonObject().put("author", who).mergeIn(copy);
              json.put("bans", all.<JsonArray>resultAt(2));
              return Answer.json(200, json)
                  .caching(Answer.PRIVATE)
                  .with(
                      "Content-Disposition",
                      "attachment; filename=\"" + site.name() + '-' + author + ".json\"");
            });
  }

  /** A ban in the shadow its author is not told of. */
  private Future<JsonArray> bansOf(Site site, String author, boolean shadowed) {
    return bans.all(site)
        .map(
            all -> {
              var holding = new JsonArray();
              var text = all.get(author);
              var kept = text == null ? null : BanStore.Kept.of(text);
              if (kept != null && Bans.holds(kept, clock) && (shadowed || !kept.shadow())) {
                var ban = Bans.json(author, kept);
                // Who of the staff decided is not the author's own.
                ban.remove("by");
                ban.remove("author");
                holding.add(ban);
              }
              return holding;
            });
  }

  private Future<Answer> eraseMe(RoutingContext ctx) {
    var site = Sites.of(ctx);
    var who = reader(ctx);
    return erase(site, who.id())
        .map(done -> new Answer(done ? 204 : 202, null, List.of()).caching(Answer.PRIVATE));
  }

  private Future<Answer> eraseAuthor(RoutingContext ctx) {
    var staff = Callers.staff(ctx, Role.OWNER);
    var site = Sites.of(ctx);
    var author = author(ctx);
    var note = new Note("erase", List.of(author), "", null, new JsonObject());
    var once = IdempotencyKey.once(ctx.request(), new JsonObject(), staff.id());
    return journal
        .write(site, staff, note, once)
        .compose(
            entry ->
                erase(site, author)
                    .map(
                        done ->
                            Answer.json(
                                    done ? 200 : 202,
                                    new JsonObject()
                                        .put("author", author)
                                        .put("verdict", entry.id()))
                                .caching(Answer.PRIVATE)));
  }

  /** Whether it came to its end while the caller waited. */
  private Future<Boolean> erase(Site site, String author) {
    return erasures
        .begin(site, author)
        .compose(
            begun -> {
              Promise<Boolean> answer = Promise.promise();
              erasures
                  .carryOut(site, author)
                  .onSuccess(done -> answer.tryComplete(true))
                  .onFailure(
                      failure -> {
                        LOG.warn("An author is not erased yet; it will be tried again", failure);
                        answer.tryComplete(false);
                      });
              vertx.setTimer(PATIENCE_MS, id -> answer.tryComplete(false));
              return answer.future();
            });
  }

  private static Known reader(RoutingContext ctx) {
    var who = Callers.known(ctx);
    if (who instanceof Staff) {
      throw Problem.of(
          ProblemType.ROLE_TOO_LOW, "That is for readers; an owner can revoke a staff token.");
    }
    return who;
  }

  private static String author(RoutingContext ctx) {
    var author = ctx.pathParam("author");
    if (!AuthorStore.isAuthor(author)) {
      throw Problem.invalid(Fault.in("author", "Only guests and members can be erased."));
    }
    return author;
  }
}
