package dev.afterword.article;

import org.jspecify.annotations.Nullable;

/**
 * An article was asked for by a key that it does not bear, or not any more. Nothing was done;
 * {@link AliasStore#follow} finds out what the key means now, and then it can be asked for again.
 */
public final class ArticleMovedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient ArticleRef asked;
  private final transient @Nullable ArticleRef place;

  /**
   * @param asked as it was asked for
   */
  public ArticleMovedException(ArticleRef asked) {
    this(asked, null);
  }

  /**
   * @param asked as it was asked for
   * @param place where it lives, when that was told; perhaps without its key
   */
  ArticleMovedException(ArticleRef asked, @Nullable ArticleRef place) {
    super(asked + " has moved", null, false, false);
    this.asked = asked;
    this.place = place;
  }

  /** As it was asked for. */
  public ArticleRef asked() {
    return asked;
  }

  /** Where it lives, when that was told; perhaps without its key. */
  public @Nullable ArticleRef place() {
    return place;
  }
}
