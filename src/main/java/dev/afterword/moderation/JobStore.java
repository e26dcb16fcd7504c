package dev.afterword.moderation;

import dev.afterword.identity.JournalStore;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps how far the jobs of a site have come: those that are under way, by their entries of the
 * journal, which begin them. Confined to one event loop.
 */
final class JobStore {
  private static final Script JOB = Script.of(JobStore.class, "job.lua");

  private final RedisLink link;

  JobStore(RedisLink link) {
    this.link = link;
  }

  /**
   * How a job stands.
   *
   * @param again whether it has been through and goes through once more
   * @param done how many it has been through, at most {@code total}
   * @param total how many there are
   * @param after where it goes on; empty at the beginning
   */
  record Progress(boolean again, long done, long total, String after) {
    static Progress begin(long total) {
      return new Progress(false, 0, total, "");
    }

    private static Progress of(String text) {
      var words = text.split(" ", 4);
      return new Progress(
          words[0].equals("2"), Long.parseLong(words[1]), Long.parseLong(words[2]), words[3]);
    }

    /** As it is kept. */
    String text() {
      return (again ? "2 " : "1 ") + done + ' ' + total + ' ' + after;
    }

    /** With so many more behind it. */
    Progress after(int more, String last) {
      return again
          ? new Progress(true, total, total, last)
          : new Progress(false, Math.min(total, done + more), total, last);
    }

    /** Through once. */
    Progress through() {
      return new Progress(true, total, total, "");
    }
  }

  /** How a job stands; empty when it is not under way. */
  Future<Optional<Progress>> of(Site site, String id) {
    return link.send(Request.cmd(Command.HGET).arg(JournalStore.jobs(site)).arg(id))
        .map(reply -> Optional.ofNullable(reply).map(text -> Progress.of(text.toString())));
  }

  /** How many jobs were begun on a site that move comments. */
  Future<Long> passages(Site site) {
    return link.send(Request.cmd(Command.HGET).arg(JournalStore.passages(site)).arg("n"))
        .map(reply -> reply == null ? 0 : reply.toLong());
  }

  /** The jobs that are under way, and how each stands, as it is kept. */
  Future<Map<String, String>> all(Site site) {
    return link.send(Request.cmd(Command.HGETALL).arg(JournalStore.jobs(site)))
        .map(
            reply -> {
              var jobs = new LinkedHashMap<String, String>();
              if (reply != null) {
                reply.getKeys().forEach(id -> jobs.put(id, reply.get(id).toString()));
              }
              return jobs;
            });
  }

  /**
   * Notes how a job stands.
   *
   * @param now {@code null} at its end
   * @return false when it stood elsewhere: another process is at it, or it has ended
   */
  Future<Boolean> note(Site site, String id, Progress before, @Nullable Progress now) {
    var jobs = JournalStore.jobs(site);
    return JOB.run(
            link,
            List.of(jobs + ":z", jobs),
            List.of(id, before.text(), now == null ? "" : now.text()))
        .map(reply -> reply.toString().equals("noted"));
  }
}
