package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Site;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/**
 * A page says that it was opened.
 *
 * @param staff whether one of the site's staff says so
 * @param address the client's, 4 or 16 bytes
 * @param headers of the request, by which readers are told from robots
 * @param title what the page calls itself, or empty
 * @param url where the page says it lies, or empty
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, never changed.
record Visit(
    Site site,
    ArticleRef article,
    boolean staff,
    byte[] address,
    MultiMap headers,
    String title,
    String url) {

  /** What the client calls itself, empty when it does not say. */
  String agent() {
    var named = headers.get(HttpHeaders.USER_AGENT);
    return named == null ? "" : named;
  }
}
