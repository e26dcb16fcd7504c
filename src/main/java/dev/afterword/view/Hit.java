package dev.afterword.view;

import dev.afterword.article.ArticleRef;

/**
 * Somebody opened an article.
 *
 * @param article which one
 * @param visitor who, as a keyed digest that leads back to nobody
 * @param title what the page calls itself, empty when it did not say
 * @param url where the page says it lies, empty when it did not say
 * @param windowMs how long the same visitor counts once, in milliseconds
 */
record Hit(ArticleRef article, String visitor, String title, String url, long windowMs) {}
