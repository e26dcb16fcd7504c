package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.Comment.State;
import dev.afterword.comment.MarkStore.Marks;
import dev.afterword.http.Answer;
import dev.afterword.http.CleanText;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.AuthorJson;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Guests;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Speaks HTTP for what readers leave beside words, and for what one of them has left. */
final class MarkRoutes {
  /** How many of one's own comments that others do not see are told: such a mark may never go. */
  private static final int MOST_OWN = 100;

  private final Changes changes;
  private final MarkStore marks;
  private final ThreadStore threads;
  private final CommentStore store;
  private final ArticleStore articles;
  private final Renderer renderer;
  private final Guests guests;

  MarkRoutes(
      Changes changes,
      MarkStore marks,
      ThreadStore threads,
      CommentStore store,
      ArticleStore articles,
      Renderer renderer,
      Guests guests) {
    this.changes = changes;
    this.marks = marks;
    this.threads = threads;
    this.store = store;
    this.articles = articles;
    this.renderer = renderer;
    this.guests = guests;
  }

  void addTo(RouteTable table) {
    table
        .put("/api/v1/:site/comments/:id/vote", "vote", this::vote)
        .post("/api/v1/:site/comments/:id/reports", "reportComment", this::report)
        .putNamed("/api/v1/:site/reactions/:name", "react", ctx -> react(ctx, true))
        .delete("/api/v1/:site/reactions/:name", "takeBackReaction", ctx -> react(ctx, false))
        .get("/api/v1/:site/me", "me", this::me);
  }

  private Future<Answer> vote(RoutingContext ctx) {
    var who = Callers.known(ctx);
    var site = Sites.of(ctx);
    var id = ctx.pathParam("id");
    int value = RouteTable.body(ctx).getInteger("value");
    return changes
        .vote(site, who, guests.network(site, ctx.request()), id, value)
        .map(
            voted -> {
              var votes = voted.votes();
              return Answer.json(
                      200,
                      new JsonObject()
                          .put("id", voted.id())
                          .put("score", votes.up() - votes.down())
                          .put("up", votes.up())
                          .put("down", votes.down())
                          .put("vote", value))
                  .caching(Answer.PRIVATE);
            });
  }

  private Future<Answer> report(RoutingContext ctx) {
    var who = Callers.known(ctx);
    var site = Sites.of(ctx);
    var body = RouteTable.body(ctx);
    var note = CleanText.line(body.getString("note", ""));
    return changes
        .report(
            site,
            who,
            guests.network(site, ctx.request()),
            ctx.pathParam("id"),
            body.getString("reason"),
            note)
        .map(kept -> new Answer(202, null, List.of()).caching(Answer.PRIVATE));
  }

  private Future<Answer> react(RoutingContext ctx, boolean on) {
    var who = Callers.known(ctx);
    var site = Sites.of(ctx);
    return changes
        .react(
            site,
            who,
            site.article(ctx),
            ctx.pathParam("name"),
            on,
            guests.network(site, ctx.request()))
        .map(
            reactions ->
                Answer.json(
                        200,
                        new JsonObject()
                            .put("reactions", site.reactionsOf(reactions.counts()))
                            .put("mine", inOrder(site, reactions.mine())))
                    .caching(Answer.PRIVATE));
  }

  private static JsonArray inOrder(Site site, List<String> names) {
    return new JsonArray(site.reactions().stream().filter(names::contains).toList());
  }

  private Future<Answer> me(RoutingContext ctx) {
    var who = Callers.known(ctx);
    var site = Sites.of(ctx);
    var ref = site.article(ctx);
    return Future.all(articles.read(ref), marks.of(ref, who.id()))
        .compose(
            both -> {
              Article article = both.resultAt(0);
              Marks mine = both.resultAt(1);
              return store
                  .latest(ref, who.id(), mine.own(), MOST_OWN)
                  .compose(own -> Future.all(threads.some(ref, own), histories(site, ref, own)))
                  .compose(
                      read ->
                          renderer.off(
                              () ->
                                  me(
                                      site,
                                      article,
                                      who,
                                      mine,
                                      read.resultAt(0),
                                      read.resultAt(1))));
            });
  }

  /** Why comments were refused, where the site wants their authors to know. */
  private Future<Map<String, History>> histories(Site site, ArticleRef article, List<String> own) {
    var asked = new HashMap<String, ArticleRef>();
    if (site.rules().tellsReasons()) {
      own.forEach(id -> asked.put(id, article));
    }
    return store.histories(asked);
  }

  private Answer me(
      Site site,
      Article article,
      Known who,
      Marks mine,
      List<Shown> own,
      Map<String, History> histories) {
    var writer = new CommentJson(renderer, site, article.ref(), article.url(), true);
    var votes = new JsonObject();
    mine.votes().forEach(votes::put);
    var unseen = new JsonArray();
    own.stream()
        .map(Shown::comment)
        .filter(comment -> !comment.isVisible())
        .forEach(
            comment -> {
              var latest = histories.getOrDefault(comment.id(), History.NONE).latest();
              unseen.add(
                  writer
                      .own(comment)
                      .put(
                          "reason",
                          latest == null
                                  || latest.reason().isEmpty()
                                  || comment.state() == State.SHADOWED
                              ? null
                              : latest.reason()));
            });
    return Answer.json(
            200,
            new JsonObject()
                .put("author", AuthorJson.of(who))
                .put("votes", votes)
                .put("reactions", inOrder(site, mine.reactions()))
                .put("own", unseen))
        .caching(Answer.PRIVATE);
  }
}
