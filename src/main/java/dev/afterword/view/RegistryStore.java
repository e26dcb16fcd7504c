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

  /** What can be said of an article. */
  enum Field {
    TITLE("t"),
    URL("u"),
    /** What its views are counted from. */
    BASELINE("o");

    private final String name;

    Field(String name) {
      this.name = name;
    }
  }

  RegistryStore(RedisLink link) {
    this.link = link;
  }

  /**
   * Says something of an article, which comes into being if need be.
   *
   * @param fields what is said; an empty value takes it away
   * @return false when another article has its number
   */
  Future<Boolean> register(ArticleRef article, Map<Field, String> fields) {
    var args = new ArrayList<>(List.of(article.key().value(), article.id(), article.channel()));
    fields.forEach(
        (field, value) -> {
          args.add(field.name);
          args.add(value);
        });
    return REGISTER
        .run(link, List.of(article.at("a")), args)
        .map(reply -> reply.toString().equals("registered"));
  }
}
