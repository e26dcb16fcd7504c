package dev.afterword.identity;

import dev.afterword.http.Digest;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Duration;
import java.util.Optional;

/** Keeps sessions under their site's home: a digest of the cookie, and one of the token behind. */
public final class SessionStore {
  private final RedisLink link;

  /** Kept through a link. */
  public SessionStore(RedisLink link) {
    this.link = link;
  }

  /** Keeps a session for a while. */
  Future<Void> begin(Site site, String value, String tokenDigest, Duration lasts) {
    return link.send(
            Request.cmd(Command.SET)
                .arg(key(site, value))
                .arg(tokenDigest)
                .arg("PX")
                .arg(lasts.toMillis()))
        .mapEmpty();
  }

  /** The digest of the token behind a session; empty when the session is over. */
  Future<Optional<String>> find(Site site, String value) {
    return link.send(Request.cmd(Command.GET).arg(key(site, value)))
        .map(found -> Optional.ofNullable(found).map(Object::toString));
  }

  /** Ends a session. */
  Future<Void> end(Site site, String value) {
    return link.send(Request.cmd(Command.DEL).arg(key(site, value))).mapEmpty();
  }

  private static String key(Site site, String value) {
    return '{' + site.name() + "}:session:" + Digest.of(value, 43);
  }
}
