package dev.afterword.live;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import io.vertx.core.json.JsonObject;

/** Live messages that live itself knows, as clients get them. */
final class Messages {
  static final String DEGRADED = new JsonObject().put("type", "degraded").encode();
  static final String RESTORED = new JsonObject().put("type", "restored").encode();

  private Messages() {}

  static String hello(Article article, String requested, Position position, int readers) {
    return new JsonObject()
        .put("type", "hello")
        .put("article", article.ref().key().value())
        .put("requested", requested)
        .put("position", position.toString())
        .put("version", article.version())
        .put("views", article.views())
        .put("comments", article.comments())
        .put("readers", readers)
        .encode();
  }

  static String reset(ArticleRef article, Position position) {
    return named("reset", article).put("position", position.toString()).encode();
  }

  static String views(ArticleRef article, long views) {
    return named("views", article).put("views", views).encode();
  }

  static String readers(ArticleRef article, int readers) {
    return named("readers", article).put("readers", readers).encode();
  }

  private static JsonObject named(String type, ArticleRef article) {
    return new JsonObject().put("type", type).put("article", article.key().value());
  }
}
