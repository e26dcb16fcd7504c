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
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The words, numbers and times of one language, from the file that the widget has them from. In
 * words {@code {n}} is a number and {@code {name}} a name; an object holds plural forms.
 */
final class Words {
  private static final Words ENGLISH = read("en");

  private static final Map<String, Words> OTHERS =
      Stream.of("ar", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "uk", "zh")
          .collect(Collectors.toUnmodifiableMap(Function.identity(), Words::read));

  private final Locale locale;
  private final JsonObject words;

  private Words(Locale locale, JsonObject words) {
    this.locale = locale;
    this.words = words;
  }

  /**
   * The words of a language.
   *
   * @param language its tag, of two letters; {@code null} or one that is not spoken is English
   */
  static Words in(@Nullable String language) {
    return language == null ? ENGLISH : OTHERS.getOrDefault(language, ENGLISH);
  }

  private static Words read(String language) {
    var file = "/dev/afterword/words/" + language + ".json";
    try (var in = Words.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " was not built into this jar");
      }
      return new Words(
          Locale.forLanguageTag(language), new JsonObject(Buffer.buffer(in.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tag of the language, as {@code lang} names it. */
  String language() {
    return locale.toLanguageTag();
  }

  /** Which way it is written, as {@code dir} names it. */
  String direction() {
    return language().equals("ar") ? "rtl" : "ltr";
  }

  /** Words that stand by themselves. */
  String say(String key) {
    return words.getString(key);
  }

  /** Words with a number in them. */
  String say(String key, long n) {
    var text =
        words.getValue(key) instanceof JsonObject forms
            ? forms.getString(form(Math.abs(n)), forms.getString("other"))
            : words.getString(key);
    return text.replace("{n}", NumberFormat.getIntegerInstance(locale).format(n));
  }

  /** Which form a number takes: the cardinal rules of Unicode CLDR, for whole numbers. */
  String form(long n) {
    long ten = n % 10;
    long hundred = n % 100;
    boolean few = ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14);
    return switch (language()) {
      case "ar" -> arabic(n, hundred);
      case "fr", "pt" -> n <= 1 ? "one" : ofMillions(n);
      case "es", "it" -> n == 1 ? "one" : ofMillions(n);
      case "ja", "zh" -> "other";
      case "pl" -> n == 1 ? "one" : few ? "few" : "many";
      case "uk" -> ten == 1 && hundred != 11 ? "one" : few ? "few" : "many";
      default -> n == 1 ? "one" : "other";
    };
  }

  private static String arabic(long n, long hundred) {
    if (n <= 2) {
      return n == 0 ? "zero" : n == 1 ? "one" : "two";
    }
    return hundred >= 11 ? "many" : hundred >= 3 ? "few" : "other";
  }

  private static String ofMillions(long n) {
    return n > 0 && n % 1_000_000 == 0 ? "many" : "other";
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
