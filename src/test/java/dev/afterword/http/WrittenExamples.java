package dev.afterword.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The contract's own examples of the operations that change something. */
public final class WrittenExamples {
  private final Contract contract;
  private final JsonObject document;

  public WrittenExamples(Contract contract) {
    this.contract = contract;
    this.document = contract.document();
  }

  /** The operations that change something. */
  public List<String> writes() {
    return contract.operations().stream()
        .filter(each -> !contract.endpoint(each).method().equals(HttpMethod.GET))
        .toList();
  }

  /** Whether JSON may come as text as well. */
  boolean takesText(String operation) {
    return content(operation).containsKey("text/plain");
  }

  /** The schema of the body, references resolved at its root only; {@code null} without a body. */
  @Nullable JsonObject schema(String operation) {
    var json = content(operation).getJsonObject("application/json");
    return json == null ? null : Contract.resolved(document, json.getJsonObject("schema"));
  }

  /** The first example of a body; {@code null} for an operation without one. */
  @Nullable JsonObject body(String operation) {
    var json = content(operation).getJsonObject("application/json");
    if (json == null) {
      return null;
    }
    var example = json.getJsonObject("example");
    if (example == null) {
      var all = json.getJsonObject("examples");
      example = all.getJsonObject(all.fieldNames().iterator().next()).getJsonObject("value");
    }
    return example.copy();
  }

  /** Path and query, with an example of each parameter that is required. */
  public String target(String operation, String site, String id) {
    var endpoint = contract.endpoint(operation);
    var query = new StringBuilder();
    for (var each : operation(operation).getJsonArray("parameters", new JsonArray())) {
      var parameter = Contract.resolved(document, (JsonObject) each);
      if (parameter.getString("in").equals("query") && parameter.getBoolean("required", false)) {
        query
            .append(query.isEmpty() ? '?' : '&')
            .append(parameter.getString("name"))
            .append('=')
            .append(parameter.getValue("example", 1));
      }
    }
    return endpoint
            .path()
            .replace("{site}", site)
            .replace("{name}", "like")
            .replaceAll("\\{[a-z]+}", id)
        + query;
  }

  private JsonObject content(String operation) {
    var body = operation(operation).getJsonObject("requestBody", new JsonObject());
    return Contract.resolved(document, body).getJsonObject("content", new JsonObject());
  }

  private JsonObject operation(String operation) {
    var endpoint = contract.endpoint(operation);
    return document
        .getJsonObject("paths")
        .getJsonObject(endpoint.path())
        .getJsonObject(endpoint.method().name().toLowerCase(Locale.ROOT));
  }
}
