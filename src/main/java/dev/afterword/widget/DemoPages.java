package dev.afterword.widget;

import dev.afterword.http.Answer;
import dev.afterword.http.Body;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A little magazine for those who try Afterword out: articles, a list, and pages that each show one
 * more way to have a thread on a page. They differ in what stands between the tags of {@code main},
 * and in what their head loads.
 */
final class DemoPages {
  private static final String HTML = "text/html; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";
  private static final String NO_CACHE = "no-cache";

  private static final String EMBED = "<script type=\"module\" src=\"/embed.js\"></script>";
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  /** As little as the thread can do with; {@code embedding.md} says what each part is for. */
  private static final String STRICT =
      "default-src 'none'; script-src 'nonce-%s'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
          + "require-trusted-types-for 'script'; trusted-types lit-html";

  private static final int NONCE_BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private static final String SHELL = text("demo-page.html");

  private DemoPages() {}

  /** Adds the pages and what they load. */
  static void addTo(RouteTable table, Demo demo) {
    addMade(table, "/", "demo", page("demo.html", EMBED));
    addMade(table, "/pencil", "demoSecond", page("demo-pencil.html", EMBED));
    addMade(
        table,
        "/list",
        "demoList",
        page(
            "demo-list.html",
            "<script type=\"module\" src=\"/counts.js\" data-site=\"demo\"></script>"));
    addMade(
        table,
        "/signed-in",
        "demoSignedIn",
        page(
            "demo-signed-in.html",
            EMBED + "\n    <script type=\"module\" src=\"/demo-signed-in.js\"></script>"));
    var strict = page("demo-strict.html", EMBED.replace(" src", " nonce=\"{nonce}\" src"));
    var included =
        page(
            "demo-included.html",
            "<link rel=\"stylesheet\" href=\"/demo-included.css\" />" + EMBED);
    table
        .getUnchecked("/strict", "demoStrict", ctx -> Future.succeededFuture(strict(strict)))
        .getUnchecked("/included", "demoIncluded", ctx -> included(included, demo))
        .getUnchecked("/signed-in/token", "demoToken", ctx -> token(demo.token()));
    addFile(table, "/demo.css", "demoStyle", CSS, WidgetRoutes.read("demo.css"));
    // What the server includes has no style of its own; in a layer it leaves the page's as it is.
    var layer = Buffer.buffer("@layer thread {" + text("thread.css") + '}');
    addFile(table, "/demo-included.css", "demoIncludedStyle", CSS, layer);
    var script = WidgetRoutes.read("demo-signed-in.js");
    addFile(table, "/demo-signed-in.js", "demoSignedInScript", WidgetRoutes.SCRIPT, script);
  }

  private static void addMade(RouteTable table, String path, String operation, String html) {
    var page =
        Answer.page(HTML, Buffer.buffer(html), NO_CACHE).with("Content-Security-Policy", POLICY);
    table.getUnchecked(path, operation, ctx -> Future.succeededFuture(page));
  }

  private static void addFile(
      RouteTable table, String path, String operation, String type, Buffer bytes) {
    var file = Answer.page(type, bytes, NO_CACHE);
    table.getUnchecked(path, operation, ctx -> Future.succeededFuture(file));
  }

  /** A nonce is good for one answer, so that nothing between may keep the page. */
  private static Answer strict(String page) {
    var bytes = new byte[NONCE_BYTES];
    RANDOM.nextBytes(bytes);
    var nonce = Base64.getEncoder().encodeToString(bytes);
    return fresh(page.replace("{nonce}", nonce))
        .with("Content-Security-Policy", STRICT.formatted(nonce));
  }

  /** Its pictures and its form are where readers reach the server, which may be another origin. */
  private static Future<Answer> included(String page, Demo demo) {
    var policy =
        POLICY
            .replace("img-src 'self'", "img-src 'self' " + demo.baseUrl().get())
            .replace("form-action 'self'", "form-action 'self' " + demo.baseUrl().get());
    return demo.thread()
        .get()
        .map(
            thread ->
                fresh(page.replace("{thread}", thread.toString(StandardCharsets.UTF_8)))
                    .with("Content-Security-Policy", policy));
  }

  private static Answer fresh(String html) {
    return Answer.of(200, Body.of(HTML, Buffer.buffer(html))).caching(Answer.PRIVATE);
  }

  private static Future<Answer> token(Supplier<Future<Optional<String>>> token) {
    return token
        .get()
        .map(
            made ->
                made.map(text -> Answer.json(200, new JsonObject().put("token", text)))
                    .orElseThrow(() -> Problem.of(ProblemType.NOT_FOUND))
                    .caching(Answer.PRIVATE));
  }

  /** What a page says of itself stands in its first lines: its title, and what it is about. */
  private static String page(String file, String head) {
    var parts = text(file).split("\n", 3);
    var values = Map.of("title", parts[0], "description", parts[1], "head", head, "main", parts[2]);
    var html = SHELL;
    for (var value : values.entrySet()) {
      html = html.replace('{' + value.getKey() + '}', value.getValue());
    }
    return html;
  }

  private static String text(String file) {
    return WidgetRoutes.read(file).toString(StandardCharsets.UTF_8);
  }
}
