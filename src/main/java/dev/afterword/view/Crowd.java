package dev.afterword.view;

import dev.afterword.article.ArticleRef;

/**
 * Those who come to an article from nearby: a few hundred at once, then one every few seconds,
 * however many addresses take turns there.
 *
 * @param neighbourhood the first 24 bits of an IPv4 address, or 48 of an IPv6 one
 */
record Crowd(ArticleRef article, long neighbourhood) {
  /** How many at once. */
  static final int BURST = 300;

  /** The pace of each crowd; none unless {@code limited}. */
  static Pace<Crowd> pace(boolean limited) {
    return new Pace<>(limited, BURST, 3_000, 500_000);
  }

  /** The crowd that an address is part of. */
  static Crowd of(ArticleRef article, byte[] address) {
    int bytes = address.length == 4 ? 3 : 6;
    long bits = address.length;
    for (int i = 0; i < bytes; i++) {
      bits = bits << 8 | (address[i] & 0xFF);
    }
    return new Crowd(article, bits);
  }
}
