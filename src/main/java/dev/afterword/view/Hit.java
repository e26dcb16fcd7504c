package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import org.jspecify.annotations.Nullable;

/**
 * Somebody opened an article.
 *
 * @param article which one
 * @param day whose salt the visitor is hashed with, in days since 1970
 * @param visitor who, as a keyed digest that leads back to nobody
 * @param before the same with the salt of the day before, while windows of that day may be open
 * @param title what the page calls itself, empty when it did not say
 * @param url where the page says it lies, empty when it did not say
 * @param windowMs how long the same visitor counts once, in milliseconds
 * @param mayCreate whether the article may come into being with it
 */
record Hit(
    ArticleRef article,
    long day,
    String visitor,
    @Nullable String before,
    String title,
    String url,
    long windowMs,
    boolean mayCreate) {
  /** The same, which may bring its article into being. */
  Hit creating() {
    return new Hit(article, day, visitor, before, title, url, windowMs, true);
  }
}
