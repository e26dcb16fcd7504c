package dev.afterword.article;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an article.
 *
 * @param ref which one
 * @param title as given at first sight, always shown as text
 * @param url where it is read, if anybody said so
 * @param state what readers may do
 * @param created when it was first seen; {@code null} when it never was
 * @param position how far its stream of events has come
 * @param version grows with every change that a list can show
 * @param views counted views, and the baseline
 * @param baseline of the views: what staff say was counted elsewhere
 * @param visitors the sum of each day's distinct visitors: an estimate, standard error 0.81 %
 * @param comments visible comments
 * @param reactions how often each reaction was left, as a JSON object; {@code null} when none was
 * @param moderation {@code pre} when its comments wait for a moderator, {@code post} when they do
 *     not, {@code null} when that is as the site has it
 */
public record Article(
    ArticleRef ref,
    @Nullable String title,
    @Nullable String url,
    State state,
    @Nullable Instant created,
    Position position,
    long version,
    long views,
    long baseline,
    long visitors,
    long comments,
    @Nullable String reactions,
    @Nullable String moderation) {

  /** The same with another number of views. */
  public Article with(long otherViews) {
    return new Article(
        ref,
        title,
        url,
        state,
        created,
        position,
        version,
        otherViews,
        baseline,
        visitors,
        comments,
        reactions,
        moderation);
  }

  /** What readers may do. */
  public enum State {
    /** Everything. */
    OPEN("open"),
    /** Read: no new comments, edits or votes. */
    READ_ONLY("read-only"),
    /** Nothing: the comments are not shown. */
    CLOSED("closed");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** The word that the API and the store use. */
    public String word() {
      return word;
    }

    /** The state of a word; anything unknown is {@link #OPEN}. */
    public static State of(@Nullable String word) {
      for (var state : values()) {
        if (state.word.equals(word)) {
          return state;
        }
      }
      return OPEN;
    }
  }
}
