package dev.afterword.moderation;

import dev.afterword.comment.ErasureStore;
import dev.afterword.comment.ExportStore;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.identity.AuthorStore;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All that a site has of an author: a copy of it, and its erasure. Confined to one event loop. */
final class AuthorData {
  private static final Logger LOG = LoggerFactory.getLogger(AuthorData.class);

  /** How long an answer waits for the end of an erasure; it goes on whatever was answered. */
  private static final long PATIENCE_MS = 1_000;

  private final Vertx vertx;
  private final AuthorStore authors;
  private final ExportStore exports;
  private final Erasures erasures;
  private final BanStore bans;
  private final Journal journal;
  private final Clock clock = Clock.systemUTC();

  AuthorData(
      Vertx vertx, RedisLink link, ExportStore exports, ErasureStore threads, Journal journal) {
    this.vertx = vertx;
    this.authors = new AuthorStore(link);
    this.exports = exports;
    this.erasures = new Erasures(authors, threads);
    this.bans = new BanStore(link);
    this.journal = journal;
  }

  /**
   * A copy.
   *
   * @param name as the author's own token has it; {@code null} when somebody else asks
   */
  Future<JsonObject> copy(Site site, String author, @Nullable String name) {
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
              return json.put("bans", all.<JsonArray>resultAt(2));
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

  /**
   * What became of an erasure that the journal tells.
   *
   * @param entry the id of the journal's entry
   * @param done whether it came to its end while the caller waited
   */
  record Erased(String entry, boolean done) {}

  /** Erases for an owner, which the journal tells. */
  Future<Erased> erase(Site site, Staff by, String author, Once once) {
    var note = new Note("erase", List.of(author), "", null, new JsonObject());
    return journal
        .write(site, by, note, once)
        .compose(entry -> erase(site, author).map(done -> new Erased(entry.id(), done)));
  }

  /** Erases; answers whether that came to its end while the caller waited. */
  Future<Boolean> erase(Site site, String author) {
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
}
