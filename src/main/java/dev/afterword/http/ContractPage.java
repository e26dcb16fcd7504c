package dev.afterword.http;

import static dev.afterword.http.Html.escape;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * The OpenAPI document as a page for people: rendered once, one file, no script, no foreign host.
 *
 * <p>Everything from the document is escaped; its descriptions are Markdown.
 */
public final class ContractPage {
  private static final Parser MARKDOWN = Parser.builder().build();
  private static final HtmlRenderer HTML =
      HtmlRenderer.builder().escapeHtml(true).sanitizeUrls(true).build();
  private static final String SCHEMAS = "#/components/schemas/";

  private final JsonObject document;
  private final StringBuilder out = new StringBuilder(100_000);

  private ContractPage(JsonObject document) {
    this.document = document;
  }

  /** The page; its style sheet is served at {@code /docs.css}. */
  public static Buffer render(JsonObject document) {
    var page = new ContractPage(document);
    page.write();
    return Buffer.buffer(page.out.toString());
  }

  private void write() {
    var info = document.getJsonObject("info");
    out.append(
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%1$s API</title>
        <link rel="stylesheet" href="docs.css">
        <header>
        <h1>%1$s API</h1>
        <p class="lead">%2$s</p>
        <p class="quiet">Version %3$s · <a href="openapi.yaml">openapi.yaml</a></p>
        </header>
        """
            .formatted(text(info, "title"), text(info, "summary"), text(info, "version")));
    contents();
    out.append("<main>\n<section class=\"prose\">").append(prose(info)).append("</section>\n");
    for (var tag : objects(document.getJsonArray("tags"))) {
      var name = tag.getString("name");
      out.append("<section><h2 id=\"%s\">%s</h2>".formatted(tagId(name), escape(name)));
      out.append(prose(tag));
      operations(name).forEach(this::operation);
      out.append("</section>\n");
    }
    schemas();
    out.append("</main>\n</html>\n");
  }

  private void contents() {
    out.append("<nav aria-label=\"Contents\"><ul>");
    for (var tag : objects(document.getJsonArray("tags"))) {
      var name = tag.getString("name");
      out.append("<li><a href=\"#%s\">%s</a><ul>".formatted(tagId(name), escape(name)));
      for (var it : operations(name)) {
        var id = text(it.model(), "operationId");
        out.append("<li><a href=\"#%s\">%s</a>".formatted(id, text(it.model(), "summary")));
      }
      out.append("</ul>");
    }
    out.append("<li><a href=\"#schemas\">Schemas</a></ul></nav>\n");
  }

  private record Operation(String method, String path, JsonArray parameters, JsonObject model) {}

  private List<Operation> operations(String tag) {
    return document.getJsonObject("paths").stream()
        .flatMap(path -> operations(path.getKey(), (JsonObject) path.getValue()))
        .filter(it -> it.model().getJsonArray("tags").contains(tag))
        .toList();
  }

  private static Stream<Operation> operations(String path, JsonObject item) {
    var shared = item.getJsonArray("parameters", new JsonArray());
    return item.stream()
        .filter(entry -> !entry.getKey().equals("parameters"))
        .map(entry -> Map.entry(entry.getKey(), (JsonObject) entry.getValue()))
        .map(
            it -> {
              var own = it.getValue().getJsonArray("parameters", new JsonArray());
              return new Operation(it.getKey(), path, shared.copy().addAll(own), it.getValue());
            });
  }

  private void operation(Operation it) {
    var model = it.model();
    out.append(
        "<article><h3 id=\"%1$s\">%2$s</h3>"
            .formatted(text(model, "operationId"), text(model, "summary")));
    out.append(
        "<p class=\"call\"><b>%s</b> <code>%s</code>"
            .formatted(it.method().toUpperCase(Locale.ROOT), path(it.path())));
    out.append("<div class=\"prose\">%s</div>".formatted(prose(model)));
    if (model.containsKey("security")) {
      out.append("<p>").append(who(model.getJsonArray("security")));
    }
    parameters(it.parameters());
    if (model.containsKey("requestBody")) {
      var body = Contract.resolved(document, model.getJsonObject("requestBody"));
      out.append(
          "<h4>Body%s</h4>".formatted(body.getBoolean("required", false) ? "" : ", optional"));
      out.append(prose(body));
      content(body);
    }
    out.append("<h4>Answers</h4><dl>");
    for (var response : model.getJsonObject("responses")) {
      answer(response.getKey(), Contract.resolved(document, (JsonObject) response.getValue()));
    }
    out.append("</dl></article>\n");
  }

  private static String who(JsonArray security) {
    var names =
        objects(security).stream()
            .map(it -> it.isEmpty() ? "none" : String.join(" and ", it.fieldNames()))
            .collect(Collectors.joining(", "));
    return "<span class=\"quiet\">Token:</span> " + escape(names) + ".";
  }

  private void parameters(JsonArray parameters) {
    if (parameters.isEmpty()) {
      return;
    }
    out.append("<h4>Parameters</h4><dl>");
    for (var each : objects(parameters)) {
      var it = Contract.resolved(document, each);
      var need = it.getBoolean("required", false) ? ", required" : "";
      var schema = it.getJsonObject("schema");
      term(text(it, "name"), escape(it.getString("in")) + need + " · " + type(schema));
      out.append("<dd>").append(prose(it));
      example(it);
    }
    out.append("</dl>");
  }

  private void answer(String status, JsonObject response) {
    out.append("<dt><b>%s</b><dd>".formatted(escape(status))).append(prose(response));
    var headers = response.getJsonObject("headers", new JsonObject()).fieldNames();
    if (!headers.isEmpty()) {
      out.append("<p class=\"quiet\">")
          .append(
              headers.stream()
                  .map(it -> "<code>" + escape(it) + "</code>")
                  .collect(Collectors.joining(" ")));
    }
    content(response);
  }

  private void content(JsonObject owner) {
    for (var media : owner.getJsonObject("content", new JsonObject())) {
      var model = (JsonObject) media.getValue();
      out.append(
          "<p><code>%s</code> · %s"
              .formatted(escape(media.getKey()), type(model.getJsonObject("schema"))));
      example(model);
    }
  }

  private void example(JsonObject owner) {
    if (owner.containsKey("example")) {
      sample("Example", owner.getValue("example"));
    }
    for (var named : owner.getJsonObject("examples", new JsonObject())) {
      var it = (JsonObject) named.getValue();
      sample("Example: " + it.getString("summary", named.getKey()), it.getValue("value"));
    }
  }

  private void sample(String title, Object value) {
    var isShort = !(value instanceof JsonObject);
    var json = value instanceof JsonObject object ? object.encodePrettily() : inline(value);
    out.append(
        isShort
            ? "<p class=\"quiet\">%s: <code>%s</code>".formatted(escape(title), escape(json))
            : "<details><summary>%s</summary><pre><code>%s</code></pre></details>"
                .formatted(escape(title), escape(json)));
  }

  private static String inline(Object value) {
    return value instanceof JsonArray array
        ? array.stream().map(String::valueOf).collect(Collectors.joining(" "))
        : String.valueOf(value);
  }

  private void schemas() {
    out.append("<section><h2 id=\"schemas\">Schemas</h2>");
    for (var each : document.getJsonObject("components").getJsonObject("schemas")) {
      var schema = (JsonObject) each.getValue();
      var required = schema.getJsonArray("required", new JsonArray());
      out.append("<article><h3 id=\"%1$s\">%1$s</h3>".formatted(escape(each.getKey())));
      out.append(prose(schema)).append("<p>").append(type(schema));
      out.append("<dl>");
      fields("", schema, required);
      out.append("</dl></article>\n");
    }
    out.append("</section>\n");
  }

  private void fields(String prefix, JsonObject schema, JsonArray required) {
    for (var field : schema.getJsonObject("properties", new JsonObject())) {
      var it = (JsonObject) field.getValue();
      var need = required.contains(field.getKey()) ? " · always" : "";
      term(escape(prefix + field.getKey()), type(it) + need);
      out.append("<dd>").append(prose(it));
      fields(prefix + field.getKey() + ".", it, it.getJsonArray("required", new JsonArray()));
    }
  }

  private void term(String name, String note) {
    out.append("<dt><code>%s</code> <span class=\"quiet\">%s</span>".formatted(name, note));
  }

  /** A schema in a few words: its type, a link when it has a name, and its limits. */
  private static String type(JsonObject schema) {
    var reference = schema.getString("$ref");
    if (reference != null) {
      var name = escape(reference.substring(SCHEMAS.length()));
      return "<a href=\"#%1$s\">%1$s</a>".formatted(name);
    }
    var words = new StringBuilder();
    if (schema.getValue("items") instanceof JsonObject items) {
      words.append("list of ").append(type(items));
    } else if (schema.getValue("additionalProperties") instanceof JsonObject values) {
      words.append("object of ").append(type(values));
    } else {
      var type = schema.getValue("type");
      words.append(
          escape(
              type instanceof JsonArray types
                  ? String.join(" or ", strings(types))
                  : String.valueOf(type)));
    }
    if (schema.getValue("enum") instanceof JsonArray values) {
      words.append(": ").append(escape(String.join(", ", strings(values))));
    }
    range(words, schema, "minimum", "maximum", "");
    range(words, schema, "minLength", "maxLength", " characters");
    range(words, schema, "minItems", "maxItems", " values");
    if (schema.containsKey("default")) {
      words.append(", default ").append(escape(String.valueOf(schema.getValue("default"))));
    }
    return words.toString();
  }

  private static void range(
      StringBuilder words, JsonObject it, String low, String high, String of) {
    var from = it.getValue(low);
    var to = it.getValue(high);
    if (from != null || to != null) {
      words.append(", ");
      words.append(from == null ? "up to " + to : to == null ? "from " + from : from + "–" + to);
      words.append(of);
    }
  }

  /** A path that may break before its slashes, for narrow screens. */
  private static String path(String path) {
    return escape(path).replace("/", "<wbr>/");
  }

  private static String prose(JsonObject owner) {
    return HTML.render(MARKDOWN.parse(owner.getString("description", "")));
  }

  private static String tagId(String tag) {
    return "tag-" + escape(tag);
  }

  private static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  private static List<String> strings(JsonArray array) {
    return array.stream().map(String::valueOf).toList();
  }

  private static String text(JsonObject owner, String field) {
    return escape(owner.getString(field, ""));
  }
}
