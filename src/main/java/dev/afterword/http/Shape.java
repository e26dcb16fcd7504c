package dev.afterword.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema that speaks to people: one sentence of ours for each place where a value does not
 * fit.
 *
 * <p>Immutable, so event loops may share it. Vert.x's validator replaces parts of its schema while
 * it validates; {@link #settled} does all of that beforehand.
 */
final class Shape {
  /** More than anybody reads; a hostile body could have thousands. */
  private static final int MOST_FAULTS = 20;

  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri("app://")
          .setDraft(Draft.DRAFT202012)
          .setOutputFormat(OutputFormat.Basic);

  /** The part of a location that names places of ours, not a caller's own field names. */
  private static final Pattern PLAIN_PLACE = Pattern.compile("#(/[A-Za-z0-9_-]{1,40})*");

  private static final Map<String, String> TYPES =
      Map.of(
          "string", "Must be text.",
          "integer", "Must be a whole number.",
          "number", "Must be a number.",
          "boolean", "Must be true or false.",
          "array", "Must be a list.",
          "object", "Must be an object.");

  private final JsonSchema schema;
  private final Validator validator;

  private Shape(JsonSchema schema) {
    this.schema = schema;
    this.validator = SchemaRepository.create(OPTIONS).validator(schema);
  }

  /** The shape that a schema of a document describes; the schema may not contain itself. */
  static Shape of(JsonObject schema, JsonObject document) {
    return new Shape((JsonSchema) settled("", schema, document));
  }

  /** What a value has to be: {@code string}, {@code array}… */
  String type() {
    return type((JsonObject) schema);
  }

  /** What each value of a list has to be. */
  String itemType() {
    return type(((JsonObject) schema).getJsonObject("items"));
  }

  /** What is wrong with a value, at most one fault for each place; empty when it fits. */
  List<Fault> faults(Object value) {
    var faults = new LinkedHashMap<String, Fault>();
    longLists("#", (JsonObject) schema, value, faults);
    if (!faults.isEmpty()) {
      return List.copyOf(faults.values());
    }
    var errors = validator.validate(value).getErrors();
    if (errors == null) {
      return List.of();
    }
    for (var error : errors) {
      if (faults.size() >= MOST_FAULTS) {
        break;
      }
      collect(error, value, faults);
    }
    return List.copyOf(faults.values());
  }

  /** Refuses a list that is too long unread: the validator would tell of each of its values. */
  private static void longLists(
      String place, JsonObject schema, @Nullable Object value, Map<String, Fault> faults) {
    if (value instanceof JsonArray list
        && schema.getInteger("maxItems", Integer.MAX_VALUE) < list.size()) {
      faults.put(place, Fault.at(place, sentence(schema, "maxItems")));
    }
    if (value instanceof JsonObject object
        && schema.getValue("properties") instanceof JsonObject known) {
      for (var field : known) {
        var below = place + "/" + field.getKey();
        longLists(below, (JsonObject) field.getValue(), object.getValue(field.getKey()), faults);
      }
    }
  }

  private void collect(OutputUnit error, Object value, Map<String, Fault> faults) {
    var location = error.getKeywordLocation();
    var cut = location.lastIndexOf('/');
    var keyword = location.substring(cut + 1);
    var at = (JsonObject) pointer(location.substring(0, cut)).queryJson(schema);
    var place = place(error.getInstanceLocation());
    switch (keyword) {
      case "properties", "items" -> {} // the reason follows, as an error of its own
      case "required" ->
          missing(at, pointer(place).queryJson(value))
              .forEach(
                  name -> {
                    var below = place + "/" + name;
                    faults.putIfAbsent(below, Fault.at(below, "This is required."));
                  });
      default -> faults.putIfAbsent(place, Fault.at(place, sentence(at, keyword)));
    }
  }

  private static List<String> missing(JsonObject schema, Object value) {
    return schema.getJsonArray("required").stream()
        .map(String.class::cast)
        .filter(name -> value instanceof JsonObject object && !object.containsKey(name))
        .toList();
  }

  private static String sentence(JsonObject schema, String keyword) {
    return switch (keyword) {
      case "type", "minimum", "maximum" -> kind(schema);
      case "enum" -> "Must be one of " + choices(schema.getJsonArray("enum")) + ".";
      case "minLength" -> atLeast(schema.getInteger(keyword), "character", " long");
      case "maxLength" -> atMost(schema.getInteger(keyword), "character", " long");
      case "minItems" -> atLeast(schema.getInteger(keyword), "value", "");
      case "maxItems" -> atMost(schema.getInteger(keyword), "value", "");
      default -> schema.getString("x-fault", "Is not right here.");
    };
  }

  /** One sentence for a wrong type and a wrong size: whoever meets the one will want the other. */
  private static String kind(JsonObject schema) {
    var sentence = TYPES.getOrDefault(type(schema), "Is not right here.");
    var minimum = schema.getNumber("minimum");
    var maximum = schema.getNumber("maximum");
    if (minimum == null && maximum == null) {
      return sentence;
    }
    var range =
        minimum == null
            ? " up to " + maximum
            : maximum == null ? ", at least " + minimum : " from " + minimum + " to " + maximum;
    return sentence.substring(0, sentence.length() - 1) + range + ".";
  }

  /** The type; of several the first, as the others are {@code null}. */
  private static String type(JsonObject schema) {
    return schema.getValue("type") instanceof JsonArray types
        ? types.getString(0)
        : schema.getString("type");
  }

  private static String atLeast(int count, String unit, String suffix) {
    return count == 1
        ? "Must not be empty."
        : String.format(Locale.ROOT, "Must be at least %,d %ss%s.", count, unit, suffix);
  }

  private static String atMost(int count, String unit, String suffix) {
    return String.format(Locale.ROOT, "Must be at most %,d %ss%s.", count, unit, suffix);
  }

  private static String choices(JsonArray values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static String place(String instanceLocation) {
    var plain = PLAIN_PLACE.matcher(instanceLocation);
    return plain.lookingAt() ? plain.group() : "#";
  }

  private static JsonPointer pointer(String location) {
    return JsonPointer.from(location.substring(1));
  }

  /**
   * A schema of our own, ready for many threads: every object in it already is what the validator
   * would make of it while it runs.
   *
   * <ul>
   *   <li>What a reference leads to stands in its place.
   *   <li>{@code format} goes: it is a note in JSON Schema 2020-12, and the expressions behind it
   *       recurse over a hostile text until the stack ends.
   *   <li>A pattern's final {@code $} becomes {@code \z}: in Java, {@code $} also lets a line feed
   *       through.
   * </ul>
   */
  private static Object settled(String key, Object value, JsonObject document) {
    if (value instanceof JsonObject object) {
      var copy = new JsonObject();
      for (var field : Contract.resolved(document, object)) {
        if (!(field.getKey().equals("format") && field.getValue() instanceof String)) {
          copy.put(field.getKey(), settled(field.getKey(), field.getValue(), document));
        }
      }
      return JsonSchema.of(copy);
    }
    if (value instanceof JsonArray array) {
      return new JsonArray(array.stream().map(it -> settled("", it, document)).toList());
    }
    if (key.equals("pattern") && value instanceof String pattern && pattern.endsWith("$")) {
      return pattern.substring(0, pattern.length() - 1) + "\\z";
    }
    return value;
  }
}
