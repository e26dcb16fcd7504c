package dev.afterword.identity;

import dev.afterword.article.AliasStore;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.JournalStore.Decision;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sites: the settings of each under its home, and the list of all. A new site's buckets are
 * given their epochs here, so that an article that nobody wrote on yet has a position already.
 */
public final class SiteStore {
  private static final Script PUT = Script.of(SiteStore.class, "site_put.lua");
  private static final String ALL = "{afterword}:sites";
  private static final String REMOVED = "{afterword}:removed";

  /** Enough to spread a site over the nodes of a cluster, few enough to ask them all. */
  private static final int BUCKETS = 16;

  /** What readers can leave on an article of a site that says nothing of it. */
  private static final JsonArray REACTIONS =
      JsonArray.of("like", "love", "laugh", "wow", "sad", "angry");

  private final RedisLink link;
  private final Function<String, Set<String>> ownOrigins;
  private final AliasStore aliases;

  /**
   * What is kept of a site.
   *
   * @param version grows with each change
   * @param json the settings
   */
  record Stored(long version, int buckets, JsonObject json, String memberKey) {}

  /**
   * @param ownOrigins this server's own origins for a site's pages
   */
  public SiteStore(RedisLink link, Function<String, Set<String>> ownOrigins) {
    this.link = link;
    this.ownOrigins = ownOrigins;
    this.aliases = new AliasStore(link);
  }

  /** The other keys of articles, which the sites that are read here know. */
  public AliasStore aliases() {
    return aliases;
  }

  /** The site of a name, if there is one. */
  public Future<Optional<Site>> read(String name) {
    return stored(name).map(found -> found.map(stored -> site(name, stored)));
  }

  /** A site's settings as they are kept, if there is such a site. */
  Future<Optional<Stored>> stored(String name) {
    return stored(name, "v");
  }

  private Future<Optional<Stored>> stored(String name, String version) {
    return link.send(
            Request.cmd(Command.HMGET).arg(settings(name)).arg(version).arg("b").arg("j").arg("m"))
        .map(
            fields -> {
              if (text(fields, 0, "").isEmpty()) {
                return Optional.empty();
              }
              return Optional.of(
                  new Stored(
                      fields.get(0).toLong(),
                      fields.get(1).toInteger(),
                      mended(new JsonObject(fields.get(2).toString())),
                      fields.get(3) == null ? "" : fields.get(3).toString()));
            });
  }

  /** Settings that were once merged in Lua have an empty object where a list was empty. */
  private static JsonObject mended(JsonObject json) {
    for (var name : List.copyOf(json.fieldNames())) {
      if (json.getValue(name) instanceof JsonObject object && object.isEmpty()) {
        json.put(name, new JsonArray());
      }
    }
    return json;
  }

  /** All sites, by name. */
  public Future<List<Site>> all() {
    return listed(ALL, "v");
  }

  /**
   * The sites that were removed, by name: what is kept of people there has its time all the same.
   */
  public Future<List<Site>> removed() {
    return listed(REMOVED, "ov");
  }

  private Future<List<Site>> listed(String list, String version) {
    return names(list)
        .compose(
            names -> {
              var reading = new ArrayList<Future<Optional<Site>>>();
              names.forEach(
                  name ->
                      reading.add(
                          stored(name, version)
                              .map(found -> found.map(stored -> site(name, stored)))));
              return Future.all(reading).map(all -> all.<Optional<Site>>list());
            })
        .map(found -> found.stream().flatMap(Optional::stream).toList());
  }

  /** The names of all sites, sorted. */
  public Future<List<String>> names() {
    return names(ALL);
  }

  private Future<List<String>> names(String list) {
    return link.send(Request.cmd(Command.SMEMBERS).arg(list))
        .map(
            members -> {
              var names = new ArrayList<String>();
              if (members != null) {
                members.forEach(each -> names.add(each.toString()));
              }
              names.sort(null);
              return names;
            });
  }

