package dev.afterword.view;

import java.util.Locale;

/**
 * What became of a hit.
 *
 * @param views the article's views, this one included if it counted
 * @param outcome whether it counted, and if not, why
 */
record Recorded(long views, Outcome outcome) {
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
    STALE;

    /** The word of the API. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
