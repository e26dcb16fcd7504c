package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.QueueStore.Entry;
import dev.afterword.comment.QueueStore.Reports;
import dev.afterword.http.CleanText;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Pages of comments for moderators: of a queue, of an author, or of all. What waits comes oldest
 * first, so that nothing is left behind and what comes in moves nothing; the rest newest first.
 * Filters look at the comments themselves, at most {@link #MOST_LOOKED_AT} for a page, which may
 * then be shorter than asked for and still go on. Confined to one event loop.
 */
public final class QueueReader {
  /** How many comments are looked at for one page. */
  private static final int MOST_LOOKED_AT = 1_000;

  /** How many at once where not every one will be shown. */
  private static final int LOOK = 200;

  private static final Pattern CURSOR = Pattern.compile("q([0-9a-v]{1,11})-([0-9a-v]{20})");

  private final QueueStore queues;
  private final CommentStore store;
  private final ArticleStore articles;
  private final Renderer renderer;

  QueueReader(QueueStore queues, CommentStore store, ArticleStore articles, Renderer renderer) {
    this.queues = queues;
    this.store = store;
    this.articles = articles;
    this.renderer = renderer;
  }

  /**
   * What is asked for; all of it has to hold.
   *
   * @param queue {@code null} for comments in any state
   * @param article on which, or {@code null}
   * @param author whose, or {@code null}
   * @param text that the text or the author's name contains, whatever its case; or {@code null}
   * @param from not older than that, or {@code null}
   * @param to not newer than that, or {@code null}
   * @param limit how many for a page
   * @param after where the page before ended, or {@code null}
   */
  public record Query(
      @Nullable Queue queue,
      @Nullable ArticleRef article,
      @Nullable String author,
      @Nullable String text,
      @Nullable Instant from,
      @Nullable Instant to,
      int limit,
      @Nullable String after) {
    /** The same, of another article. */
    public Query on(ArticleRef other) {
      return new Query(queue, other, author, text, from, to, limit, after);
    }

    boolean newestFirst() {
      return author != null || (queue != Queue.PENDING && queue != Queue.REPORTED);
    }

    /** Whether the index alone tells which comments belong to the answer. */
    private boolean isWhole() {
      return article == null && author == null && text == null;
    }
  }

  /** Whether a text is a cursor of these pages. */
  public static boolean isCursor(String text) {
    return CURSOR.matcher(text).matches();
  }

  /** How many comments each queue has, by its word. */
  public Future<JsonObject> counts(Site site) {
    return queues.counts(site);
  }

  /** The same on an event loop where nothing else is read. */
  public static Function<Site, Future<JsonObject>> counts(RedisLink link) {
    return new QueueStore(link)::counts;
  }

  /** A page: {@code comments} and {@code next}. */
  public Future<JsonObject> page(Site site, Query query) {
    var page = new Page(site, query);
    return known(query.article())
        .compose(known -> page.read(entry(query.after()), 0))
        .compose(read -> page.write());
  }

  /** Its comments are found by its number alone, so that is looked at first. */
  private Future<?> known(@Nullable ArticleRef article) {
    return article == null ? Future.succeededFuture() : articles.read(article);
  }

  private static @Nullable Entry entry(@Nullable String cursor) {
    var parts = CURSOR.matcher(cursor == null ? "" : cursor);
    return parts.matches() ? new Entry(Long.parseLong(parts.group(1), 32), parts.group(2)) : null;
  }

  private static String cursor(Entry entry) {
    return 'q' + Long.toString(entry.created(), 32) + '-' + entry.id();
  }

  /** A page on its way. */
  private final class Page {
    private final Site site;
    private final Query query;
    private final List<Comment> found = new ArrayList<>();
    private final Map<String, History> histories = new HashMap<>();
    private @Nullable String next;

    Page(Site site, Query query) {
      this.site = site;
      this.query = query;
    }

    /** Looks at comments until there are enough of them. */
    Future<Void> read(@Nullable Entry after, int lookedAt) {
      int wanted = query.limit() - found.size();
      int most = query.isWhole() ? wanted : LOOK;
      return queues
          .page(site, query, after, most + 1)
          .compose(
              entries -> {
                boolean more = entries.size() > most;
                var looked = more ? entries.subList(0, most) : entries;
                var places = new LinkedHashMap<String, ArticleRef>();
                looked.stream()
                    .map(Entry::id)
                    .filter(this::isOfArticle)
                    .forEach(id -> places.put(id, new CommentId(id).place(site)));
                return Future.all(store.each(places), store.histories(places))
                    .compose(
                        both -> {
                          Map<String, Comment> comments = both.resultAt(0);
                          histories.putAll(both.resultAt(1));
                          int taken = take(looked, comments);
                          boolean enough = found.size() == query.limit();
                          if (taken < looked.size() || more) {
                            next = cursor(looked.get(taken - 1));
                          } else {
                            next = null;
                          }
                          return next == null || enough || lookedAt + taken >= MOST_LOOKED_AT
                              ? Future.succeededFuture()
                              : read(looked.get(taken - 1), lookedAt + taken);
                        });
              });
    }

    private boolean isOfArticle(String id) {
      var article = query.article();
      return article == null || id.startsWith(article.id());
    }

    /** Takes what fits until the page is full; answers how many were looked at. */
    private int take(List<Entry> looked, Map<String, Comment> comments) {
      int taken = 0;
      for (var entry : looked) {
        if (found.size() == query.limit()) {
          break;
        }
        taken++;
        var comment = comments.get(entry.id());
        if (comment != null && fits(comment)) {
          found.add(comment);
        }
      }
      return taken;
    }

    /** What an index says was so a moment ago; what the comment says is so now. */
    private boolean fits(Comment comment) {
      var text = query.text();
      return isIn(comment) && (text == null || contains(comment, text));
    }

    private boolean isIn(Comment comment) {
      var queue = query.queue();
      if (queue == null) {
        return true;
      }
      return switch (queue) {
        case PENDING -> comment.state() == State.PENDING;
        case REJECTED -> comment.state() == State.REJECTED || comment.state() == State.SHADOWED;
        case SPAM -> comment.state() == State.SPAM;
        case REPORTED ->
            comment.isVisible() && histories.getOrDefault(comment.id(), History.NONE).reports() > 0;
      };
    }

    private static boolean contains(Comment comment, String text) {
      var body = comment.body();
      var wanted = text.toLowerCase(Locale.ROOT);
      // Of punctuation alone there is no name, and every name would have it.
      var name = CleanText.folded(text);
      return body.text().toLowerCase(Locale.ROOT).contains(wanted)
          || (!name.isEmpty() && CleanText.folded(body.name()).contains(name));
    }

    /** Reads what stands beside the comments, and writes them. */
    Future<JsonObject> write() {
      var places = new LinkedHashMap<String, ArticleRef>();
      found.forEach(comment -> places.put(comment.id(), new CommentId(comment.id()).place(site)));
      return Future.all(queues.reports(places), articles(places))
          .compose(
              both -> {
                Map<String, Reports> reports = both.resultAt(0);
                Map<String, Article> read = both.resultAt(1);
                return renderer.off(() -> json(reports, read));
              });
    }

    /** The articles of comments, by the ids of the articles. */
    private Future<Map<String, Article>> articles(Map<String, ArticleRef> places) {
      return store
          .named(new LinkedHashSet<>(places.values()))
          .compose(
              named ->
                  Future.all(named.stream().map(articles::read).toList())
                      .map(
                          all -> {
                            var read = new HashMap<String, Article>();
                            all.<Article>list()
                                .forEach(article -> read.put(article.ref().id(), article));
                            return read;
                          }));
    }

    private JsonObject json(Map<String, Reports> reports, Map<String, Article> read) {
      var comments = new JsonArray();
      for (var comment : found) {
        var article = read.get(new CommentId(comment.id()).articleId());
        if (article != null) {
          var writer = new CommentJson(renderer, site, article.ref(), article.url(), true);
          var history = histories.getOrDefault(comment.id(), History.NONE);
          comments.add(
              writer
                  .staff(comment)
                  .put("title", article.title())
                  .put("reason", history.reason(comment.state()))
                  .put("decided", decided(history))
                  .put("reports", json(reports.get(comment.id()))));
        }
      }
      return new JsonObject().put("comments", comments).put("next", next);
    }

    private static @Nullable JsonObject decided(History history) {
      var latest = history.latest();
      return latest == null
          ? null
          : new JsonObject().put("verdict", latest.verdict()).put("by", latest.by());
    }

    private static JsonObject json(@Nullable Reports reports) {
      var given = reports == null ? new Reports(Map.of(), List.of()) : reports;
      var reasons = new JsonObject();
      given.reasons().forEach(reasons::put);
      return new JsonObject()
          .put("total", given.total())
          .put("reasons", reasons)
          .put("notes", new JsonArray(given.notes()));
    }
  }
}
