package dev.afterword.article;

/**
 * Says that a value cannot name an article; the message is a sentence for people and may be shown
 * to the caller as it is.
 */
public final class InvalidArticleKeyException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  InvalidArticleKeyException(String message) {
    super(message);
  }
}
