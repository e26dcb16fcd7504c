package dev.afterword.comment;

import dev.afterword.comment.Cursor.Sort;
import org.jspecify.annotations.Nullable;

/**
 * What part of a thread is asked for.
 *
 * @param parent whose replies are listed; {@code null} for an article's roots
 * @param sort the order of the listed comments; see {@link Sort#below} for the replies below them
 * @param limit how many of them, 1–100
 * @param after where to go on; {@code null} for the beginning
 * @param replies how many replies to show below each comment, 0–100
 * @param depth how many levels of replies to show, 0–100
 * @param text whether the source text is wanted too
 */
record ListQuery(
    @Nullable String parent,
    Sort sort,
    int limit,
    @Nullable Cursor after,
    int replies,
    int depth,
    boolean text) {}
