package dev.afterword.bench;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.bench.Planter.Form;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * What moderators wait for: a page of a queue of 100,000 comments beside one of 1,000 on as many
 * articles, and a verdict on a hundred comments beside one on a single one.
 */
final class Waiting {
  private static final int ARTICLES = 20;
  private static final int MANY = 100_000;
  private static final int FEW = 1_000;
  private static final int ROUNDS = 3;
  private static final double WARM_UP_SECONDS = 5;
  private static final double ROUND_SECONDS = 3;

  private final Subject server;
  private final Report report;
  private final String staff;

  Waiting(Subject server, Report report) throws IOException {
    this.server = server;
    this.report = report;
    var token = Files.readString(server.folder().resolve("staff-token")).strip();
    this.staff = "Authorization: Bearer " + token + "\r\n";
  }

  void run() throws IOException, InterruptedException {
    addSite("few");
    addSite("many");
    try (var planter = new Planter(server.folder())) {
      var form = form(planter);
      for (int i = 0; i < ARTICLES; i++) {
        planter.plantWaiting(article("few", i), FEW / ARTICLES, form);
        planter.plantWaiting(article("many", i), MANY / ARTICLES, form);
      }
    }
    compare("a page of 25 of a queue", "queue", page("few"), page("many"));
    compare("a verdict on 1 and on 100", "verdict", verdicts(1), verdicts(100));
  }

  private void addSite(String name) throws IOException, InterruptedException {
    var body = new JsonObject().put("name", name).encode();
    var request =
        HttpRequest.newBuilder(server.address().resolve("/api/v1/sites"))
            .header("Content-Type", "application/json")
            .header("Authorization", staff.strip().substring("Authorization: ".length()))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    Subject.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private Form form(Planter planter) throws IOException, InterruptedException {
    var draft = Texts.draft(Texts.plain(Form.TEXT), Form.GUEST).encode();
    var sample = ArticleRef.of("demo", 16, new ArticleKey("/bench/waiting"));
    var target = "/api/v1/demo/comments?" + Requests.article(sample.key().value());
    var comment = new JsonObject(server.send("POST", target, draft).body());
    return planter.form(sample, comment.getJsonObject("comment").getString("id"));
  }

  private static ArticleRef article(String site, int number) {
    return ArticleRef.of(site, 16, new ArticleKey("/waiting/" + number));
  }

  private List<String> page(String site) {
    return List.of(Requests.get("/api/v1/" + site + "/admin/queue?limit=25", staff));
  }

  /** Rejects and approves in turn, so that every one changes something. */
  private List<String> verdicts(int each) {
    var ids = new ArrayList<String>();
    for (int i = 0; i < MANY / ARTICLES; i++) {
      for (int on = 0; on < ARTICLES; on++) {
        ids.add(article("many", on).id() + Planted.member(i));
      }
    }
    var requests = new ArrayList<String>();
    for (var verdict : List.of("reject", "spam")) {
      for (int from = 0; from + each <= ids.size() && from < 500 * each; from += each) {
        var body =
            new JsonObject()
                .put("ids", new JsonArray(ids.subList(from, from + each)))
                .put("verdict", verdict);
        requests.add(
            Requests.post(
                "/api/v1/many/admin/verdicts",
                "Content-Type: application/json\r\n" + staff,
                body.encode()));
      }
    }
    return requests;
  }

  private void compare(String name, String id, List<String> some, List<String> others) {
    var ofSome = Requests.cycle(some);
    var ofOthers = Requests.cycle(others);
    var load = new Load(8, 1);
    var smalls = new ArrayList<Sample>();
    var larges = new ArrayList<Sample>();
    var warmUps =
        List.of(
            server.measure(ofSome, 200, load, WARM_UP_SECONDS),
            server.measure(ofOthers, 200, load, WARM_UP_SECONDS));
    for (int i = 0; i < ROUNDS; i++) {
      smalls.add(server.measure(ofSome, 200, load, ROUND_SECONDS));
      larges.add(server.measure(ofOthers, 200, load, ROUND_SECONDS));
    }
    report.pairs("moderation", "few", "many");
    report.pair(name, "waiting-" + id, warmUps, smalls, larges);
  }
}