  /**
   * Adds a site. One that was removed comes back with the settings that it had.
   *
   * @param origins of its pages; when there are none, those that it had
   * @param viewWindow of one that is new
   * @param editWindow of one that is new
   * @return false when there is one of that name already, which stays as it is
   */
  public Future<Boolean> add(
      String name, List<String> origins, Duration viewWindow, Duration editWindow) {
    return beginEpochs(name)
        .compose(begun -> link.send(Request.cmd(Command.HGET).arg(settings(name)).arg("j")))
        .map(before -> settings(before, origins, viewWindow, editWindow))
        .compose(json -> put(name, "add", json, ""))
        .map("ok"::equals)
        .compose(added -> list(name).map(added));
  }

  private static JsonObject settings(
      @Nullable Response before, List<String> origins, Duration viewWindow, Duration editWindow) {
    var json =
        before == null
            ? new JsonObject()
                .put("origins", new JsonArray())
                .put("viewWindowMs", viewWindow.toMillis())
                .put("editWindowMs", editWindow.toMillis())
            : mended(new JsonObject(before.toString()));
    return origins.isEmpty() ? json : json.put("origins", new JsonArray(origins));
  }

  /** A site that is about to be. */
  record Beginning(Stored site, Decision decision) {}

  /** What has a site come into being, for an entry of its journal; like {@link #add}. */
  Future<Beginning> beginning(
      String name, List<String> origins, Duration viewWindow, Duration editWindow) {
    var read = Request.cmd(Command.HMGET).arg(settings(name));
    List.of("ov", "b", "m", "j").forEach(read::arg);
    return beginEpochs(name)
        .compose(begun -> link.send(read))
        .map(
            held -> {
              var json = settings(held.get(3), origins, viewWindow, editWindow);
              var before = text(held, 0, "");
              var version = Long.parseLong(text(held, 0, "0")) + 1;
              var buckets = text(held, 1, Integer.toString(BUCKETS));
              var memberKey = text(held, 2, newMemberKey());
              var fields = new HashMap<String, String>();
              fields.put("v", Long.toString(version));
              fields.put("j", json.encode());
              fields.put("b", buckets);
              fields.put("m", memberKey);
              fields.put("ov", "");
              return new Beginning(
                  new Stored(version, Integer.parseInt(buckets), json, memberKey),
                  new Decision(settings(name), Map.of("v", "", "ov", before), fields));
            });
  }

  private static String text(@Nullable Response fields, int which, String otherwise) {
    var field = fields == null ? null : fields.get(which);
    return field == null ? otherwise : field.toString();
  }

  /** Has a site be on the list of all. */
  Future<Void> list(String name) {
    return link.send(Request.cmd(Command.SMOVE).arg(REMOVED).arg(ALL).arg(name))
        .compose(moved -> link.send(Request.cmd(Command.SADD).arg(ALL).arg(name)))
        .mapEmpty();
  }

  /** This server's own origins for a site's pages; of the empty name, for those of none. */
  Set<String> ownOrigins(String site) {
    return ownOrigins.apply(site);
  }

  /**
   * Changes the origins of a site.
   *
   * @return false when there is no such site
   */
  public Future<Boolean> setOrigins(String name, List<String> origins) {
    return change(name, new JsonObject().put("origins", new JsonArray(origins)));
  }

  /**
   * Changes which articles may come into being on a site.
   *
   * @return false when there is no such site
   */
  public Future<Boolean> setArticles(String name, ArticleRule rule) {
    return change(
        name,
        new JsonObject()
            .put("articles", rule.kind().word())
            .put("patterns", String.join("\n", rule.patterns())));
  }

