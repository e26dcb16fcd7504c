package dev.afterword.moderation;

import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleRef;
import dev.afterword.live.Streams;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keeps what staff say of articles. Confined to one event loop. */
final class ArticleChangeStore {
  private static final Script CHANGE = Script.of(ArticleChangeStore.class, "change.lua");

  private final RedisLink link;

  ArticleChangeStore(RedisLink link) {
    this.link = link;
  }

  /**
   * Says something of an article, which comes into being if need be.
   *
   * @param fields what is said, by the names of the API; an empty value takes it away
   * @return fails with an {@link ArticleMovedException} when it has another key
   */
  Future<Void> change(ArticleRef article, Map<String, String> fields) {
    var args =
        new ArrayList<Object>(
            List.of(article.key().value(), article.id(), article.channel(), Streams.LONGEST));
    fields.forEach(
        (name, value) -> {
          args.add(field(name));
          args.add(value);
        });
    return CHANGE
        .run(link, List.of(article.at("z"), article.at("a"), Streams.key(article)), args)
        .map(
            reply -> {
              if (reply.toString().equals("moved")) {
                throw new ArticleMovedException(article);
              }
              return null;
            });
  }

  private static String field(String name) {
    return switch (name) {
      case "title" -> "t";
      case "url" -> "u";
      case "state" -> "s";
      case "moderation" -> "m";
      case "baselineViews" -> "o";
      default -> throw new IllegalArgumentException(name);
    };
  }
}
