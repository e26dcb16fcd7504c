package dev.afterword.widget;

import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Optional;

/**
 * The scripts for writing that pages ask for after they were loaded: those of earlier versions of
 * the server too, and of later ones while processes are replaced one by one.
 */
final class ScriptStore {
  /** Counted from the start of a process, which may run for long before its pages need this. */
  private static final Duration KEPT = Duration.ofDays(400);

  private final RedisLink link;

  ScriptStore(RedisLink link) {
    this.link = link;
  }

  /** Keeps a script by its hash for 400 days. */
  Future<Void> keep(String hash, Buffer script) {
    return link.send(
            Request.cmd(Command.SET).arg(key(hash)).arg(script).arg("EX").arg(KEPT.toSeconds()))
        .mapEmpty();
  }

  /**
   * A script that has this hash, if it is kept. Whoever could write to the store chose no other.
   */
  Future<Optional<Buffer>> find(String hash) {
    return link.send(Request.cmd(Command.GET).arg(key(hash)))
        .map(
            found ->
                Optional.ofNullable(found)
                    .map(response -> response.toBuffer())
                    .filter(script -> ScriptRoutes.hash(script).equals(hash)));
  }

  private static String key(String hash) {
    return "{afterword}:script:" + hash;
  }
}
