package dev.afterword.http;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The OpenAPI document: served as it is, and the rule that requests are held to.
 *
 * <p>Immutable once loaded, and never waits; all event loops share one.
 *
 * <p>A test checks that the document is good OpenAPI and that vertx-openapi takes it. Doing that at
 * each start, with {@code OpenAPIContract.from}, would be most of the time a start takes.
 */
public final class Contract {
  private static final String RESOURCE = "/dev/afterword/openapi.yaml";
  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  /** The media types of bodies that are checked, as parts of a pointer (RFC 6901). */
  private static final List<String> BODIES =
      List.of("application~1json", "application~1x-www-form-urlencoded");

  private final Buffer yaml;
  private final JsonObject document;
  private final Map<String, Rules> operations;

  private Contract(Buffer yaml, JsonObject document) {
    this.yaml = yaml;
    this.document = document;
    this.operations = operations(document);
  }

  /** Where an operation lives, in the document's own notation: {@code /api/v1/{site}/counts}. */
  public record Endpoint(HttpMethod method, String path) {}

  private record Rules(
      Endpoint endpoint,
      List<QueryRule> query,
      @Nullable Shape body,
      boolean bodyRequired,
      @Nullable String staffRole) {}

  /** Reads the document, away from the event loop. */
  public static Future<Contract> load(Vertx vertx) {
    return vertx.executeBlocking(Contract::read, false);
  }

  /** The document's bytes. */
  public Buffer yaml() {
    return yaml.copy();
  }

  /** The document as data, its references as they stand; a copy. */
  public JsonObject document() {
    return document.copy();
  }

  /** The operationIds, in alphabetical order. */
  public Set<String> operations() {
    return operations.keySet();
  }

  /** Method and path of an operation. */
  public Endpoint endpoint(String operationId) {
    return rules(operationId).endpoint();
  }

  /**
   * The least role of an operation that is for staff alone, in the document's word for it; {@code
   * null} for an operation that is for others too, as pages are that the document does not know.
   */
  public @Nullable String staffRole(String operationId) {
    var rules = operations.get(operationId);
    return rules == null ? null : rules.staffRole();
  }

  /**
   * What is wrong with a query, at most one fault for each parameter. Parameters that the operation
   * does not know are ignored.
   */
  public List<Fault> query(String operationId, MultiMap query) {
    return rules(operationId).query().stream()
        .map(rule -> rule.fault(query.getAll(rule.name())))
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * What is wrong with a body, at most one fault for each place.
   *
   * @param json as decoded: JsonObject, JsonArray, String, Number, Boolean; null when there is none
   */
  public List<Fault> body(String operationId, @Nullable Object json) {
    var rules = rules(operationId);
    if (rules.body() == null) {
      return List.of();
    }
    if (json == null) {
      return rules.bodyRequired() ? List.of(Fault.at("#", "A JSON body is required.")) : List.of();
    }
    return rules.body().faults(json);
  }

  private Rules rules(String operationId) {
    var rules = operations.get(operationId);
    if (rules == null) {
      throw new IllegalArgumentException("The document has no operation " + operationId);
    }
    return rules;
  }

  private static Contract read() throws IOException {
    try (var in = Contract.class.getResourceAsStream(RESOURCE)) {
      var yaml = Buffer.buffer(Objects.requireNonNull(in, RESOURCE).readAllBytes());
      Map<String, Object> document =
          new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml.toString());
      return new Contract(yaml, new JsonObject(document));
    }
  }

  private static Map<String, Rules> operations(JsonObject document) {
    var operations = new TreeMap<String, Rules>();
    for (var path : document.getJsonObject("paths")) {
      var item = (JsonObject) path.getValue();
      for (var method : item) {
        if (METHODS.contains(method.getKey())) {
          var verb = HttpMethod.valueOf(method.getKey().toUpperCase(Locale.ROOT));
          var operation = (JsonObject) method.getValue();
          operations.put(
              operation.getString("operationId"),
              rules(document, new Endpoint(verb, path.getKey()), item, operation));
        }
      }
    }
    return Collections.unmodifiableMap(operations);
  }

  private static Rules rules(
      JsonObject document, Endpoint endpoint, JsonObject path, JsonObject operation) {
    var query = new ArrayList<QueryRule>();
    for (var owner : List.of(path, operation)) {
      for (var parameter : owner.getJsonArray("parameters", new JsonArray())) {
        var it = resolved(document, (JsonObject) parameter);
        if (it.getString("in").equals("query")) {
          query.add(QueryRule.of(it, Shape.of(it.getJsonObject("schema"), document)));
        }
      }
    }
    var body = resolved(document, operation.getJsonObject("requestBody", new JsonObject()));
    var shape =
        BODIES.stream()
            .map(type -> JsonPointer.from("/content/" + type + "/schema").queryJson(body))
            .filter(Objects::nonNull)
            .map(schema -> Shape.of((JsonObject) schema, document))
            .findFirst()
            .orElse(null);
    return new Rules(
        endpoint,
        List.copyOf(query),
        shape,
        body.getBoolean("required", false),
        staffRole(operation));
  }

  /** In a security requirement stand the roles that are asked for; none means any. */
  private static @Nullable String staffRole(JsonObject operation) {
    var requirements = operation.getJsonArray("security", new JsonArray());
    if (requirements.size() != 1 || !requirements.getJsonObject(0).containsKey("staff")) {
      return null;
    }
    var roles = requirements.getJsonObject(0).getJsonArray("staff");
    return roles.isEmpty() ? "viewer" : roles.getString(0);
  }

  /** What stands behind a reference, or the object itself when it is none. */
  static JsonObject resolved(JsonObject document, JsonObject object) {
    var reference = object.getString("$ref");
    if (reference == null) {
      return object;
    }
    var target = JsonPointer.from(reference.substring(1)).queryJson(document);
    return resolved(document, (JsonObject) Objects.requireNonNull(target, reference));
  }
}
