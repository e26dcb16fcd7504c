package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Finder.Found;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The latest visible comments, of an article from its list of all, of a site from what each bucket
 * knows of its own. Confined to one event loop.
 */
final class LatestStore {
  /** The most that are asked for. */
  static final int MOST = 100;

  /** How far an article is looked back on. */
  private static final int MOST_LOOKED_AT = 1_000;

  private final RedisLink link;
  private final CommentStore comments;
  private final ArticleStore articles;

  LatestStore(RedisLink link, CommentStore comments, ArticleStore articles) {
    this.link = link;
    this.comments = comments;
    this.articles = articles;
  }

  /**
   * The latest of an article, the newest first. Many may wait or have been refused: it looks back
   * past them, but not for ever.
   */
  Future<List<Found>> of(Article article, int most) {
    return of(article, most, -1, List.of());
  }

  private Future<List<Found>> of(Article article, int most, int last, List<Found> before) {
    var ref = article.ref();
    return link.send(Request.cmd(Command.LRANGE).arg(ref.at("l")).arg(last - MOST + 1).arg(last))
        .compose(
            members ->
                comments
                    .many(ref, texts(members).stream().map(ref.id()::concat).toList())
                    .compose(
                        read -> {
                          var found = newest(List.of(before, found(article, read)), most);
                          boolean more = read.size() == MOST && last > -MOST_LOOKED_AT;
                          return more && found.size() < most
                              ? of(article, most, last - MOST, found)
                              : Future.succeededFuture(found);
                        }));
  }

  /** The latest of a site, the newest first. */
  Future<List<Found>> of(Site site, int most) {
    var buckets = new ArrayList<Future<List<String>>>();
    for (int bucket = 0; bucket < site.buckets(); bucket++) {
      var key = CommentKeys.latest(site.name(), bucket);
      buckets.add(
          link.send(Request.cmd(Command.ZRANGE).arg(key).arg(0).arg(most - 1).arg("REV"))
              .map(LatestStore::texts));
    }
    return Future.all(buckets)
        .compose(
            all -> {
              var byArticle = new LinkedHashMap<Long, List<String>>();
              all.<List<String>>list()
                  .forEach(
                      ids ->
                          ids.forEach(
                              id ->
                                  byArticle
                                      .computeIfAbsent(
                                          new CommentId(id).article(), first -> new ArrayList<>())
                                      .add(id)));
              var reading = new ArrayList<Future<List<Found>>>();
              byArticle.values().forEach(ids -> reading.add(some(site, ids)));
              return Future.all(reading);
            })
        .map(all -> newest(all.list(), most));
  }

  private Future<List<Found>> some(Site site, List<String> ids) {
    return comments
        .articleOf(site, new CommentId(ids.get(0)))
        .compose(ref -> ref.isEmpty() ? Future.succeededFuture(List.of()) : some(ref.get(), ids));
  }

  private Future<List<Found>> some(ArticleRef ref, List<String> ids) {
    return Future.all(articles.read(ref), comments.many(ref, ids))
        .map(both -> found(both.resultAt(0), both.resultAt(1)));
  }

  private static List<Found> found(Article article, List<Comment> comments) {
    return article.state() == Article.State.CLOSED
        ? List.of()
        : comments.stream()
            .filter(Comment::isVisible)
            .map(comment -> new Found(article, Shown.alone(comment)))
            .toList();
  }

  private static List<Found> newest(List<List<Found>> found, int most) {
    var order =
        Comparator.<Found, Instant>comparing(each -> each.comment().created())
            .thenComparing(each -> each.comment().id());
    return found.stream().flatMap(List::stream).sorted(order.reversed()).limit(most).toList();
  }

  private static List<String> texts(@Nullable Response reply) {
    var texts = new ArrayList<String>();
    Optional.ofNullable(reply).ifPresent(all -> all.forEach(each -> texts.add(each.toString())));
    return texts;
  }
}
