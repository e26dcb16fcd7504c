package dev.afterword.article;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Articles were asked for by keys that they do not bear, or not any more. Nothing was done; {@link
 * AliasStore#follow} finds out what the keys mean now, and then they can be asked for again.
 */
public final class ArticleMovedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient List<ArticleRef> asked;
  private final transient @Nullable ArticleRef place;

  /**
   * @param asked as it was asked for
   */
  public ArticleMovedException(ArticleRef asked) {
    this(asked, null);
  }

  /** Several at once. */
  ArticleMovedException(List<ArticleRef> asked) {
    super(asked + " have moved", null, false, false);
    this.asked = List.copyOf(asked);
    this.place = null;
  }

  /**
   * @param asked as it was asked for
   * @param place where it lives, when that was told; perhaps without its key
   */
  ArticleMovedException(ArticleRef asked, @Nullable ArticleRef place) {
    super(asked + " has moved", null, false, false);
    this.asked = List.of(asked);
    this.place = place;
  }

  /** As they were asked for. */
  public List<ArticleRef> asked() {
    return asked;
  }

  /** Where the one lives, when that was told; perhaps without its key. */
  public @Nullable ArticleRef place() {
    return place;
  }
}
