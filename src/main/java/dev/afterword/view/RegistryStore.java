package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Keeps what staff say of articles. Confined to one event loop. */
final class RegistryStore {
  private static final Script REGISTER = Script.of(RegistryStore.class, "register.lua");

  private final RedisLink link;

  RegistryStore(RedisLink link) {
    this.link = link;
  }

  /**
   * Says something of an article, which comes into being if need be.
   *
   * @param fields by their names in the store; an empty value takes one away
   * @return false when another article has its number
   */
  Future<Boolean> register(ArticleRef article, Map<String, String> fields) {
    var args = new ArrayList<>(List.of(article.key().value(), article.id(), article.channel()));
    fields.forEach(
        (name, value) -> {
          args.add(name);
          args.add(value);
        });
    return REGISTER
        .run(link, List.of(article.at("a")), args)
        .map(reply -> reply.toString().equals("registered"));
  }
}
