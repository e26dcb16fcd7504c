package dev.afterword.widget;

import dev.afterword.http.Answer;
import dev.afterword.http.MadeOnce;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * Serves the embed script and pictures of authors to every page, the page about counting to whoever
 * wants to know, the admin page to staff, and the demo article to those who try Afterword out.
 */
public final class WidgetRoutes {
  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String EMBED_CACHING = "public, max-age=300, must-revalidate";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final Pattern AVATAR = Pattern.compile("([A-Za-z0-9_-]{1,40})\\.svg");
  private static final String DEMO_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  private final boolean demo;

  /**
   * @param demo whether the demo article is served
   */
  public WidgetRoutes(boolean demo) {
    this.demo = demo;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    var embed =
        Answer.page(SCRIPT, read("embed.js"), EMBED_CACHING)
            .with("Access-Control-Allow-Origin", "*")
            .with("Cross-Origin-Resource-Policy", "cross-origin");
    table
        .getUnchecked("/embed.js", "embed", ctx -> Future.succeededFuture(embed))
        .getUnchecked("/avatars/:file", "avatar", ctx -> avatar(ctx.pathParam("file")))
        .getUnchecked(
            "/about/counting",
            "aboutCounting",
            new MadeOnce(() -> Answer.text(CountingPage.render(), "public, max-age=3600")));
    var thread = Answer.page("text/css; charset=utf-8", read("thread.css"), "no-cache");
    table.getUnchecked("/thread.css", "threadStyle", ctx -> Future.succeededFuture(thread));
    AdminPage.addTo(table, demo ? "demo" : "");
    if (demo) {
      var page =
          Answer.page("text/html; charset=utf-8", read("demo.html"), "no-cache")
              .with("Content-Security-Policy", DEMO_POLICY);
      var style = Answer.page("text/css; charset=utf-8", read("demo.css"), "no-cache");
      table
          .getUnchecked("/", "demo", ctx -> Future.succeededFuture(page))
          .getUnchecked("/demo.css", "demoStyle", ctx -> Future.succeededFuture(style));
    }
  }

  /** Follows from the id alone, so it is the same for ever, and nobody's id is looked up. */
  private static Future<Answer> avatar(String file) {
    var named = AVATAR.matcher(file);
    if (!named.matches()) {
      return Future.failedFuture(Problem.of(ProblemType.NOT_FOUND));
    }
    return Future.succeededFuture(
        Answer.page("image/svg+xml", Identicon.of(named.group(1)), FOR_EVER)
            .with("Access-Control-Allow-Origin", "*")
            .with("Cross-Origin-Resource-Policy", "cross-origin"));
  }

  /** What the build put beside this class. */
  static Buffer read(String resource) {
    try (var in = WidgetRoutes.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " was not built into this jar");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
