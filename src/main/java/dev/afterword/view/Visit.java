package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Site;

/**
 * A page says that it was opened.
 *
 * @param address the client's, 4 or 16 bytes
 * @param agent what it calls itself, empty when it does not say
 * @param title what the page calls itself, or empty
 * @param url where the page says it lies, or empty
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, never changed.
record Visit(
    Site site, ArticleRef article, byte[] address, String agent, String title, String url) {}
