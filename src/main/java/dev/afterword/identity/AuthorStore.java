package dev.afterword.identity;

import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;

/**
 * What a site's home knows of an author, for a copy of it and to erase it. Whoever is being erased
 * is noted there until that is done, so that a restart does not end it. Confined to one event loop.
 */
public final class AuthorStore {
  private static final Script FORGET = Script.of(AuthorStore.class, "forget.lua");

  /** How many members' names are looked at in one call. */
  private static final int LOOK = 1_000;

  private final RedisLink link;

  /** Kept through a link. */
  public AuthorStore(RedisLink link) {
    this.link = link;
  }

  /** Who an author is: {@code id}, {@code kind}, {@code name} and {@code email} where kept. */
  public Future<JsonObject> of(Site site, String author) {
    return link.send(Request.cmd(Command.HMGET).arg(Guests.record(site, author)).arg("n").arg("e"))
        .map(
            reply -> {
              var name = reply == null ? null : reply.get(0);
              var email = reply == null ? null : reply.get(1);
              return new JsonObject()
                  .put("id", author)
                  .put("kind", isGuest(author) ? "guest" : "member")
                  .put("name", name == null ? null : name.toString())
                  .put("email", email == null ? null : email.toString());
            });
  }

  /** Whether an id is a guest's or a member's; of staff there is nothing to ban or to erase. */
  public static boolean isAuthor(String id) {
    return id.matches("[gm][A-Za-z0-9]{16}");
  }

  private static boolean isGuest(String author) {
    return author.startsWith("g");
  }

  /** Notes that an author is being erased, and forgets who it is: a guest's token is void then. */
  public Future<Void> begin(Site site, String author) {
    var keys =
        List.of(
            Guests.record(site, author),
            erasing(site),
            Guests.lastNetwork(site, author),
            Guests.key(site, Limit.AUTHOR_COMMENTS.of(author)),
            Guests.key(site, Limit.AUTHOR_CHANGES.of(author)));
    return FORGET.run(link, keys, List.of(author)).mapEmpty();
  }

  /** Lets a member's names go, which others may have then. */
  public Future<Void> forgetNames(Site site, String author) {
    return isGuest(author) ? Future.succeededFuture() : forgetNames(site, author, "0");
  }

  private Future<Void> forgetNames(Site site, String author, String cursor) {
    var names = NameStore.members(site);
    return link.send(Request.cmd(Command.HSCAN).arg(names).arg(cursor).arg("COUNT").arg(LOOK))
        .compose(
            reply -> {
              if (reply == null) {
                return Future.succeededFuture();
              }
              var found = reply.get(1);
              var theirs = new ArrayList<Request>();
              for (int i = 0; i + 1 < found.size(); i += 2) {
                if (found.get(i + 1).toString().equals(author)) {
                  theirs.add(Request.cmd(Command.HDEL).arg(names).arg(found.get(i).toString()));
                }
              }
              var next = reply.get(0).toString();
              return link.sendAll(theirs)
                  .compose(
                      gone ->
                          next.equals("0")
                              ? Future.succeededFuture()
                              : forgetNames(site, author, next));
            });
  }

  /** Who has been in the process of being erased since a time, or longer. */
  public Future<List<String>> begun(Site site, long before) {
    return link.send(
            Request.cmd(Command.ZRANGE).arg(erasing(site)).arg("-inf").arg(before).arg("BYSCORE"))
        .map(
            reply -> {
              var authors = new ArrayList<String>();
              if (reply != null) {
                reply.forEach(each -> authors.add(each.toString()));
              }
              return authors;
            });
  }

  /** Forgets that an author was erased. */
  public Future<Void> end(Site site, String author) {
    return link.send(Request.cmd(Command.ZREM).arg(erasing(site)).arg(author)).mapEmpty();
  }

  /**
   * Has the store write its log anew; fails while it is at it already, because it may have begun
   * before something went.
   */
  public Future<Void> rewriteLog() {
    return link.send(Request.cmd(Command.BGREWRITEAOF)).mapEmpty();
  }

  private static String erasing(Site site) {
    return '{' + site.name() + "}:erasing";
  }
}
