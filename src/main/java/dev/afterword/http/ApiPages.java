package dev.afterword.http;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The API's document, its readable page, and a page for each kind of problem. What costs time to
 * make is made when somebody first asks for it, off the event loop. Confined to one event loop.
 */
public final class ApiPages {
  private final Contract contract;

  /** The pages of a document. */
  public ApiPages(Contract contract) {
    this.contract = contract;
  }

  /** Adds the routes to the table. */
  public void addTo(RouteTable table) {
    table
        .getUnchecked("/openapi.yaml", "openapi", new MadeOnce(this::yaml))
        .getUnchecked("/docs", "docs", Endpoint.withoutSlash(new MadeOnce(this::docs)))
        .getUnchecked("/docs.css", "docsStyle", new MadeOnce(ApiPages::style))
        .getUnchecked("/problems/:code", "problem", Endpoint.withoutSlash(this::problem));
  }

  private Answer yaml() {
    return shared(Answer.page("application/yaml; charset=utf-8", contract.yaml(), "no-cache"));
  }

  private Answer docs() {
    return Answer.text(ContractPage.render(contract.document()), "no-cache");
  }

  private static Answer style() {
    return Answer.page("text/css; charset=utf-8", read("docs.css"), "no-cache");
  }

  private Future<Answer> problem(RoutingContext ctx) {
    var code = ctx.pathParam("code");
    for (var type : ProblemType.values()) {
      if (type.code().equals(code)) {
        return Future.succeededFuture(shared(Answer.text(page(type), "public, max-age=3600")));
      }
    }
    return Future.failedFuture(Problem.of(ProblemType.NOT_FOUND));
  }

  /** The texts are our own and need no escaping. */
  private static Buffer page(ProblemType type) {
    return Buffer.buffer(
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s</title>
        <link rel="stylesheet" href="../docs.css">
        </head>
        <body>
        <main>
        <h1>%1$s</h1>
        <p>%2$s</p>
        <p>Status <code>%3$d</code>, code <code>%4$s</code>. <a href="../docs">All of the API</a></p>
        </main>
        </body>
        </html>
        """
            .formatted(type.title(), type.explanation(), type.status(), type.code()));
  }

  private static Answer shared(Answer answer) {
    return answer
        .with("Access-Control-Allow-Origin", "*")
        .with("Cross-Origin-Resource-Policy", "cross-origin");
  }

  private static Buffer read(String resource) {
    try (var in = ApiPages.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing");
      }
      return Buffer.buffer(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
