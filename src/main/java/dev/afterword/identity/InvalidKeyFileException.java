package dev.afterword.identity;

/** A file that holds no key a site could sign its readers' tokens with; its message says why. */
public final class InvalidKeyFileException extends Exception {
  private static final long serialVersionUID = 1L;

  InvalidKeyFileException(String why) {
    super(why);
  }
}
