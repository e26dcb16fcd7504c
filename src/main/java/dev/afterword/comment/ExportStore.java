package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.MarkStore.Marks;
import dev.afterword.comment.QueueReader.Query;
import dev.afterword.comment.QueueStore.Entry;
import dev.afterword.http.Times;
import dev.afterword.identity.Site;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads all that one author wrote and left on a site, in parts, for whoever is to have a copy of
 * it. Confined to one event loop.
 */
public final class ExportStore {
  /** How many comments, and how many votes and reports, one copy has at most. */
  private static final int MOST = 10_000;

  /** How much text of comments one copy has at most, in characters: it is made in memory. */
  private static final int MOST_TEXT = 16_000_000;

  /** How many comments are read at once: their earlier texts may be half a million each. */
  private static final int COMMENTS = 10;

  private static final int PART = 200;

  private final RedisLink link;
  private final QueueStore queues;
  private final CommentStore comments;
  private final EditStore edits;
  private final MarkStore marks;

  ExportStore(
      RedisLink link, QueueStore queues, CommentStore comments, EditStore edits, MarkStore marks) {
    this.link = link;
    this.queues = queues;
    this.comments = comments;
    this.edits = edits;
    this.marks = marks;
  }

  /**
   * A copy: {@code comments} (the latest first), {@code votes}, {@code reactions}, {@code reports},
   * and {@code complete}, false when there is more than one copy can have.
   */
  public Future<JsonObject> of(Site site, String author) {
    var copy = new Copy(site, author);
    return copy.comments(null).compose(read -> copy.left(0)).map(read -> copy.json());
  }

  /** One on its way. */
  private final class Copy {
    private final Site site;
    private final String author;
    private final JsonArray written = new JsonArray();
    private final JsonArray votes = new JsonArray();
    private final JsonArray reactions = new JsonArray();
    private final JsonArray reports = new JsonArray();
    private boolean complete = true;
    private int characters;

    Copy(Site site, String author) {
      this.site = site;
      this.author = author;
    }

    JsonObject json() {
      return new JsonObject()
          .put("comments", written)
          .put("votes", votes)
          .put("reactions", reactions)
          .put("reports", reports)
          .put("complete", complete);
    }

    Future<Void> comments(@Nullable Entry after) {
      var query = new Query(null, null, author, null, null, null, COMMENTS, null);
      return queues
          .page(site, query, after, COMMENTS)
          .compose(
              entries -> {
                if (written.size() + entries.size() > MOST) {
                  complete = false;
                  return Future.succeededFuture();
                }
                return entries.isEmpty()
                    ? Future.succeededFuture()
                    : add(entries)
                        .compose(
                            added ->
                                complete
                                    ? comments(entries.get(entries.size() - 1))
                                    : Future.succeededFuture());
              });
    }

    private Future<Void> add(List<Entry> entries) {
      var places = new LinkedHashMap<String, ArticleRef>();
      entries.forEach(entry -> places.put(entry.id(), new CommentId(entry.id()).place(site)));
      var earlier =
          places.entrySet().stream()
              .map(each -> edits.revisions(each.getValue(), each.getKey()))
              .toList();
      return Future.all(ExportStore.this.comments.each(places), keys(places), Future.all(earlier))
          .map(
              read -> {
                Map<String, Comment> found = read.resultAt(0);
                Map<String, String> keys = read.resultAt(1);
                for (int i = 0; i < entries.size(); i++) {
                  var comment = found.get(entries.get(i).id());
                  if (comment != null && complete) {
                    var key = keys.get(new CommentId(comment.id()).articleId());
                    add(comment, key, earlier.get(i).result());
                  }
                }
                return null;
              });
    }

    private void add(Comment comment, @Nullable String article, List<Revision> earlier) {
      characters += comment.body().text().length();
      earlier.forEach(each -> characters += each.body().text().length());
      if (characters > MOST_TEXT) {
        complete = false;
      } else {
        written.add(json(comment, article, earlier));
      }
    }

