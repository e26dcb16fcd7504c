package dev.afterword.live;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.Position;
import io.vertx.core.json.JsonObject;

/** Live messages that live itself knows, as clients get them. */
final class Messages {
  static final Frame DEGRADED = frame(new JsonObject().put("type", "degraded"));
  static final Frame RESTORED = frame(new JsonObject().put("type", "restored"));

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

  static String moved(ArticleRef article, ArticleRef to) {
    return named("moved", article).put("to", to.key().value()).encode();
  }

  static Frame views(ArticleRef article, long views) {
    return frame(named("views", article).put("views", views));
  }

  static Frame readers(ArticleRef article, int readers) {
    return frame(named("readers", article).put("readers", readers));
  }

  static Frame auth(JsonObject author) {
    return frame(new JsonObject().put("type", "auth").put("author", author));
  }

  /** Without its article, which whoever tells it puts in. */
  static JsonObject typing(JsonObject author) {
    return new JsonObject().put("type", "typing").put("author", author);
  }

  private static Frame frame(JsonObject message) {
    return Frame.of(message.encode());
  }

  private static JsonObject named(String type, ArticleRef article) {
    return new JsonObject().put("type", type).put("article", article.key().value());
  }
}
