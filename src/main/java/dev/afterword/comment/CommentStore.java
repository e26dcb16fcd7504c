package dev.afterword.comment;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads comments by their ids, and what is known beside them: who takes part, what was decided, on
 * which article. Confined to one event loop.
 */
final class CommentStore {
  private final RedisLink link;

  CommentStore(RedisLink link) {
    this.link = link;
  }

  /** For each name that somebody in the thread has, a comment of theirs. */
  Future<Map<String, String>> people(ArticleRef article, Set<String> names) {
    if (names.isEmpty()) {
      return Future.succeededFuture(Map.of());
    }
    var request = Request.cmd(Command.HMGET).arg(CommentKeys.participants(article));
    names.forEach(request::arg);
    return link.send(request)
        .map(
            reply -> {
              var people = new HashMap<String, String>();
              int i = 0;
              for (var name : names) {
                var member = reply == null ? null : reply.get(i++);
                if (member != null) {
                  people.put(name, article.id() + member);
                }
              }
              return people;
            });
  }

  /** One comment, whatever its state; empty when it is not there. */
  Future<Optional<Comment>> one(ArticleRef article, CommentId id) {
    return many(article, List.of(id.value())).map(found -> found.stream().findFirst());
  }

  /** Comments by id, in order; those that are not there are left out. */
  Future<List<Comment>> many(ArticleRef article, List<String> ids) {
    if (ids.isEmpty()) {
      return Future.succeededFuture(List.of());
    }
    var request = Request.cmd(Command.MGET);
    ids.forEach(id -> request.arg(CommentKeys.comment(article, id)));
    return link.send(request)
        .map(
            reply -> {
              var comments = new ArrayList<Comment>();
              for (int i = 0; reply != null && i < ids.size(); i++) {
                if (reply.get(i) != null) {
                  comments.add(Comment.unpack(ids.get(i), reply.get(i).toString()));
                }
              }
              return comments;
            });
  }

  /** Comments of several articles by id, in one go; those that are not there are left out. */
  Future<Map<String, Comment>> each(Map<String, ArticleRef> wanted) {
    var ids = List.copyOf(wanted.keySet());
    var requests = new ArrayList<Request>();
    wanted.forEach(
        (id, article) ->
            requests.add(Request.cmd(Command.GET).arg(CommentKeys.comment(article, id))));
    return link.sendAll(requests)
        .map(
            replies -> {
              var found = new LinkedHashMap<String, Comment>();
              for (int i = 0; i < ids.size(); i++) {
                var packed = replies.get(i);
                if (packed != null) {
                  found.put(ids.get(i), Comment.unpack(ids.get(i), packed.toString()));
                }
              }
              return found;
            });
  }

  /**
   * Of some comments of one author on an article those that were written last, the latest first;
   * all of them as they are when they are no more than that.
   */
  Future<List<String>> latest(ArticleRef article, String author, List<String> ids, int most) {
    if (ids.size() <= most) {
      return Future.succeededFuture(ids);
    }
    var request = Request.cmd(Command.ZMSCORE);
    request.arg(CommentKeys.written(article.site(), article.bucket(), author));
    ids.forEach(request::arg);
    return link.send(request)
        .map(
            reply -> {
              var created = new HashMap<String, Double>();
              for (int i = 0; i < ids.size(); i++) {
                var score = reply == null ? null : reply.get(i);
                created.put(ids.get(i), score == null ? 0.0 : score.toDouble());
              }
              return ids.stream()
                  .sorted(Comparator.<String, Double>comparing(created::get).reversed())
                  .limit(most)
                  .toList();
            });
  }

  /** What was decided about comments of several articles, in one go. */
  Future<Map<String, History>> histories(Map<String, ArticleRef> wanted) {
    var ids = List.copyOf(wanted.keySet());
    var requests = new ArrayList<Request>();
    wanted.forEach(
        (id, article) -> {
          var request = Request.cmd(Command.HMGET).arg(History.key(article, id));
          History.FIELDS.forEach(request::arg);
          requests.add(request);
        });
    return link.sendAll(requests)
        .map(
            replies -> {
              var found = new HashMap<String, History>();
              for (int i = 0; i < ids.size(); i++) {
                var fields = replies.get(i);
                var texts = new ArrayList<@Nullable String>();
                fields.forEach(field -> texts.add(field == null ? null : field.toString()));
                found.put(ids.get(i), History.of(texts));
              }
              return found;
            });
  }

  /** Articles of which only the numbers are known, with their keys, in one go. */
  Future<List<ArticleRef>> named(Set<ArticleRef> numbered) {
    var asked = List.copyOf(numbered);
    var requests = new ArrayList<Request>();
    asked.forEach(ref -> requests.add(Request.cmd(Command.HGET).arg(ref.at("a")).arg("k")));
    return link.sendAll(requests)
        .map(
            keys -> {
              var named = new ArrayList<ArticleRef>();
              for (int i = 0; i < asked.size(); i++) {
                var key = keys.get(i);
                var ref = asked.get(i);
                if (key != null && !key.toString().isEmpty()) {
                  named.add(ref.called(new ArticleKey(key.toString())));
                }
              }
              return named;
            });
  }

  /** The article that a comment's id points to; empty when nothing was ever kept there. */
  Future<Optional<ArticleRef>> articleOf(Site site, CommentId id) {
    int bucket = ArticleRef.bucketOf(id.article(), site.buckets());
    var key = ArticleRef.tag(site.name(), bucket) + ":a:" + ArticleRef.id(id.article());
    return link.send(Request.cmd(Command.HGET).arg(key).arg("k"))
        .map(
            found ->
                found == null || found.toString().isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        new ArticleRef(
                            site.name(), new ArticleKey(found.toString()), id.article(), bucket)));
  }
}