  /**
   * Changes how a site's own readers are known.
   *
   * @param keys what signs their tokens, as {@link KeyFile#stored} writes them; empty for none,
   *     {@code null} to leave them
   * @param issuer whose tokens they are, see {@link SingleSignOn}; {@code null} to leave it
   * @return false when there is no such site
   */
  public Future<Boolean> setSingleSignOn(
      String name, @Nullable String keys, @Nullable String issuer) {
    var json = new JsonObject();
    if (keys != null) {
      json.put("ssoKeys", keys);
    }
    if (issuer != null) {
      json.put("ssoIssuer", issuer);
    }
    return change(name, json);
  }

  /**
   * Takes a site off the list; its data stays, and adding it again brings it back. Only what is
   * kept for a time goes when that is over, see {@link #removed}.
   *
   * @return false when there was no such site
   */
  public Future<Boolean> remove(String name) {
    return link.send(Request.cmd(Command.SMOVE).arg(ALL).arg(REMOVED).arg(name))
        .compose(unlisted -> put(name, "remove", new JsonObject(), ""))
        .map("ok"::equals);
  }

  /** Changes some settings and leaves the others, whoever else is changing them. */
  private Future<Boolean> change(String name, JsonObject changes) {
    return stored(name)
        .compose(
            found -> {
              if (found.isEmpty()) {
                return Future.succeededFuture(false);
              }
              var whole = found.get().json().mergeIn(changes);
              var version = Long.toString(found.get().version());
              return put(name, "set", whole, version)
                  .compose(
                      word ->
                          word.equals("again")
                              ? change(name, changes)
                              : Future.succeededFuture(word.equals("ok")));
            });
  }

  /**
   * What has a site's settings be others, for an entry of its journal.
   *
   * @param now what they are made from
   */
  static Decision decision(String name, Stored now, JsonObject whole) {
    var fields = new HashMap<String, String>();
    fields.put("v", Long.toString(now.version + 1));
    fields.put("j", whole.encode());
    if (now.memberKey.isEmpty()) {
      fields.put("m", newMemberKey());
    }
    return new Decision(settings(name), Map.of("v", Long.toString(now.version)), fields);
  }

  private static String newMemberKey() {
    var memberKey = new byte[24];
    new SecureRandom().nextBytes(memberKey);
    return Base64.getEncoder().encodeToString(memberKey);
  }

  private Future<String> put(String name, String what, JsonObject json, String version) {
    return PUT.run(
            link,
            List.of(settings(name)),
            List.of(what, Integer.toString(BUCKETS), json.encode(), newMemberKey(), version))
        .map(Response::toString);
  }

  private Future<Void> beginEpochs(String name) {
    var random = new SecureRandom();
    var begun = new ArrayList<Future<?>>();
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
      var epoch = Long.toString(random.nextLong() >>> 24, 32);
      begun.add(
          link.send(
              Request.cmd(Command.HSETNX)
                  .arg(ArticleRef.bucketKey(name, bucket))
                  .arg("e")
                  .arg(epoch)));
    }
    return Future.all(begun).mapEmpty();
  }

  /** The site that settings make. */
  Site site(String name, Stored stored) {
    var json = stored.json();
    return new Site(
        name,
        stored.version(),
        stored.buckets(),
        strings(json.getJsonArray("origins", new JsonArray())),
        ownOrigins.apply(name),
        Duration.ofMillis(json.getLong("viewWindowMs")),
        Duration.ofMillis(json.getLong("editWindowMs")),
        articles(json),
        new SingleSignOn(
            json.getString("ssoKeys", ""), json.getString("ssoIssuer", ""), stored.memberKey()),
        strings(json.getJsonArray("reactions", REACTIONS)),
        Rules.of(json),
        aliases);
  }

  private static ArticleRule articles(JsonObject json) {
    return ArticleRule.Kind.of(json.getString("articles", "any"))
        .map(kind -> new ArticleRule(kind, json.getString("patterns", "").lines().toList()))
        .orElse(ArticleRule.ANY);
  }

  private static List<String> strings(JsonArray array) {
    return array.stream().map(String.class::cast).toList();
  }

  private static String settings(String site) {
    return '{' + site + "}:settings";
  }
}
