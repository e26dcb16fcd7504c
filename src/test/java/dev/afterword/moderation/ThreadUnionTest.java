package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.Reader;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two threads become one: every comment goes over, with all that there is about it. */
@OnStore
@Timeout(180)
class ThreadUnionTest {
  private static final String SITE = "threads";

  private static TestServer server;
  private static TestServer other;
  private static Desk desk;
  private static Desk otherDesk;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    other = TestServer.unlimited();
    server.addSite(SITE, "https://threads.example");
    var token = server.addStaff(SITE, Role.OWNER);
    desk = new Desk(server, SITE, token);
    otherDesk = new Desk(other, SITE, token);
  }

  @AfterAll
  static void stop() {
    server.close();
    other.close();
  }

  /** A comment as it has to be on the article of another one. */
  private static JsonObject on(JsonObject stays, JsonObject comment) {
    var there = stays.getString("id");
    var id = Desk.at(comment.getString("id"), there);
    var parent = comment.getString("parent");
    return comment
        .copy()
        .put("id", id)
        .put("article", stays.getString("article"))
        .put("url", stays.getString("url").replace(there, id))
        .put("parent", parent == null ? null : Desk.at(parent, there));
  }

  private static List<JsonObject> on(JsonObject stays, List<JsonObject> comments) {
    return comments.stream().map(comment -> on(stays, comment)).toList();
  }

  private static List<JsonObject> both(List<JsonObject> some, List<JsonObject> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  /** All comments of an article, as moderators see them, the latest first. */
  private static List<JsonObject> known(String article) {
    return list(desk.get("admin/queue?state=all&limit=100&article=" + article));
  }

  private static List<JsonObject> list(JsonObject page) {
    return page.getJsonArray("comments").stream().map(JsonObject.class::cast).toList();
  }

  private static JsonObject counts() {
    return desk.get("admin/queue?limit=1").getJsonObject("counts");
  }

  private static JsonObject reject(String id, String reason) {
    var call = Desk.call("reject", List.of(id)).put("reason", reason);
    return desk.done("POST", "admin/verdicts", call);
  }

  private static String reply(Desk at, String article, String text, String parent) {
    return at.post(article, text, parent).getJsonObject("comment").getString("id");
  }

  @Test
  void commentsOfBoth_standAsIfTheyHadBeenWrittenInOneThread() {
    var to = "";
    var ids = new ArrayList<String>();
    for (int i = 0; i < 9; i++) {
      var at = i % 2 == 0 ? desk : otherDesk;
      var id = at.id(i % 3 == 0 ? "/order/to" : "/order/from", "number " + i);
      to = i == 0 ? id : to;
      ids.add(Desk.at(id, to));
      at.id("/order/one", "number " + i);
    }

    var joined = desk.join("/order/from", "/order/to");

    assertThat(joined.getString("article")).isEqualTo("/order/to");
    assertThat(joined.getString("state")).isEqualTo("open");
    for (var key : List.of("/order/to", "/order/from")) {
      assertThat(desk.listed(key)).isEqualTo(ids);
      assertThat(otherDesk.listed(key)).isEqualTo(ids);
      var newest = Desk.ids(otherDesk.get("comments?article=" + key).getJsonArray("comments"));
      Collections.reverse(ids);
      assertThat(newest).isEqualTo(ids);
      Collections.reverse(ids);
      for (var sort : List.of("oldest", "newest", "best", "discussed")) {
        var list = desk.get("comments?sort=" + sort + "&text=true&article=" + key);
        var one = desk.get("comments?article=/order/one&text=true&sort=" + sort);
        assertThat(list(list).stream().map(each -> each.getString("text")))
            .as(sort)
            .containsExactlyElementsOf(
                list(one).stream().map(each -> each.getString("text")).toList());
        assertThat(list.getInteger("total")).isEqualTo(9);
      }
      var counted = otherDesk.get("counts?article=" + key).getJsonObject("counts");
      assertThat(counted.getJsonObject(key).getInteger("comments")).isEqualTo(9);
    }
    var pages = new ArrayList<String>();
    for (var after = ""; after != null; ) {
      var page = desk.get("comments?sort=oldest&limit=2&article=/order/to" + after);
      pages.addAll(Desk.ids(page.getJsonArray("comments")));
      after = page.getString("next") == null ? null : "&after=" + page.getString("next");
    }
    assertThat(pages).as("a page at a time").isEqualTo(ids);
    ids.add(desk.id("/order/from", "the latest"));
    assertThat(otherDesk.listed("/order/to")).isEqualTo(ids);
    var articles = desk.get("admin/articles?q=/order/to").getJsonArray("articles");
    assertThat(articles).hasSize(1);
    assertThat(articles.getJsonObject(0).getInteger("comments")).isEqualTo(10);
    assertThat(desk.get("admin/articles?q=/order/from").getJsonArray("articles")).isEmpty();
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void wholeBranches_goOver_withWhatWasDeletedAboveReplies() {
    desk.id("/trees/to", "there");
    reply(desk, "/trees/to", "there below", desk.listed("/trees/to").get(0));
    var parent = desk.id("/trees/from", "0");
    var chain = new ArrayList<>(List.of(parent));
    for (int i = 1; i < 9; i++) {
      parent = reply(i % 2 == 0 ? desk : otherDesk, "/trees/from", "depth " + i, parent);
      chain.add(parent);
    }
    for (int i = 0; i < 4; i++) {
      reply(otherDesk, "/trees/from", "beside " + i, chain.get(2));
    }
    var leaf = reply(desk, "/trees/from", "a leaf", chain.get(1));
    var gone = desk.id("/trees/from", "has a reply");
    reply(otherDesk, "/trees/from", "keeps it", gone);
    desk.decide("delete", gone, chain.get(3), chain.get(4), leaf);
    desk.decide("pin", chain.get(0), chain.get(6));
    desk.decide("feature", chain.get(0));
    var stays = desk.thread("/trees/to");
    var before = desk.thread("/trees/from");
    assertThat(before).hasSize(15).anyMatch(each -> each.getInteger("depth") == 8);

    desk.join("/trees/from", "/trees/to");

    var now = otherDesk.thread("/trees/from");
    assertThat(now).isEqualTo(both(stays, on(stays.get(0), before)));
    var deepest = Desk.at(chain.get(8), stays.get(0).getString("id"));
    var context = desk.get("comments/" + deepest + "?context=true");
    assertThat(Desk.ids(context.getJsonArray("ancestors")))
        .containsExactlyElementsOf(
            chain.subList(0, 8).stream()
                .map(id -> Desk.at(id, stays.get(0).getString("id")))
                .toList());
    assertThat(desk.get("comments?article=/trees/to").getInteger("total")).isEqualTo(14);
    desk.decide("restore", Desk.at(leaf, deepest));
    assertThat(desk.text(Desk.at(leaf, deepest))).isEqualTo("a leaf");
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void whatOthersDoNotSee_staysWhatItIs_inItsQueue() {
    desk.id("/states/to", "there");
    var dora = Reader.named(desk, "Dora");
    var visible = dora.post("/states/from", "visible");
    var rejected = dora.post("/states/from", "rejected");
    var spam = dora.post("/states/from", "spam");
    var deleted = dora.post("/states/from", "deleted");
    reject(rejected, "Off the point");
    desk.decide("spam", spam);
    desk.decide("delete", deleted);
    var own = dora.post("/states/from", "taken away by its author");
    dora.done("DELETE", "comments/" + own, null);
    var dark = Reader.named(desk, "Umbriel");
    desk.done("PUT", "admin/bans/" + dark.id(), new JsonObject().put("shadow", true));
    var shadow = dark.post("/states/from", "in the shadow");
    desk.moderate("/states/from");
    var pending = dora.post("/states/from", "waits");
    var stays = desk.thread("/states/to").get(0);
    var counts = counts();
    var before = known("/states/from");
    assertThat(before).hasSize(7);
    var mine = dora.own("/states/from");
    assertThat(mine).hasSize(3);
    Function<String, String> there = id -> Desk.at(id, stays.getString("id"));

    desk.join("/states/from", "/states/to");

    assertThat(counts()).isEqualTo(counts);
    assertThat(known("/states/to")).containsAll(on(stays, before)).hasSize(8);
    assertThat(desk.queue("state=pending&article=/states/to"))
        .containsExactly(there.apply(pending));
    assertThat(desk.queue("state=spam&article=/states/from")).containsExactly(there.apply(spam));
    assertThat(desk.queue("state=rejected&article=/states/to"))
        .containsExactly(there.apply(shadow), there.apply(rejected));
    assertThat(Desk.ids(dora.at(otherDesk).own("/states/to")))
        .containsExactlyInAnyOrderElementsOf(Desk.ids(mine).stream().map(there).toList());
    assertThat(dark.own("/states/to").getJsonObject(0).getString("state")).isEqualTo("visible");
    for (var id : List.of(shadow, there.apply(shadow))) {
      assertThat(dark.done("GET", "comments/" + id, null).getString("text")).contains("shadow");
      assertThat(dora.send("GET", "comments/" + id, null).statusCode()).isEqualTo(404);
    }
    assertThat(otherDesk.listed("/states/to"))
        .containsExactly(stays.getString("id"), there.apply(visible));
    desk.decide("approve", there.apply(pending), there.apply(shadow), rejected, there.apply(spam));
    assertThat(desk.listed("/states/to"))
        .as("each comes out in its place")
        .isEqualTo(
            Stream.concat(
                    Stream.of(stays.getString("id")),
                    Stream.of(visible, rejected, spam, shadow, pending).map(there))
                .toList());
    assertThat(dora.own("/states/to")).isEmpty();
    assertThat(Desk.results(desk.decide("restore", there.apply(own)))).isEqualTo("not-possible");
    assertThat(Desk.results(desk.decide("restore", there.apply(deleted)))).isEqualTo("visible");
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void votes_areStillOfThoseWhoGaveThem() {
    var stays = desk.id("/votes/to", "there");
    var author = Reader.named(desk, "Dora");
    var comment = author.post("/votes/from", "what do you think");
    var reply = reply(desk, "/votes/from", "of a reply", comment);
    var one = Reader.named(desk, "Eve");
    var two = Reader.named(otherDesk, "Finn");
    one.vote(comment, 1);
    one.vote(reply, -1);
    one.vote(stays, 1);
    two.vote(comment, 1);

    desk.join("/votes/from", "/votes/to");

    var now = Desk.at(comment, stays);
    assertThat(one.at(otherDesk).me("/votes/to").getJsonObject("votes"))
        .isEqualTo(new JsonObject().put(now, 1).put(Desk.at(reply, stays), -1).put(stays, 1));
    assertThat(two.me("/votes/from").getJsonObject("votes").fieldNames()).containsExactly(now);
    assertThat(desk.get("comments/" + now).getInteger("up")).isEqualTo(2);
    var changed = one.vote(comment, -1);
    assertThat(changed.getString("id")).isEqualTo(now);
    assertThat(changed.getInteger("up")).isEqualTo(1);
    assertThat(changed.getInteger("down")).as("changed, not added").isEqualTo(1);
    assertThat(two.vote(now, 0).getInteger("up")).isZero();
    assertThat(otherDesk.get("comments/" + comment).getInteger("score")).isEqualTo(-1);
    var best = desk.get("comments?sort=best&article=/votes/to").getJsonArray("comments");
    assertThat(Desk.ids(best)).containsExactly(stays, now);
    var vote = new JsonObject().put("value", 1);
    assertThat(author.send("PUT", "comments/" + now + "/vote", vote).body()).contains("own-vote");
  }

  @Test
  void reports_goWithIt_andCountEachReaderOnce() {
    var stays = desk.id("/reports/to", "there");
    var comment = desk.id("/reports/from", "buy now");
    var one = Reader.named(desk, "Eve");
    one.report(comment, "spam", "first note");
    Reader.named(otherDesk, "Finn").report(comment, "abuse", "second note");
    long reported = desk.count("reported");

    desk.join("/reports/from", "/reports/to");

    assertThat(desk.count("reported")).isEqualTo(reported);
    one.report(comment, "spam", "first note");
    one.report(Desk.at(comment, stays), "spam", "first note");
    var kept = desk.get("admin/queue?state=reported&article=/reports/to");
    assertThat(Desk.ids(kept.getJsonArray("comments"))).containsExactly(Desk.at(comment, stays));
    var reports = list(kept).get(0).getJsonObject("reports");
    assertThat(reports.getInteger("total")).isEqualTo(2);
    assertThat(reports.getJsonArray("notes")).contains("first note", "second note");
    assertThat(Desk.results(otherDesk.decide("approve", comment))).isEqualTo("visible");
    assertThat(desk.queue("state=reported&article=/reports/to")).isEmpty();
    assertThat(desk.count("reported")).isEqualTo(reported - 1);
  }

  @Test
  void whatItSaidBefore_isKept_andCanBeTakenBack() {
    var stays = desk.id("/edits/to", "there");
    var author = Reader.named(desk, "Dora");
    var comment = author.post("/edits/from", "first");
    author.edit(comment, "second");
    var edit =
        desk.done("PATCH", "comments/" + comment, new JsonObject().put("text", "as we like it"));
    var before = desk.get("admin/comments/" + comment + "/revisions");

    desk.join("/edits/from", "/edits/to");

    var now = Desk.at(comment, stays);
    for (var id : List.of(comment, now)) {
      assertThat(otherDesk.get("admin/comments/" + id + "/revisions")).isEqualTo(before);
      assertThat(desk.text(id)).isEqualTo("as we like it");
    }
    assertThat(Desk.results(desk.undo(edit))).isEqualTo("visible");
    assertThat(desk.text(now)).isEqualTo("second");
    assertThat(author.edit(comment, "third").getString("id")).isEqualTo(now);
    assertThat(desk.text(now)).isEqualTo("third");
  }

  @Test
  void whatWasDecidedBefore_isTakenBackByItsEntry() {
    var stays = desk.id("/undo/to", "there");
    var one = desk.id("/undo/from", "one");
    var two = desk.id("/undo/from", "two");
    var pinned = desk.decide("pin", one);
    var rejected = desk.decide("reject", two, stays);
    var spam = desk.decide("spam", two);

    desk.join("/undo/from", "/undo/to");

    assertThat(Desk.results(desk.undo(pinned))).isEqualTo("visible");
    assertThat(desk.get("comments/" + one).getBoolean("pinned")).isFalse();
    var undone = otherDesk.undo(spam);
    assertThat(Desk.results(undone)).isEqualTo("rejected");
    assertThat(undone.getJsonArray("results").getJsonObject(0).getString("id"))
        .isEqualTo(Desk.at(two, stays));
    assertThat(Desk.results(desk.undo(rejected))).isEqualTo("visible visible");
    assertThat(desk.listed("/undo/to"))
        .containsExactly(stays, Desk.at(one, stays), Desk.at(two, stays));
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void oldIds_leadOn_everywhere() {
    var stays = desk.id("/old/to", "there");
    var author = Reader.named(desk, "Dora");
    var old = author.post("/old/from", "first");
    var below = author.post("/old/from", "below", old);
    desk.join("/old/from", "/old/to");
    var now = Desk.at(old, stays);

    for (var at : List.of(desk, otherDesk)) {
      assertThat(at.get("comments/" + old)).isEqualTo(at.get("comments/" + now));
      assertThat(at.get("comments/" + old).getString("article")).isEqualTo("/old/to");
      var context = at.get("comments/" + below + "?context=true");
      assertThat(context.getString("article")).isEqualTo("/old/to");
      assertThat(context.getJsonObject("comment").getString("parent")).isEqualTo(now);
      assertThat(Desk.ids(context.getJsonArray("ancestors"))).containsExactly(now);
      assertThat(Desk.ids(at.get("comments/" + old + "/replies").getJsonArray("comments")))
          .startsWith(Desk.at(below, stays));
      for (var key : List.of("/old/from", "/old/to")) {
        for (var parent : List.of(old, now)) {
          var reply = at.post(key, "an answer", parent).getJsonObject("comment");
          assertThat(reply.getString("parent")).isEqualTo(now);
          assertThat(reply.getString("article")).isEqualTo("/old/to");
          assertThat(reply.getInteger("depth")).isEqualTo(1);
        }
      }
      var reader = Reader.named(at, "Eve");
      assertThat(reader.vote(old, 1).getString("id")).isEqualTo(now);
      reader.report(below, "spam", "by its old id");
      assertThat(author.at(at).edit(old, at == desk ? "edited" : "edited there").getString("id"))
          .isEqualTo(now);
      assertThat(at.get("admin/comments/" + old + "/revisions"))
          .isEqualTo(at.get("admin/comments/" + now + "/revisions"));
      var decided = at.decide("pin", old).getJsonArray("results").getJsonObject(0);
      assertThat(decided.getBoolean("ok")).isTrue();
      assertThat(decided.getString("id")).isEqualTo(now);
    }
    assertThat(desk.queue("state=reported&article=/old/to")).contains(Desk.at(below, stays));
    author.done("DELETE", "comments/" + below, null);
    assertThat(otherDesk.send("GET", "comments/" + Desk.at(below, stays), null).statusCode())
        .isEqualTo(404);
    assertThat(desk.get("comments?article=/old/to").getInteger("total")).isEqualTo(10);
    var unknown = Desk.at(old, "0".repeat(20));
    assertThat(desk.send("GET", "comments/" + unknown, null).statusCode()).isEqualTo(404);
    assertThat(server.recount(SITE).faults()).isZero();
  }

  @Test
  void theLatest_feedsAndMentions_knowThemByTheirNewIds() {
    var stays = desk.id("/latest/to", "there");
    var zoe = Reader.named(desk, "Zoe Quartz").post("/latest/from", "I am new here");
    desk.join("/latest/from", "/latest/to");

    var now = Desk.at(zoe, stays);
    for (var at : List.of(desk, otherDesk)) {
      var recent = Desk.ids(at.get("recent?limit=50").getJsonArray("comments"));
      assertThat(recent).contains(stays, now).doesNotContain(zoe);
      for (var feed : List.of("feed.atom", "feed.atom?article=/latest/from")) {
        assertThat(at.send("GET", feed, null).body()).contains(stays, now).doesNotContain(zoe);
      }
      var greeting = at.post("/latest/from", "Welcome, @Zoe Quartz!").getJsonObject("comment");
      assertThat(greeting.getString("html")).contains(now);
    }
    assertThat(new JsonArray(desk.listed("/latest/to"))).hasSize(4);
  }
}
