package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.QueueStore.Entry;
import dev.afterword.identity.Site;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The articles of a site that have comments, those commented last first. */
public final class ArticleList {
  /** How many articles are looked at for one page. */
  private static final int MOST_LOOKED_AT = 1_000;

  /** How many at once where not every one will be shown. */
  private static final int LOOK = 200;

  private static final Pattern CURSOR = Pattern.compile("a([0-9a-v]{1,11})-([0-9a-v]{12})");

  private final QueueStore queues;
  private final CommentStore store;
  private final ArticleStore articles;

  ArticleList(QueueStore queues, CommentStore store, ArticleStore articles) {
    this.queues = queues;
    this.store = store;
    this.articles = articles;
  }

  /**
   * A page.
   *
   * @param next where to go on, or {@code null} at the end
   */
  public record Page(List<Article> articles, @Nullable String next) {}

  /** Whether a text is a cursor of these pages. */
  public static boolean isCursor(String text) {
    return CURSOR.matcher(text).matches();
  }

  /**
   * Reads a page, which may be shorter than asked for and still go on.
   *
   * @param text that the title or the key contains, whatever its case; or {@code null}
   * @param after where the page before ended, or {@code null}
   */
  public Future<Page> page(Site site, @Nullable String text, int limit, @Nullable String after) {
    var parts = CURSOR.matcher(after == null ? "" : after);
    var from =
        parts.matches() ? new Entry(Long.parseLong(parts.group(1), 32), parts.group(2)) : null;
    return read(site, text, limit, from, new ArrayList<>(), 0);
  }

  private Future<Page> read(
      Site site,
      @Nullable String text,
      int limit,
      @Nullable Entry after,
      List<Article> found,
      int lookedAt) {
    int most = text == null ? limit - found.size() : LOOK;
    return queues
        .articles(site, after, most + 1)
        .compose(
            entries -> {
              boolean more = entries.size() > most;
              var looked = more ? entries.subList(0, most) : entries;
              return articles(site, looked)
                  .compose(
                      read -> {
                        int taken = 0;
                        while (taken < read.size() && found.size() < limit) {
                          var article = read.get(taken++);
                          if (text == null || contains(article, text)) {
                            found.add(article);
                          }
                        }
                        if (taken == read.size() && !more) {
                          return Future.succeededFuture(new Page(found, null));
                        }
                        var last = looked.get(taken - 1);
                        int so = lookedAt + taken;
                        return found.size() == limit || so >= MOST_LOOKED_AT
                            ? Future.succeededFuture(new Page(found, cursor(last)))
                            : read(site, text, limit, last, found, so);
                      });
            });
  }

  private Future<List<Article>> articles(Site site, List<Entry> entries) {
    var refs = new LinkedHashSet<ArticleRef>();
    for (var entry : entries) {
      long number = ArticleRef.numberOf(entry.id()).orElseThrow();
      int bucket = ArticleRef.bucketOf(number, site.buckets());
      refs.add(ArticleRef.numbered(site.name(), bucket, entry.id()));
    }
    return store
        .named(refs)
        .compose(named -> Future.all(named.stream().map(articles::read).toList()))
        .map(all -> all.<Article>list());
  }

  private static boolean contains(Article article, String text) {
    var wanted = text.toLowerCase(Locale.ROOT);
    var title = article.title();
    return article.ref().key().value().toLowerCase(Locale.ROOT).contains(wanted)
        || (title != null && title.toLowerCase(Locale.ROOT).contains(wanted));
  }

  private static String cursor(Entry entry) {
    return 'a' + Long.toString(entry.created(), 32) + '-' + entry.id();
  }
}
