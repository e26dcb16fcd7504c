package dev.afterword.widget;

import dev.afterword.http.Answer;
import dev.afterword.http.Endpoint;
import dev.afterword.http.MadeOnce;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * Serves the scripts and pictures of authors to every page, the page about counting to whoever
 * wants to know, the admin page to staff, and the demo article to those who try Afterword out.
 */
public final class WidgetRoutes {
  static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final Pattern AVATAR = Pattern.compile("([A-Za-z0-9_-]{1,40})\\.svg");
  private static final String DEMO_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
          + "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

  private final ScriptStore scripts;
  private final boolean demo;

  /**
   * @param link where scripts are kept for pages that outlive an update
   * @param demo whether the demo article is served
   */
  public WidgetRoutes(RedisLink link, boolean demo) {
    this.scripts = new ScriptStore(link);
    this.demo = demo;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    ScriptRoutes.addTo(table, scripts);
    table
        .getUnchecked("/avatars/:file", "avatar", ctx -> avatar(ctx.pathParam("file")))
        .getUnchecked(
            "/about/counting",
            "aboutCounting",
            new MadeOnce(() -> Answer.text(CountingPage.render(), "public, max-age=3600")));
    var thread = Answer.page("text/css; charset=utf-8", read("thread.css"), "no-cache");
    table.getUnchecked("/thread.css", "threadStyle", ctx -> Future.succeededFuture(thread));
    AdminPage.addTo(table, demo ? "demo" : "");
    if (demo) {
      var style = Answer.page("text/css; charset=utf-8", read("demo.css"), "no-cache");
      table
          .getUnchecked("/", "demo", demo("demo.html"))
          .getUnchecked("/pencil", "demoSecond", demo("demo-pencil.html"))
          .getUnchecked("/list", "demoList", demo("demo-list.html"))
          .getUnchecked("/demo.css", "demoStyle", ctx -> Future.succeededFuture(style));
    }
  }

  private static Endpoint demo(String file) {
    var page =
        Answer.page("text/html; charset=utf-8", read(file), "no-cache")
            .with("Content-Security-Policy", DEMO_POLICY);
    return ctx -> Future.succeededFuture(page);
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
