package dev.afterword.moderation;

import dev.afterword.article.AliasStore;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.live.Streams;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.List;

/**
 * Keeps which key an article has and which others lead to it. Each step may be done again. Confined
 * to one event loop.
 */
final class ArticleMoveStore {
  private static final Script ALIAS = Script.of(ArticleMoveStore.class, "alias.lua");
  private static final Script RENAME = Script.of(ArticleMoveStore.class, "rename.lua");

  private final RedisLink link;

  ArticleMoveStore(RedisLink link) {
    this.link = link;
  }

  /** What a key means. */
  enum Meaning {
    /** Nothing yet. */
    NOTHING,
    /** The article in question. */
    THIS,
    /** Another article. */
    ANOTHER
  }

  /**
   * What a key means.
   *
   * @param own what it makes at first sight
   * @param article the article in question
   */
  Future<Meaning> meaning(ArticleRef own, ArticleRef article) {
    return meaning(own, article, AliasStore.MOST_STEPS);
  }

  private Future<Meaning> meaning(ArticleRef own, ArticleRef article, int steps) {
    if (own.equals(article)) {
      return Future.succeededFuture(Meaning.THIS);
    }
    return link.send(Request.cmd(Command.HMGET).arg(own.at("a")).arg("k").arg("z"))
        .compose(
            fields -> {
              if (fields == null || fields.get(0) == null) {
                return Future.succeededFuture(Meaning.NOTHING);
              }
              var leads = fields.get(1);
              return leads == null || steps == 0
                  ? Future.succeededFuture(Meaning.ANOTHER)
                  : meaning(AliasStore.place(own.site(), leads.toString()), article, steps - 1);
            });
  }

  /** Has a key that means nothing lead to an article; false when it means something by now. */
  Future<Boolean> lead(ArticleRef own, ArticleRef article) {
    return alias(own, article, "set");
  }

  /** Has a key that leads to an article mean nothing. */
  Future<Void> free(ArticleRef own, ArticleRef article) {
    return alias(own, article, "free").mapEmpty();
  }

  private Future<Boolean> alias(ArticleRef own, ArticleRef article, String what) {
    return ALIAS
        .run(
            link,
            List.of(own.at("z"), own.at("a")),
            List.of(place(article), what, own.channel(), own.id()))
        .map(reply -> reply.toString().equals("done"));
  }

  private static String place(ArticleRef article) {
    return article.id() + ' ' + article.bucket();
  }

  /**
   * Gives an article another key.
   *
   * @param article with the key that it has
   * @param urls the one that it has with that key, and the one it gets with the other; empty for
   *     none
   * @return false when it has a third by now
   */
  Future<Boolean> rename(ArticleRef article, ArticleKey to, List<String> urls) {
    return RENAME
        .run(
            link,
            List.of(article.at("z"), article.at("a"), Streams.key(article)),
            List.of(
                article.key().value(),
                to.value(),
                article.id(),
                article.channel(),
                Streams.LONGEST,
                urls.get(0),
                urls.get(1)))
        .map(reply -> reply.toString().equals("done"));
  }
}
