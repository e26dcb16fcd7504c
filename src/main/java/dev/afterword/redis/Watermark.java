package dev.afterword.redis;

import dev.afterword.redis.StoreException.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when the store is nearly full, so that nothing is added while there is still room for what
 * makes room: deletions and moderation. A disk must never fill up: a Redis that cannot write its
 * log ends, or refuses every write.
 *
 * <p>It looks once a second, on the event loop that started it; the question may be asked by any
 * thread and costs nothing.
 */
public final class Watermark {
  private static final Logger LOG = LoggerFactory.getLogger(Watermark.class);
  private static final long PAUSE_MS = 1_000;

  /** The mark, as a share of the memory that Redis may use. */
  private static final double MEMORY = 0.9;

  /** The mark: this much of the disk is left, or this share of a small one. */
  private static final long DISK_BYTES = 64L * 1024 * 1024;

  private static final double DISK_SHARE = 0.1;

  /** Once reached, the mark has to be left by some way, or answers would flicker. */
  private static final double CALM = 0.95;

  /** What was seen: how full, and of what. */
  private record Sight(double level, String words) {}

  private final @Nullable Path data;
  private volatile double level;
  private volatile boolean reached;
  private boolean looking;

  /**
   * @param data where the store keeps its log, when that is on this machine
   */
  public Watermark(@Nullable Path data) {
    this.data = data;
  }

  /** How full the store is; 1 is at the mark. */
  public double level() {
    return level;
  }

  /** Succeeds while there is room for more; else fails as a full store does. */
  public Future<Void> room() {
    return reached
        ? Future.failedFuture(new StoreException(Kind.FULL, "the store is nearly full"))
        : Future.succeededFuture();
  }

  /** Looks now and from now on, for as long as what runs on this event loop. */
  public Future<Void> watch(Vertx vertx, RedisLink link) {
    vertx.setPeriodic(PAUSE_MS, id -> look(vertx, link));
    return look(vertx, link);
  }

  private Future<Void> look(Vertx vertx, RedisLink link) {
    if (looking) {
      return Future.succeededFuture();
    }
    looking = true;
    return link.sendToEachPrimary(Request.cmd(Command.INFO))
        .compose(infos -> vertx.executeBlocking(() -> fullest(infos), false))
        .onSuccess(this::saw)
        .onFailure(failure -> LOG.debug("The store does not say how full it is", failure))
        .onComplete(done -> looking = false)
        .transform(done -> Future.succeededFuture());
  }

  private Sight fullest(List<@Nullable Response> infos) throws IOException {
    var fullest = new Sight(0, "");
    for (var info : infos) {
      for (var sight : List.of(memory(String.valueOf(info)), disk(String.valueOf(info)))) {
        fullest = sight.level > fullest.level ? sight : fullest;
      }
    }
    return fullest;
  }

  private static Sight memory(String info) {
    long most = number(info, "maxmemory");
    // What is on its way to replicas and to the log does not count, for Redis neither.
    long used = number(info, "used_memory") - number(info, "mem_not_counted_for_evict");
    double level = most == 0 ? 0 : used / (MEMORY * most);
    return new Sight(level, "Redis uses " + mib(used) + " of " + mib(most) + " of memory");
  }

  /**
   * Redis rewrites its log now and then, and the new one lies beside the old one until it is whole:
   * room for it, which is at most what is in memory, is kept until it is used for that.
   */
  private Sight disk(String info) throws IOException {
    if (data == null) {
      return new Sight(0, "");
    }
    var disk = Files.getFileStore(data);
    double kept = Math.min(DISK_BYTES, DISK_SHARE * disk.getTotalSpace());
    if (number(info, "aof_rewrite_in_progress") == 0) {
      kept += number(info, "used_memory");
    }
    long left = disk.getUsableSpace();
    return new Sight(kept / Math.max(1, left), mib(left) + " are left on the disk of " + data);
  }

  private static String mib(long bytes) {
    return bytes / 1024 / 1024 + " MiB";
  }

  private static long number(String info, String name) {
    var line = Pattern.compile("^" + name + ":(\\d+)\\r?$", Pattern.MULTILINE).matcher(info);
    return line.find() ? Long.parseLong(line.group(1)) : 0;
  }

  private void saw(Sight now) {
    level = now.level;
    if (!reached && now.level >= 1) {
      reached = true;
      LOG.warn("The store is nearly full, so no comments are taken: {}", now.words);
    } else if (reached && now.level < CALM) {
      reached = false;
      LOG.warn("The store has room again, so comments are taken");
    }
  }
}
