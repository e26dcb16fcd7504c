package dev.afterword.moderation;

import dev.afterword.comment.CommentDesk;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.JournalStore;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.Site;
import dev.afterword.moderation.JobStore.Progress;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.StoreClock;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out decisions that take a while, part by part, each under the entry of the journal that
 * begins it. How far a job has come is noted after every part, so that any process can go on with
 * it; each part can be done again. Confined to one event loop.
 */
final class Jobs {
  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);

  /** Between two parts, so that others have their turn. */
  private static final long PAUSE_MS = 10;

  private final Vertx vertx;
  private final JobStore store;
  private final JournalStore journal;
  private final Map<String, Kind> kinds;

  private Jobs(Vertx vertx, JobStore store, JournalStore journal, Map<String, Kind> kinds) {
    this.vertx = vertx;
    this.store = store;
    this.journal = journal;
    this.kinds = kinds;
  }

  /** Those of all kinds, over a link. */
  static Jobs over(Vertx vertx, RedisLink link, CommentDesk desk, StoreClock clock) {
    var store = new JobStore(link);
    var journal = new JournalStore(link);
    return new Jobs(
        vertx,
        store,
        journal,
        Map.of(
            Bans.ACTION,
            new Removals(desk, store, journal, clock),
            ArticleMoves.ACTION,
            new ThreadUnions(vertx, link, store, clock)));
  }

  /** One kind of job. */
  interface Kind {
    /** Goes on with the job of an entry, on one process. */
    Run run(Site site, Entry entry);
  }

  /** One process at one job. */
  interface Run {
    /**
     * Does one part and notes it.
     *
     * @return whether this process goes on at once
     */
    Future<Boolean> part(Progress now);
  }

  /** Whether an entry has a job. */
  static boolean has(Entry entry) {
    return entry.note().detail().containsKey("job");
  }

  private static long total(Entry entry) {
    return entry.note().detail().getJsonObject("job").getLong("total");
  }

  /** Has an entry's job begin; answers how it stands. */
  Future<JsonObject> begin(Site site, Entry entry) {
    var id = entry.id();
    return job(site, id)
        .onSuccess(
            begun ->
                carryOut(site, id)
                    .onFailure(failure -> LOG.warn("Job {} will be gone on with", id, failure)));
  }

  /** How a job stands: {@code id}, {@code done} and {@code total}; or fails with a 404. */
  Future<JsonObject> job(Site site, String id) {
    return Future.all(store.of(site, id), journal.find(site, id))
        .map(
            both -> {
              var entry =
                  both.<Optional<Entry>>resultAt(1)
                      .filter(Jobs::has)
                      .orElseThrow(() -> Problem.of(ProblemType.JOB_UNKNOWN));
              var progress =
                  both.<Optional<Progress>>resultAt(0)
                      .orElseGet(() -> Progress.begin(total(entry)).through());
              long total = progress.total();
              // Whoever reads that all is done may rely on it.
              long most = progress.again() ? total : Math.max(0, total - 1);
              return new JsonObject()
                  .put("id", id)
                  .put("done", Math.min(most, progress.done()))
                  .put("total", total);
            });
  }

  /** Whether a job is under way. */
  Future<Boolean> isOpen(Site site, String id) {
    return store.of(site, id).map(Optional::isPresent);
  }

  /**
   * The jobs of a site that are under way, each with a text that is another when it has come
   * further.
   */
  Future<Map<String, String>> open(Site site) {
    return store.all(site);
  }

  /**
   * Looks whether comments of some articles may be moved, since no job is at them.
   *
   * @param but the entry of a job that does not matter, or empty
   * @return how many jobs that move comments were begun so far, for {@link ThreadUnions.Plan};
   *     empty when one is at these articles
   */
  Future<Optional<Long>> free(Site site, Set<String> articles, String but) {
    return store
        .passages(site)
        .compose(
            before ->
                moves(site, articles, but)
                    .map(moves -> moves ? Optional.empty() : Optional.of(before)));
  }

  private Future<Boolean> moves(Site site, Set<String> articles, String but) {
    return store
        .all(site)
        .compose(
            all ->
                Future.all(
                    all.keySet().stream()
                        .filter(id -> !id.equals(but))
                        .map(id -> journal.find(site, id))
                        .toList()))
        .map(
            all ->
                all.<Optional<Entry>>list().stream()
                    .flatMap(Optional::stream)
                    .filter(entry -> entry.note().kind().equals(ArticleMoves.ACTION))
                    .map(entry -> MoveStep.of(entry.note().detail()))
                    .flatMap(step -> Stream.of(step.article(), step.joins(), step.parts()))
                    .anyMatch(articles::contains));
  }

  /** Goes on with a job until its end, or until there is nothing to do for now. */
  Future<Void> carryOut(Site site, String id) {
    return journal
        .find(site, id)
        .compose(
            found -> {
              var kind = found.map(entry -> kinds.get(entry.note().kind())).orElse(null);
              if (kind == null) {
                return Future.succeededFuture();
              }
              Promise<Void> ended = Promise.promise();
              goOn(site, id, kind.run(site, found.get()), ended);
              return ended.future();
            });
  }

  /** Part after part; futures of one after the other would be as many as there are parts. */
  private void goOn(Site site, String id, Run run, Promise<Void> ended) {
    store
        .of(site, id)
        .compose(now -> now.map(run::part).orElseGet(() -> Future.succeededFuture(false)))
        .onFailure(ended::fail)
        .onSuccess(
            more -> {
              if (more) {
                vertx.setTimer(PAUSE_MS, turn -> goOn(site, id, run, ended));
              } else {
                ended.complete();
              }
            });
  }
}
