package dev.afterword.view;

import java.util.Locale;

/**
 * What became of a hit.
 *
 * @param views the article's views, this one included if it counted
 * @param outcome whether it counted, and if not, why
 */
record Recorded(long views, Outcome outcome) {
  /** The same with another outcome. */
  Recorded with(Outcome other) {
    return new Recorded(views, other);
  }

  /** Whether a hit counted, and if not, the first of these reasons. */
  enum Outcome {
    /** It did. */
    COUNTED,
    /** Staff asked not to be counted. */
    STAFF,
    /** Nobody has looked at it yet. */
    PREFETCH,
    /** No person has. */
    BOT,
    /** Too much from one network, or the article may not come into being. */
    LIMIT,
    /** The same visitor was counted inside the window. */
    REPEAT,
    /** Between us: nobody has seen the article, and this hit was not to be the first. */
    UNSEEN,
    /** Between us: the salts of its visitor are of a day that is over. */
    STALE,
    /** Between us: the article has another key. */
    MOVED;

    /** Whether nobody else is told of it: nothing was done, and something has to be. */
    boolean isBetweenUs() {
      return this == UNSEEN || this == STALE || this == MOVED;
    }

    /** The word of the API. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
