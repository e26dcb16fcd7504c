package dev.afterword.article;

import java.util.Collection;

/**
 * The name of an article within its site: a key that exists is a valid one.
 *
 * <p>A key is a path and query of the site ({@code /2026/05/rain?page=2}), the normalised URL of a
 * page elsewhere, or an opaque id chosen by the site. It is text and nothing else: compared byte by
 * byte, never opened, never run.
 *
 * @param value 1 to 512 bytes of UTF-8 without control characters and unpaired surrogates
 */
public record ArticleKey(String value) {
  /** The longest value accepted before normalising, in bytes of UTF-8. */
  public static final int MAX_RAW_BYTES = 4096;

  /** The longest key, in bytes of UTF-8. */
  public static final int MAX_BYTES = 512;

  /**
   * Takes a key that is normalised already, as read from the store; what callers send goes through
   * {@link #of}.
   *
   * @throws InvalidArticleKeyException when the value is empty, too long or not clean text
   */
  public ArticleKey {
    if (KeyAlgorithm.bytes(value) > MAX_BYTES || value.isEmpty()) {
      throw new InvalidArticleKeyException("An article key is 1 to 512 bytes after normalising.");
    }
  }

  /**
   * Normalises what a caller sent: a site's own id, a path, or a page's URL. Normalising a key
   * again, with the same origins, changes nothing.
   *
   * @param raw up to 4,096 bytes of UTF-8, already decoded from the query string that carried it
   * @param origins the site's origins, such as {@code https://news.example}; http and https of the
   *     same host and port are the same site, and an origin that cannot be read matches nothing
   * @throws InvalidArticleKeyException when the value cannot name an article
   */
  public static ArticleKey of(String raw, Collection<String> origins) {
    return new ArticleKey(
        KeyAlgorithm.isNormalPath(raw) ? raw : KeyAlgorithm.normalise(raw, origins));
  }

  @Override
  public String toString() {
    return value;
  }
}
