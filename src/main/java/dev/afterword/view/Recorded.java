package dev.afterword.view;

/**
 * What became of a hit.
 *
 * @param views the article's views, this one included if it counted
 * @param outcome whether it counted, and if not, why
 */
record Recorded(long views, Outcome outcome) {
  /** Whether a hit counted. */
  enum Outcome {
    /** It did. */
    COUNTED,
    /** The same visitor was counted inside the window. */
    REPEAT,
    /** The article may not come into being. */
    LIMIT
  }
}
