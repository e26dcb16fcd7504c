package dev.afterword.bench;

/**
 * How hard a server is asked.
 *
 * @param connections how many are open
 * @param depth how many requests each of them has under way
 */
record Load(int connections, int depth) {
  /** As many readers as wait at the same time on a busy site. */
  static final Load USUAL = new Load(64, 1);

  /** A rush: what the hot paths, views and counts, are made for. */
  static final Load RUSH = new Load(256, 1);

  static final Load PIPELINED = new Load(64, 16);
}
