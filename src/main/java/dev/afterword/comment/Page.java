package dev.afterword.comment;

import dev.afterword.article.Article;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a thread, all of it as it was at one version of the article.
 *
 * @param article at that version
 * @param total how long the list is that the page is of
 * @param comments in the order that was asked for
 * @param next where the next page begins; {@code null} on the last one
 */
record Page(Article article, long total, List<Shown> comments, @Nullable Cursor next) {}
