package dev.afterword.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a value has to be, in the words of JSON Schema 2020-12 that the contract uses for requests;
 * any other word is refused when the contract is read. One sentence of ours for each place where a
 * value does not fit.
 *
 * <p>Immutable, so event loops may share it. Vert.x has a validator for all of JSON Schema, whose
 * one method is too long for HotSpot to compile: it took a fifth of the time of a comment. A test
 * compares the two.
 */
final class Shape {
  /** More than anybody reads; a hostile body could have thousands. */
  private static final int MOST_FAULTS = 20;

  private static final Set<String> RULES =
      Set.of(
          "type",
          "enum",
          "minimum",
          "maximum",
          "minLength",
          "maxLength",
          "pattern",
          "minItems",
          "maxItems",
          "items",
          "required",
          "properties",
          "additionalProperties");

  /** Words that rule nothing: {@code format} is one of them in this draft. */
  private static final Set<String> NOTES =
      Set.of("description", "default", "format", "example", "examples", "x-fault");

  private static final Map<String, String> TYPES =
      Map.of(
          "string", "Must be text.",
          "integer", "Must be a whole number.",
          "number", "Must be a number.",
          "boolean", "Must be true or false.",
          "array", "Must be a list.",
          "object", "Must be an object.");

  private final JsonObject schema;
  private final List<String> types;
  private final List<Object> choices;
  private final long least;
  private final long most;
  private final @Nullable Pattern pattern;
  private final @Nullable Shape items;
  private final @Nullable Shape others;
  private final List<String> required;
  private final Map<String, Shape> properties = new LinkedHashMap<>();

  private Shape(JsonObject schema, JsonObject document) {
    this.schema = schema;
    for (var word : schema.fieldNames()) {
      if (!RULES.contains(word) && !NOTES.contains(word)) {
        throw new IllegalArgumentException("A request's schema may not say '" + word + "'");
      }
    }
    this.types =
        schema.getValue("type") instanceof JsonArray several
            ? several.stream().map(String.class::cast).toList()
            : List.of(schema.getString("type"));
    this.choices = schema.getJsonArray("enum", new JsonArray()).stream().toList();
    this.least = bound("min", Long.MIN_VALUE);
    this.most = bound("max", Long.MAX_VALUE);
    var expression = schema.getString("pattern");
    this.pattern = expression == null ? null : Pattern.compile(strict(expression));
    var each = schema.getJsonObject("items");
    this.items = each == null ? null : of(each, document);
    var rest = schema.getJsonObject("additionalProperties");
    this.others = rest == null ? null : of(rest, document);
    this.required =
        schema.getJsonArray("required", new JsonArray()).stream().map(String.class::cast).toList();
    for (var property : schema.getJsonObject("properties", new JsonObject())) {
      properties.put(property.getKey(), of((JsonObject) property.getValue(), document));
    }
  }

  /** The shape that a schema of a document describes; the schema may not contain itself. */
  static Shape of(JsonObject schema, JsonObject document) {
    return new Shape(Contract.resolved(document, schema), document);
  }

  /** In Java, a final {@code $} also lets a line feed through. */
  private static String strict(String pattern) {
    return pattern.endsWith("$") ? pattern.substring(0, pattern.length() - 1) + "\\z" : pattern;
  }

  /** A size has one meaning for each type: a value, a length in code points, a count. */
  private long bound(String prefix, long otherwise) {
    var word =
        switch (type()) {
          case "string" -> prefix + "Length";
          case "array" -> prefix + "Items";
          default -> prefix + "imum";
        };
    return schema.getLong(word, otherwise);
  }

  /** What a value has to be, {@code string}, {@code array}…, when it is not {@code null}. */
  String type() {
    return types.get(0);
  }

  /** What each value of a list has to be. */
  String itemType() {
    return items == null ? type() : items.type();
  }

