package dev.afterword.comment;

import dev.afterword.http.CleanText;
import org.jspecify.annotations.Nullable;

/** Whom a text can mention: the people of its thread. */
@FunctionalInterface
interface Mentions {
  /** For a text that stands in no thread. */
  Mentions NOBODY = name -> null;

  /**
   * The id of a comment by whoever has this name, {@code null} when nobody has it.
   *
   * @param name as {@link CleanText#folded} makes it
   */
  @Nullable String commentOf(String name);
}
