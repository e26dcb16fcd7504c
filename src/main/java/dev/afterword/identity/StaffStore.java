package dev.afterword.identity;

import dev.afterword.http.Digest;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.JournalStore.Decision;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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
  Future<Optional<Staff>> of(Site site, String token) {
    return ofDigest(site, digest(token));
  }

  /** Whose token's digest it is on a site; empty when nobody's. */
  Future<Optional<Staff>> ofDigest(Site site, String digest) {
    return find(home(site.name()), digest)
        .compose(
            found -> found.isPresent() ? Future.succeededFuture(found) : find(EVERYWHERE, digest));
  }

  /** The owner of all sites whose token it is; empty when nobody's. */
  Future<Optional<Staff>> everywhere(String token) {
    return find(EVERYWHERE, digest(token));
  }

  /** Who somebody is on those of some sites that they are staff of, by name. */
  Future<Map<String, Staff>> ofSites(List<String> sites, String token) {
    var digest = digest(token);
    var found = new TreeMap<String, Staff>();
    var asked = new ArrayList<Future<?>>();
    for (var site : sites) {
      asked.add(
          find(home(site), digest)
              .onSuccess(staff -> staff.ifPresent(who -> found.put(site, who))));
    }
    return Future.all(asked).map(all -> found);
  }

  private Future<Optional<Staff>> find(String key, String digest) {
    return link.send(Request.cmd(Command.HGET).arg(key).arg(digest))
        .map(found -> found == null ? Optional.empty() : Optional.of(staff(found.toString())));
  }

  private static Staff staff(String json) {
    var kept = new JsonObject(json);
    return new Staff(
        kept.getString("id"),
        kept.getString("name"),
        Role.valueOf(kept.getString("role").toUpperCase(Locale.ROOT)));
  }

  private Future<Void> put(String key, String token, String name, Role role) {
    var kept = kept(name, role.word()).encode();
    return link.send(Request.cmd(Command.HSETNX).arg(key).arg(digest(token)).arg(kept)).mapEmpty();
  }

  /** What is kept of somebody new. */
  static JsonObject kept(String name, String role) {
    return new JsonObject()
        .put("id", "s" + random(9))
        .put("name", name)
        .put("role", role)
        .put("created", System.currentTimeMillis());
  }

  /** What is kept of the staff of a site alone, by the digests of their tokens. */
  Future<Map<String, String>> kept(Site site) {
    return link.send(Request.cmd(Command.HGETALL).arg(home(site.name())))
        .map(
            fields -> {
              var kept = new TreeMap<String, String>();
              if (fields != null) {
                fields.getKeys().forEach(each -> kept.put(each, fields.get(each).toString()));
              }
              return kept;
            });
  }

  /**
   * What has the staff of a site be others, for an entry of its journal.
   *
   * @param detail by digest what is kept {@code before} and {@code after}; empty for nothing
   */
  static Decision decision(Site site, JsonObject detail) {
    return new Decision(
        home(site.name()),
        texts(detail.getJsonObject("before")),
        texts(detail.getJsonObject("after")));
  }

  private static Map<String, String> texts(JsonObject json) {
    var texts = new TreeMap<String, String>();
    json.fieldNames().forEach(name -> texts.put(name, json.getString(name)));
    return texts;
  }

  /** The staff of one site. */
  static String home(String site) {
    return '{' + site + "}:staff";
  }

  /** So many random bytes, as text for URLs and cookies. */
  static String random(int bytes) {
    var raw = new byte[bytes];
    new SecureRandom().nextBytes(raw);
    return TEXT.encodeToString(raw);
  }

  /** What is kept of a token. */
  static String digest(String token) {
    return Digest.of(token, 43);
  }
}