    /** The articles' keys by their numbers. */
    private Future<Map<String, String>> keys(Map<String, ArticleRef> places) {
      return ExportStore.this
          .comments
          .named(new LinkedHashSet<>(places.values()))
          .map(
              named -> {
                var keys = new LinkedHashMap<String, String>();
                named.forEach(ref -> keys.put(ref.id(), ref.key().value()));
                return keys;
              });
    }

    private static JsonObject json(
        Comment comment, @Nullable String article, List<Revision> earlier) {
      var edited = comment.edited();
      // What it was refused for, its author is not told.
      var state = comment.state().toAuthor();
      var texts = new JsonArray();
      earlier.forEach(
          each ->
              texts.add(
                  new JsonObject()
                      .put("text", each.body().text())
                      .put("since", Times.format(each.since()))));
      return new JsonObject()
          .put("id", comment.id())
          .put("article", article)
          .put("parent", comment.parent())
          .put("state", state.word())
          .put("name", comment.body().name())
          .put("text", comment.body().text())
          .put("created", Times.format(comment.created()))
          .put("edited", edited == null ? null : Times.format(edited))
          .put("earlier", texts);
    }

    /** What was left beside comments. */
    Future<Void> left(int bucket) {
      if (bucket == site.buckets()) {
        return Future.succeededFuture();
      }
      var list = MarkStore.left(site.name(), bucket, author);
      return link.send(Request.cmd(Command.SRANDMEMBER).arg(list).arg(MOST + 1))
          .compose(
              reply -> {
                var ids = new ArrayList<String>();
                if (reply != null) {
                  reply.forEach(id -> ids.add(id.toString()));
                }
                if (votes.size() + reactions.size() + reports.size() + ids.size() > MOST) {
                  complete = false;
                  return Future.succeededFuture();
                }
                return some(bucket, ids).compose(read -> left(bucket + 1));
              });
    }

    private Future<Void> some(int bucket, List<String> ids) {
      if (ids.isEmpty()) {
        return Future.succeededFuture();
      }
      int part = Math.min(PART, ids.size());
      var places = new LinkedHashMap<String, ArticleRef>();
      for (var id : ids.subList(0, part)) {
        var article = id.substring(0, ArticleRef.ID_LENGTH);
        places.put(id, ArticleRef.numbered(site.name(), bucket, article));
      }
      return keys(places)
          .compose(keys -> each(places, keys))
          .compose(read -> some(bucket, ids.subList(part, ids.size())));
    }

    private Future<Void> each(Map<String, ArticleRef> places, Map<String, String> keys) {
      var reading = new ArrayList<Future<?>>();
      places.forEach(
          (id, article) -> {
            var key = keys.get(article.id());
            reading.add(
                id.length() == ArticleRef.ID_LENGTH
                    ? marks.of(article, author).onSuccess(left -> addMarks(left, key))
                    : link.send(
                            Request.cmd(Command.HGET)
                                .arg(QueueStore.reports(article, id))
                                .arg(author))
                        .onSuccess(told -> add(id, key, told)));
          });
      return Future.all(reading).mapEmpty();
    }

    /** What an article had that gave way to another is on that one, too. */
    private void addMarks(Marks left, @Nullable String article) {
      if (article == null) {
        return;
      }
      left.votes()
          .forEach(
              (id, value) ->
                  votes.add(
                      new JsonObject()
                          .put("article", article)
                          .put("comment", id)
                          .put("value", value)));
      left.reactions()
          .forEach(
              name -> reactions.add(new JsonObject().put("article", article).put("name", name)));
    }

    private void add(String comment, @Nullable String article, @Nullable Response told) {
      var text = told == null ? "" : told.toString();
      int tab = text.indexOf('\t');
      if (tab >= 0) {
        reports.add(
            new JsonObject()
                .put("article", article)
                .put("comment", comment)
                .put("reason", text.substring(0, tab))
                .put("note", tab + 1 == text.length() ? null : text.substring(tab + 1)));
      }
    }
  }
}
