package dev.afterword.identity;

import dev.afterword.http.Digest;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Role;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Keeps staff. Only a digest of each token is kept: a token has 256 random bits, so nothing is
 * gained by a slow one.
 */
public final class StaffStore {
  private static final String PREFIX = "aw_";
  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  /** Staff of all sites. */
  static final String EVERYWHERE = "{afterword}:staff";

  private final RedisLink link;

  /** Kept through a link. */
  public StaffStore(RedisLink link) {
    this.link = link;
  }

  /** A new token, which nobody has yet. */
  public static String newToken() {
    return PREFIX + random(32);
  }

  /** Whether a token has a staff token's form. */
  static boolean isStaffToken(String token) {
    return token.startsWith(PREFIX);
  }

  /** Makes somebody staff of one site, known by a token from then on. */
  public Future<Void> add(String site, String token, String name, Role role) {
    return put(home(site), token, name, role);
  }

  /** Makes somebody owner of all sites, known by a token from then on. */
  public Future<Void> addEverywhere(String token, String name) {
    return put(EVERYWHERE, token, name, Role.OWNER);
  }

  /** Whose token it is on a site; empty when nobody's. */
  Future<Optional<Known>> of(Site site, String token) {
    var digest = digest(token);
    return find(home(site.name()), digest)
        .compose(
            found -> found.isPresent() ? Future.succeededFuture(found) : find(EVERYWHERE, digest));
  }

  private Future<Optional<Known>> find(String key, String digest) {
    return link.send(Request.cmd(Command.HGET).arg(key).arg(digest))
        .map(
            found -> {
              if (found == null) {
                return Optional.empty();
              }
              var json = new JsonObject(found.toString());
              return Optional.of(
                  new Caller.Staff(
                      json.getString("id"),
                      json.getString("name"),
                      Role.valueOf(json.getString("role").toUpperCase(Locale.ROOT))));
            });
  }

  private Future<Void> put(String key, String token, String name, Role role) {
    var json = new JsonObject().put("id", "s" + random(9)).put("name", name);
    json.put("role", role.word());
    return link.send(Request.cmd(Command.HSETNX).arg(key).arg(digest(token)).arg(json.encode()))
        .mapEmpty();
  }

  /** The staff of one site. */
  static String home(String site) {
    return '{' + site + "}:staff";
  }

  private static String random(int bytes) {
    var raw = new byte[bytes];
    new SecureRandom().nextBytes(raw);
    return TEXT.encodeToString(raw);
  }

  private static String digest(String token) {
    return Digest.of(token, 43);
  }
}
