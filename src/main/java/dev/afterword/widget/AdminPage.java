package dev.afterword.widget;

import dev.afterword.http.Answer;
import dev.afterword.http.Endpoint;
import dev.afterword.http.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;

/**
 * The page on which staff decide. It is the same for everybody: what it shows it asks for like any
 * other client, as whoever logs in.
 */
final class AdminPage {
  /** What comments hold runs nothing, loads nothing and goes nowhere, whatever else should fail. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

  private static final String CACHING = "no-cache";

  private AdminPage() {}

  /**
   * Adds the page and what it loads.
   *
   * @param site which one it is about unless its address says; may be empty
   */
  static void addTo(RouteTable table, String site) {
    var html = WidgetRoutes.read("admin.html").toString(StandardCharsets.UTF_8);
    var filled = Buffer.buffer(html.replace("data-site=\"\"", "data-site=\"" + site + '"'));
    var page =
        Answer.page("text/html; charset=utf-8", filled, CACHING)
            .with("Content-Security-Policy", POLICY);
    table.getUnchecked(
        "/admin", "adminPage", Endpoint.withoutSlash(ctx -> Future.succeededFuture(page)));
    add(table, "/admin.js", "adminScript", "text/javascript; charset=utf-8");
    add(table, "/admin.css", "adminStyle", "text/css; charset=utf-8");
    add(table, "/admin.svg", "adminIcon", "image/svg+xml");
  }

  private static void add(RouteTable table, String path, String operation, String type) {
    var file = Answer.page(type, WidgetRoutes.read(path.substring(1)), CACHING);
    table.getUnchecked(path, operation, ctx -> Future.succeededFuture(file));
  }
}
