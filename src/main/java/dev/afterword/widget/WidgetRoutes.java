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
import org.jspecify.annotations.Nullable;

/**
 * Serves the scripts and pictures of authors to every page, the page about counting to whoever
 * wants to know, the admin page to staff, and the demo's pages to those who try Afterword out.
 */
public final class WidgetRoutes {
  static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final Pattern AVATAR = Pattern.compile("([A-Za-z0-9_-]{1,40})\\.svg");

  private final ScriptStore scripts;
  private final @Nullable Demo demo;

  /**
   * @param link where scripts are kept for pages that outlive an update
   * @param demo what the demo's pages need; {@code null} when they are not served
   */
  public WidgetRoutes(RedisLink link, @Nullable Demo demo) {
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
            Endpoint.withoutSlash(
                new MadeOnce(() -> Answer.text(CountingPage.render(), "public, max-age=3600"))));
    var thread = Answer.page("text/css; charset=utf-8", read("thread.css"), "no-cache");
    table.getUnchecked("/thread.css", "threadStyle", ctx -> Future.succeededFuture(thread));
    AdminPage.addTo(table, demo == null ? "" : "demo");
    if (demo != null) {
      DemoPages.addTo(table, demo);
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
