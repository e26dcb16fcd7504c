package dev.afterword.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one query parameter has to be.
 *
 * @param repeatable whether it may stand there several times; the shape is a list then
 * @param type what each of its texts stands for
 */
record QueryRule(String name, boolean required, boolean repeatable, String type, Shape shape) {
  /** Longer numbers are no count of anything, and would not fit a long. */
  private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

  /** The rule that a parameter of the document states, given the shape of its schema. */
  static QueryRule of(JsonObject parameter, Shape shape) {
    var repeatable = shape.type().equals("array");
    return new QueryRule(
        parameter.getString("name"),
        parameter.getBoolean("required", false),
        repeatable,
        repeatable ? shape.itemType() : shape.type(),
        shape);
  }

  /** What is wrong with the texts that a query has for this parameter. */
  @Nullable Fault fault(List<String> texts) {
    if (texts.isEmpty()) {
      return required ? Fault.in(name, "This is required.") : null;
    }
    if (!repeatable && texts.size() > 1) {
      return Fault.in(name, "Must be given only once.");
    }
    var values = new ArrayList<>();
    texts.forEach(text -> values.add(value(text)));
    var faults = shape.faults(repeatable ? new JsonArray(values) : values.get(0));
    return faults.isEmpty() ? null : Fault.in(name, faults.get(0).detail());
  }

  /** What a text stands for. One that stands for nothing stays text, and fits no other type. */
  private Object value(String text) {
    if (type.equals("integer") && DIGITS.matcher(text).matches()) {
      return Long.valueOf(text);
    }
    if (type.equals("boolean") && (text.equals("true") || text.equals("false"))) {
      return Boolean.valueOf(text);
    }
    return text;
  }
}
