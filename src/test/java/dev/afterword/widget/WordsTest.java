package dev.afterword.widget;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each language says all that English says, in the forms that its numbers ask for. */
class WordsTest {
  private static final Path FOLDER = Path.of("src", "main", "web", "words");

  private static final Pattern BRACES = Pattern.compile("\\{(\\w+)}");

  /**
   * The forms that cardinal numbers ask for, from the CLDR's plural rules
   * (unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html).
   */
  private static final Map<String, Set<String>> FORMS =
      Map.ofEntries(
          Map.entry("ar", Set.of("zero", "one", "two", "few", "many", "other")),
          Map.entry("de", Set.of("one", "other")),
          Map.entry("en", Set.of("one", "other")),
          Map.entry("es", Set.of("one", "many", "other")),
          Map.entry("fr", Set.of("one", "many", "other")),
          Map.entry("it", Set.of("one", "many", "other")),
          Map.entry("ja", Set.of("other")),
          Map.entry("nl", Set.of("one", "other")),
          Map.entry("pl", Set.of("one", "few", "many", "other")),
          Map.entry("pt", Set.of("one", "many", "other")),
          Map.entry("uk", Set.of("one", "few", "many", "other")),
          Map.entry("zh", Set.of("other")));

  /** Forms that stand for one number alone, so that a noun in them may say it without a numeral. */
  private static final Map<String, Set<String>> ONE_NUMBER =
      Map.of("ar", Set.of("zero", "one", "two"));

  private static Stream<String> languages() {
    return FORMS.keySet().stream().sorted();
  }

  private static JsonObject words(String language) throws IOException {
    return new JsonObject(Files.readString(FOLDER.resolve(language + ".json")));
  }

  /** The texts of a language by their key, those of a plural by {@code key.form}. */
  private static Map<String, String> texts(JsonObject words) {
    var texts = new TreeMap<String, String>();
    for (var word : words) {
      if (word.getValue() instanceof JsonObject forms) {
        forms.forEach(form -> texts.put(word.getKey() + "." + form.getKey(), "" + form.getValue()));
      } else {
        texts.put(word.getKey(), "" + word.getValue());
      }
    }
    return texts;
  }

  private static Set<String> braces(String text) {
    return BRACES.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
  }

  @Test
  void eachFile_isOfALanguageWithItsForms() throws IOException {
    try (var files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .filteredOn(name -> name.endsWith(".json"))
          .containsExactlyInAnyOrderElementsOf(
              languages().map(language -> language + ".json").toList());
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void eachLanguage_hasTheKeysOfEnglish_andItsOwnForms(String language) throws IOException {
    var english = words("en");
    var words = words(language);
    assertThat(List.copyOf(words.fieldNames()))
        .as("in the same order, to be read beside each other")
        .isEqualTo(List.copyOf(english.fieldNames()));
    for (var word : english) {
      var key = word.getKey();
      if (word.getValue() instanceof JsonObject) {
        assertThat(words.getJsonObject(key).fieldNames())
            .as(key)
            .containsExactlyInAnyOrderElementsOf(FORMS.get(language));
      } else {
        assertThat(words.getValue(key)).as(key).isInstanceOf(String.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("languages")
  void eachText_hasTheBracesOfEnglish(String language) throws IOException {
    var english = texts(words("en"));
    texts(words(language))
        .forEach(
            (key, text) -> {
              var word = key.replaceFirst("\\..*", "");
              var form = key.substring(word.length()).replace(".", "");
              // A score may be below zero, and -1 asks for the form of 1.
              var bare =
                  ONE_NUMBER.getOrDefault(language, Set.of()).contains(form)
                      && !word.equals("points");
              var wanted = braces(english.getOrDefault(word, english.get(word + ".other")));
              if (!bare) {
                assertThat(braces(text)).as(key).isEqualTo(wanted);
              }
              assertThat(wanted).as(key).containsAll(braces(text));
              assertThat(text.replaceAll(BRACES.pattern(), "")).as(key).doesNotContain("{", "}");
            });
  }

  @ParameterizedTest
  @MethodSource("languages")
  void eachText_isCalm(String language) throws IOException {
    texts(words(language))
        .forEach(
            (key, text) -> {
              assertThat(text).as(key).isNotBlank().doesNotContain("!", "！", "¡");
              assertThat(text).as(key).doesNotMatch("(?sU)\\s.*|.*\\s").doesNotContain("...");
            });
  }

  /** Who speaks to the page says what is seen: the button's word is in its whole name. */
  @ParameterizedTest
  @MethodSource("languages")
  void theNameOfReply_containsItsWord(String language) throws IOException {
    var words = words(language);
    var locale = Locale.forLanguageTag(language);
    assertThat(words.getString("replyTo").toLowerCase(locale))
        .contains(words.getString("reply").toLowerCase(locale));
  }

  @Test
  @NeedsBrowser
  void theForms_areThoseOfTheBrowser(Browser browser) {
    Page page = browser.open("about:blank");
    for (var language : languages().toList()) {
      var forms =
          page.evaluate(
              "language => new Intl.PluralRules(language).resolvedOptions().pluralCategories",
              language);
      assertThat(forms)
          .as(language)
          .asInstanceOf(InstanceOfAssertFactories.list(String.class))
          .containsExactlyInAnyOrderElementsOf(FORMS.get(language));
    }
  }

  @Test
  @NeedsBrowser
  void theFormsThatSayTheirNumber_haveOneOnly(Browser browser) {
    Page page = browser.open("about:blank");
    ONE_NUMBER.forEach(
        (language, forms) -> {
          for (var form : forms) {
            var numbers =
                page.evaluate(
                    "([language, form]) => [...Array(1000).keys()].filter("
                        + "n => new Intl.PluralRules(language).select(n) === form).length",
                    List.of(language, form));
            assertThat(numbers).as(language + " " + form).isEqualTo(1);
          }
        });
  }
}
