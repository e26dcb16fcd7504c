package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.identity.Caller;
import dev.afterword.identity.Site;
import org.jspecify.annotations.Nullable;

/**
 * A comment that somebody would like to post, checked for form.
 *
 * @param site whose
 * @param article on which
 * @param asked what the key that it was named by makes at first sight; another one, when that has
 *     come to lead to the article
 * @param text 1–10,000 code points
 * @param parent what it replies to
 * @param name the guest's name; {@code null} beside a token
 * @param email the guest's, or empty
 * @param caller who asks
 * @param network the network it comes from, as limits know it
 * @param form what its form tells of how it was filled in
 * @param key what makes a retry a retry: the client's Idempotency-Key, or {@code null}
 */
record Draft(
    Site site,
    ArticleRef article,
    ArticleRef asked,
    String text,
    @Nullable CommentId parent,
    @Nullable String name,
    String email,
    Caller caller,
    String network,
    Submission.Form form,
    @Nullable String key) {}
