package dev.afterword.article;

import java.util.Optional;

/**
 * A place in an article's numbered events, written {@code EPOCH:REV}.
 *
 * <p>Revisions are dense within one epoch; positions of different epochs cannot be compared,
 * because the store has begun another history.
 *
 * @param epoch 1 to 32 of {@code A-Z a-z 0-9}
 * @param revision 0 (nothing happened yet) to 2^53 - 1, the integers a browser counts exactly
 */
public record Position(String epoch, long revision) {
  /** The last revision that there can be. */
  public static final long MAX_REVISION = (1L << 53) - 1;

  private static final int MAX_EPOCH = 32;

  /** Refuses, with an {@link IllegalArgumentException}, what could not be read back. */
  public Position {
    if (!isEpoch(epoch) || revision < 0 || revision > MAX_REVISION) {
      throw new IllegalArgumentException("A position is EPOCH:REV, and a revision below 2^53.");
    }
  }

  /** Reads what {@link #toString} wrote, in that one spelling; anything else is empty. */
  public static Optional<Position> parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0 || !isEpoch(text.substring(0, colon)) || !isDecimal(text, colon + 1)) {
      return Optional.empty();
    }
    long revision = Long.parseLong(text, colon + 1, text.length(), 10);
    return revision > MAX_REVISION
        ? Optional.empty()
        : Optional.of(new Position(text.substring(0, colon), revision));
  }

  @Override
  public String toString() {
    return epoch + ':' + revision;
  }

  private static boolean isEpoch(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')) {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= MAX_EPOCH;
  }

  /** Knows 1 to 16 digits, enough for 2^53, without a leading zero. */
  private static boolean isDecimal(String text, int start) {
    int digits = text.length() - start;
    if (digits < 1 || digits > 16 || (digits > 1 && text.charAt(start) == '0')) {
      return false;
    }
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
