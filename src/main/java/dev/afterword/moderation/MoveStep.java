package dev.afterword.moderation;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Site;
import dev.afterword.moderation.ArticleMoveStore.Meaning;
import io.vertx.core.json.JsonObject;

/**
 * What is done to an article, as the journal keeps it.
 *
 * @param article its id
 * @param leads whether {@code to} meant nothing before, and leads to the article from then on
 * @param frees whether {@code from} leads to the article, and means nothing from then on
 * @param joins the id of the article that gives way to it, or empty
 * @param parts the id of the article that gave way to it and does no longer, or empty
 * @param before the url that it has with the key {@code from}, or empty
 * @param after the url that it has with the key {@code to}, or empty
 */
record MoveStep(
    String article,
    String from,
    String to,
    boolean leads,
    boolean frees,
    String joins,
    String parts,
    String before,
    String after) {
  static MoveStep of(JsonObject json) {
    return new MoveStep(
        json.getString("article"),
        json.getString("from"),
        json.getString("to"),
        json.getBoolean("leads"),
        json.getBoolean("frees"),
        json.getString("joins", ""),
        json.getString("parts", ""),
        json.getString("before"),
        json.getString("after"));
  }

  JsonObject json() {
    return new JsonObject()
        .put("article", article)
        .put("from", from)
        .put("to", to)
        .put("leads", leads)
        .put("frees", frees)
        .put("joins", joins)
        .put("parts", parts)
        .put("before", before)
        .put("after", after);
  }

  /**
   * The way back.
   *
   * @param meaning of {@code from}, which may have come to mean nothing by another way
   */
  MoveStep back(Meaning meaning) {
    boolean free = meaning == Meaning.NOTHING;
    return new MoveStep(article, to, from, free, leads, parts, joins, after, before);
  }

  /** The article by the key that it has before. */
  ArticleRef ref(Site site) {
    return place(site, article).called(new ArticleKey(from));
  }

  /** The one that gives way, or did so: only where {@link #joins} or {@link #parts} is one. */
  ArticleRef other(Site site) {
    return place(site, joins.isEmpty() ? parts : joins);
  }

  /** The article, by its number. */
  ArticleRef place(Site site) {
    return place(site, article);
  }

  private static ArticleRef place(Site site, String id) {
    long number = ArticleRef.numberOf(id).orElseThrow();
    return ArticleRef.numbered(site.name(), ArticleRef.bucketOf(number, site.buckets()), id);
  }
}
