package dev.afterword.moderation;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalStore.Entry;
import dev.afterword.identity.JournalStore.Note;
import dev.afterword.identity.Site;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What staff say of articles: their names, what their views are counted from, whether comments may
 * be written and whether they wait. Taken back as long as nobody said something else since.
 * Confined to one event loop.
 */
final class ArticleChanges {
  private static final String ACTION = "article";

  private final ArticleChangeStore store;
  private final ArticleStore articles;
  private final Journal journal;

  ArticleChanges(ArticleChangeStore store, ArticleStore articles, Journal journal) {
    this.store = store;
    this.articles = articles;
    this.journal = journal;
    journal.undoing(ACTION, new TakeBack());
  }

  /** The article after a change, and the entry of the journal that tells it. */
  record Changed(Article article, String verdict) {}

  /**
   * Changes an article, which comes into being if need be.
   *
   * @param fields what is said, by the names of the API; an empty value takes it away
   */
  Future<Changed> change(
      Site site, Staff by, ArticleRef ref, Map<String, String> fields, Once once) {
    return journal
        .once(
            site,
            once,
            () ->
                articles.read(ref).compose(now -> journal.write(site, by, note(now, fields), once)))
        .compose(entry -> apply(ref, fields).map(now -> new Changed(now, entry.id())));
  }

  private Future<Article> apply(ArticleRef ref, Map<String, String> fields) {
    return store.change(ref, fields).compose(changed -> articles.read(ref.unnamed()));
  }

  private static Note note(Article now, Map<String, String> fields) {
    var before = new JsonObject();
    var all = fieldsOf(now);
    fields.forEach((name, value) -> before.put(name, all.get(name)));
    var after = new JsonObject();
    fields.forEach(after::put);
    var detail = new JsonObject().put("before", before).put("after", after);
    return new Note(ACTION, List.of(now.ref().key().value()), "", null, detail);
  }

  private static Map<String, String> fieldsOf(Article article) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("title", text(article.title()));
    fields.put("url", text(article.url()));
    fields.put("state", article.state() == Article.State.OPEN ? "" : article.state().word());
    fields.put("moderation", text(article.moderation()));
    fields.put("baselineViews", article.baseline() == 0 ? "" : Long.toString(article.baseline()));
    return fields;
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  /** How an article was, before and after. */
  static JsonObject json(Site site, Article article) {
    return new JsonObject()
        .put("article", article.ref().key().value())
        .put("title", article.title())
        .put("url", article.url())
        .put("state", article.state().word())
        .put("moderation", site.moderationOf(article))
        .put("views", article.views())
        .put("baselineViews", article.baseline());
  }

  private final class TakeBack implements Journal.Steps {
    @Override
    public Future<JsonObject> look(Site site, Entry entry) {
      var after = entry.note().detail().getJsonObject("after");
      return articles
          .read(ref(site, entry))
          .map(
              now -> {
                var fields = fieldsOf(now);
                if (after.fieldNames().stream()
                    .anyMatch(name -> !after.getString(name).equals(fields.get(name)))) {
                  throw Problem.of(ProblemType.CHANGED_SINCE);
                }
                return new JsonObject()
                    .put("before", after)
                    .put("after", entry.note().detail().getJsonObject("before"));
              });
    }

    @Override
    public Future<JsonObject> carryOut(Site site, Entry entry, Entry undo) {
      var fields = new LinkedHashMap<String, String>();
      undo.note()
          .detail()
          .getJsonObject("after")
          .forEach(each -> fields.put(each.getKey(), String.valueOf(each.getValue())));
      return apply(ref(site, entry), fields).map(now -> json(site, now));
    }

    private static ArticleRef ref(Site site, Entry entry) {
      return site.aliases().of(site.kept(entry.note().targets().get(0)));
    }
  }
}
