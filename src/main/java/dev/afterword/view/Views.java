package dev.afterword.view;

import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Keys;
import dev.afterword.identity.Site;
import io.vertx.core.Future;

/**
 * The rules of counting: one visitor, one article, one window. A visitor is a keyed digest of site,
 * network and user agent; no cookie, no stored address.
 */
final class Views {
  private final ViewStore store;
  private final Keys keys;

  Views(ViewStore store, Keys keys) {
    this.store = store;
    this.keys = keys;
  }

  /**
   * Counts an opened page.
   *
   * @param network the visitor's address, or what of it tells visitors apart
   * @param title what the page calls itself, or empty
   * @param url where the page says it lies, or empty
   */
  Future<Recorded> record(
      Site site, ArticleRef article, byte[] network, String agent, String title, String url) {
    var visitor = keys.visitor(site.name(), network, agent);
    return store.count(new Hit(article, visitor, title, url, site.viewWindow().toMillis()));
  }

  /** Whether a visitor's hit would be a repeat; changes nothing. */
  Future<Boolean> isRepeat(Site site, ArticleRef article, byte[] network, String agent) {
    return store.isCounted(article, keys.visitor(site.name(), network, agent));
  }
}
