package dev.afterword.bench;

import dev.afterword.article.ArticleRef;

/** A thread that was written into the store: its comments are named by their numbers, from 0 on. */
record Planted(ArticleRef article, Tree tree) {
  private static final long BITS = (1L << 40) - 1;

  /** Odd, so that no two numbers come to the same; and they come to lie far apart. */
  private static final long SPREAD = 0xB97F4A7C15L;

  String id(int comment) {
    return article.id() + member(comment);
  }

  /** What tells a comment from others: 40 bits, as the server has them. */
  static String member(int comment) {
    var digits = Long.toString((comment + 1) * SPREAD & BITS, 32);
    return "0".repeat(8 - digits.length()) + digits;
  }

  /** The place of a comment in the order of creation. */
  static long sequence(int comment) {
    return comment + 1L;
  }
}
