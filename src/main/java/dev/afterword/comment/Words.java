package dev.afterword.comment;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.text.NumberFormat;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;

/**
 * The words, numbers and times of one language, from the file that the widget has them from. In
 * words {@code {n}} is a number and {@code {name}} a name; an object holds plural forms.
 */
final class Words {
  private static final Words ENGLISH = read(Locale.ENGLISH);

  private final Locale locale;
  private final JsonObject words;

  private Words(Locale locale, JsonObject words) {
    this.locale = locale;
    this.words = words;
  }

  /** The words for those who read a language; English for those whose language is not spoken. */
  static Words in(Locale language) {
    return language.getLanguage().equals("en") ? ENGLISH : in(Locale.ENGLISH);
  }

  private static Words read(Locale locale) {
    var file = "/dev/afterword/words/" + locale.getLanguage() + ".json";
    try (var in = Words.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " was not built into this jar");
      }
      return new Words(locale, new JsonObject(Buffer.buffer(in.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tag of the language, as {@code lang} names it. */
  String language() {
    return locale.toLanguageTag();
  }

  /** Words that stand by themselves. */
  String say(String key) {
    return words.getString(key);
  }

  /** Words with a number in them. */
  String say(String key, long n) {
    var text =
        words.getValue(key) instanceof JsonObject forms
            ? forms.getString(n == 1 ? "one" : "other")
            : words.getString(key);
    return text.replace("{n}", NumberFormat.getIntegerInstance(locale).format(n));
  }

  /** Words with a name in them. */
  String say(String key, String name) {
    return words.getString(key).replace("{name}", name);
  }

  /** A moment, the same wherever it is read. */
  String moment(Instant time) {
    var at = time.atOffset(ZoneOffset.UTC);
    var day = DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG).withLocale(locale).format(at);
    return day + ", " + DateTimeFormatter.ofPattern("HH:mm", locale).format(at) + " UTC";
  }
}
