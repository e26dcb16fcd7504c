package dev.afterword.comment;

import java.util.Optional;

/**
 * A place in a list by order of creation. It names a sequence number, not a count, so comments that
 * come and go move nothing.
 *
 * @param sort the order it was made for
 * @param sequence the last one seen
 */
record Cursor(Sort sort, long sequence) {
  /** In which order. */
  enum Sort {
    NEWEST("newest", 'n'),
    OLDEST("oldest", 'o');

    private final String word;
    private final char letter;

    Sort(String word, char letter) {
      this.word = word;
      this.letter = letter;
    }

    /** The order of a word that the API uses. */
    static Optional<Sort> of(String word) {
      for (var sort : values()) {
        if (sort.word.equals(word)) {
          return Optional.of(sort);
        }
      }
      return Optional.empty();
    }

    String word() {
      return word;
    }
  }

  /** The cursor of a text; empty when it is none of this order's. */
  static Optional<Cursor> parse(String text, Sort sort) {
    if (!text.matches("[no][0-9a-v]{1,11}") || text.charAt(0) != sort.letter) {
      return Optional.empty();
    }
    return Optional.of(new Cursor(sort, Long.parseLong(text.substring(1), 32)));
  }

  /** As the API writes it. */
  String text() {
    return sort.letter + Long.toString(sequence, 32);
  }
}
