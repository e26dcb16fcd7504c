package dev.afterword.moderation;

import dev.afterword.comment.ErasureStore;
import dev.afterword.identity.AuthorStore;
import dev.afterword.identity.Site;
import io.vertx.core.Future;

/**
 * Erases authors: who they are first, so that they write nothing more; then what they wrote and
 * left. Confined to one event loop.
 */
final class Erasures {
  private final AuthorStore authors;
  private final ErasureStore threads;

  Erasures(AuthorStore authors, ErasureStore threads) {
    this.authors = authors;
    this.threads = threads;
  }

  /** Begins; from then on it goes on after a restart, too. */
  Future<Void> begin(Site site, String author) {
    return authors.begin(site, author);
  }

  /** Erases what is there now. That may be asked for again when it was broken off. */
  Future<Void> carryOut(Site site, String author) {
    return threads.erase(site, author).compose(erased -> authors.forgetNames(site, author));
  }
}