  /** What is wrong with a value, at most one fault for each place; empty when it fits. */
  List<Fault> faults(@Nullable Object value) {
    var faults = new Faults();
    check("#", value, faults);
    return faults.found == null ? List.of() : List.copyOf(faults.found.values());
  }

  /** Most values fit, and then nothing is made. */
  private static final class Faults {
    private @Nullable Map<String, Fault> found;

    private void add(String place, String sentence) {
      var all = found == null ? new LinkedHashMap<String, Fault>() : found;
      found = all;
      if (all.size() < MOST_FAULTS) {
        all.putIfAbsent(place, Fault.at(place, sentence));
      }
    }
  }

  private void check(String place, @Nullable Object value, Faults faults) {
    if (types.stream().noneMatch(type -> is(type, value))) {
      faults.add(place, kind());
    } else if (!choices.isEmpty() && !choices.contains(value)) {
      faults.add(place, "Must be one of " + listed(choices) + ".");
    } else if (value instanceof Number number) {
      if (number.doubleValue() < least || number.doubleValue() > most) {
        faults.add(place, kind());
      }
    } else if (value instanceof String text) {
      checkText(place, text, faults);
    } else if (value instanceof JsonArray list) {
      checkList(place, list, faults);
    } else if (value instanceof JsonObject object) {
      checkObject(place, object, faults);
    }
  }

  private static boolean is(String type, @Nullable Object value) {
    return switch (type) {
      case "null" -> value == null;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "number" -> value instanceof Number;
      case "integer" -> value instanceof Number number && isWhole(number);
      case "array" -> value instanceof JsonArray;
      case "object" -> value instanceof JsonObject;
      default -> throw new IllegalArgumentException(type);
    };
  }

  private static boolean isWhole(Number number) {
    double value = number.doubleValue();
    return number instanceof BigInteger || (Math.rint(value) == value && !Double.isInfinite(value));
  }

  private void checkText(String place, String text, Faults faults) {
    int units = text.length();
    if (units < least || units > most) {
      int characters = text.codePointCount(0, units);
      if (characters < least) {
        faults.add(place, atLeast(least, "character", " long"));
        return;
      }
      if (characters > most) {
        faults.add(place, atMost(most, "character", " long"));
        return;
      }
    }
    if (pattern != null && !pattern.matcher(text).find()) {
      faults.add(place, schema.getString("x-fault", "Is not right here."));
    }
  }

  /** The values of a list that is too long are not looked at. */
  private void checkList(String place, JsonArray list, Faults faults) {
    if (list.size() > most) {
      faults.add(place, atMost(most, "value", ""));
    } else if (list.size() < least) {
      faults.add(place, atLeast(least, "value", ""));
    } else if (items != null) {
      for (int i = 0; i < list.size(); i++) {
        items.check(place + "/" + i, list.getValue(i), faults);
      }
    }
  }

  private void checkObject(String place, JsonObject object, Faults faults) {
    for (var name : required) {
      if (!object.containsKey(name)) {
        faults.add(place + "/" + name, "This is required.");
      }
    }
    for (var property : properties.entrySet()) {
      var name = property.getKey();
      if (object.containsKey(name)) {
        property.getValue().check(place + "/" + name, object.getValue(name), faults);
      }
    }
    if (others != null) {
      for (var name : object.fieldNames()) {
        if (!properties.containsKey(name)) {
          others.check(place + "/" + name, object.getValue(name), faults);
        }
      }
    }
  }

  /** One sentence for a wrong type and a wrong size: whoever meets the one will want the other. */
  private String kind() {
    var sentence = TYPES.getOrDefault(type(), "Is not right here.");
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

  private static String atLeast(long count, String unit, String suffix) {
    return count == 1
        ? "Must not be empty."
        : String.format(Locale.ROOT, "Must be at least %,d %ss%s.", count, unit, suffix);
  }

  private static String atMost(long count, String unit, String suffix) {
    return String.format(Locale.ROOT, "Must be at most %,d %ss%s.", count, unit, suffix);
  }

  private static String listed(List<Object> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
