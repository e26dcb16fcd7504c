package dev.afterword.http;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The contract's own examples of the operations that change something. */
public final class WrittenExamples {
  private final Contract contract;
  private final JsonObject document;

  public WrittenExamples(Contract contract) {
    this.contract = contract;
    this.document = contract.document();
  }

  /** All operations. */
  List<String> all() {
    return List.copyOf(contract.operations());
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

  /** Whether the body is a form's. */
  boolean takesForm(String operation) {
    return content(operation).containsKey("application/x-www-form-urlencoded");
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
    return target(operation, site, id, id);
  }

  /** The same, with somebody who may be banned. */
  String target(String operation, String site, String id, String author) {
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
            .replace("{author}", author)
            .replaceAll("\\{[a-z]+}", id)
        + query;
  }

  /** The names of all parameters in the query. */
  List<String> queryNames(String operation) {
    return operation(operation).getJsonArray("parameters", new JsonArray()).stream()
        .map(each -> Contract.resolved(document, (JsonObject) each))
        .filter(each -> each.getString("in").equals("query"))
        .map(each -> each.getString("name"))
        .toList();
  }

  /**
   * The first example of a body with each text in it, and each that the schema allows besides,
   * replaced in turn.
   */
  List<JsonObject> with(String operation, String text) {
    var bodies = new ArrayList<JsonObject>();
    var example = body(operation);
    if (example != null) {
      replaced(schema(operation), example, text, each -> bodies.add((JsonObject) each));
    }
    return bodies;
  }

  private void replaced(
      JsonObject given, @Nullable JsonObject base, String text, Consumer<Object> found) {
    var schema = Contract.resolved(document, given);
    var type = schema.getValue("type");
    if (is(type, "string")) {
      found.accept(text);
    }
    if (is(type, "array")) {
      var items = schema.getJsonObject("items");
      replaced(items, null, text, each -> found.accept(new JsonArray().add(each)));
    }
    if (is(type, "object")) {
      var rest = base == null ? least(schema) : base;
      for (var each : schema.getJsonObject("properties", new JsonObject())) {
        var inner = (JsonObject) each.getValue();
        replaced(inner, null, text, it -> found.accept(rest.copy().put(each.getKey(), it)));
      }
      found.accept(rest.copy().put(text, text));
    }
  }

  /** What an object has to have, as short as it goes. */
  private JsonObject least(JsonObject schema) {
    var object = new JsonObject();
    for (var name : schema.getJsonArray("required", new JsonArray())) {
      var property =
          Contract.resolved(
              document, schema.getJsonObject("properties").getJsonObject((String) name));
      var words = property.getJsonArray("enum");
      object.put((String) name, words == null ? "x" : words.getValue(0));
    }
    return object;
  }

  private static boolean is(Object type, String wanted) {
    return wanted.equals(type) || (type instanceof JsonArray several && several.contains(wanted));
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
