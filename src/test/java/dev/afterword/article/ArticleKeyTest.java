package dev.afterword.article;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ArticleKeyTest {
  private static final List<String> ORIGINS = List.of("https://news.example", "http://[::1]:8080");

  /** The fixture that the widget is held to as well. */
  @TestFactory
  Stream<DynamicTest> fixture_everyCase_normalisesAsWritten() throws IOException {
    return cases().stream()
        .map(
            example ->
                DynamicTest.dynamicTest(example.get("name").asText(), () -> assertCase(example)));
  }

  private static void assertCase(JsonNode example) {
    var origins = new ArrayList<String>();
    example.get("origins").forEach(origin -> origins.add(origin.asText()));
    String raw = example.get("in").asText();
    if (example.has("error")) {
      assertThatThrownBy(() -> ArticleKey.of(raw, origins))
          .isInstanceOf(InvalidArticleKeyException.class);
      return;
    }
    String key = ArticleKey.of(raw, origins).value();
    assertThat(key).isEqualTo(example.get("out").asText());
    assertThat(ArticleKey.of(key, origins).value()).as("normalised again").isEqualTo(key);
  }

  @Test
  void of_randomText_isIdempotentAndClean() throws IOException {
    long seed = System.nanoTime();
    System.out.println("ArticleKeyTest seed " + seed);
    var random = new Random(seed);
    var pieces = new ArrayList<>(PIECES);
    cases().forEach(example -> pieces.add(example.get("in").asText()));
    int keys = 0;
    for (int i = 0; i < 200_000; i++) {
      String raw = randomText(random, pieces);
      try {
        String key = ArticleKey.of(raw, ORIGINS).value();
        keys++;
        assertThat(ArticleKey.of(key, ORIGINS).value()).as("seed %s, %s", seed, raw).isEqualTo(key);
        assertThat(key.getBytes(StandardCharsets.UTF_8).length).isBetween(1, 512);
        if (key.startsWith("/")) {
          assertThat(key).matches("[!-~]+");
          assertThat(key.split("\\?", 2)[0]).doesNotContain("/../", "//");
        }
      } catch (InvalidArticleKeyException refused) {
        assertThat(refused.getMessage()).endsWith(".");
      }
    }
    assertThat(keys).as("not everything is refused").isGreaterThan(20_000);
  }

  /** The short cut must answer what the long way answers. */
  @Test
  void normalPath_randomText_isUnchangedByTheAlgorithm() {
    long seed = System.nanoTime();
    System.out.println("ArticleKeyTest seed " + seed);
    var random = new Random(seed);
    int normal = 0;
    for (int i = 0; i < 200_000; i++) {
      String raw = "/" + randomText(random, PATH_PIECES);
      if (KeyAlgorithm.isNormalPath(raw)) {
        normal++;
        assertThat(KeyAlgorithm.normalise(raw, ORIGINS)).as("seed %s", seed).isEqualTo(raw);
      }
    }
    assertThat(normal).isGreaterThan(20_000);
  }

  @Test
  void key_readFromTheStore_isCheckedButNotChanged() {
    assertThat(new ArticleKey("/a/").value()).isEqualTo("/a/");
    assertThatThrownBy(() -> new ArticleKey("")).isInstanceOf(InvalidArticleKeyException.class);
    assertThatThrownBy(() -> new ArticleKey("é".repeat(257)))
        .isInstanceOf(InvalidArticleKeyException.class)
        .hasMessage("An article key is 1 to 512 bytes after normalising.");
  }

  private static String randomText(Random random, List<String> pieces) {
    var text = new StringBuilder();
    for (int n = random.nextInt(8); n >= 0; n--) {
      text.append(
          random.nextInt(12) == 0
              ? String.valueOf((char) random.nextInt(0x10000))
              : pieces.get(random.nextInt(pieces.size())));
    }
    return text.toString();
  }

  private static List<JsonNode> cases() throws IOException {
    try (var file = ArticleKeyTest.class.getResourceAsStream("keys-v1.json")) {
      var cases = new ArrayList<JsonNode>();
      new ObjectMapper().readTree(file).forEach(cases::add);
      return cases;
    }
  }

  private static final List<String> PATH_PIECES =
      List.of("/", "a", "b-c", ".", "..", "index.html", "~", ":@", "%41", "/.", "A1_", "?", "#");

  private static final List<String> PIECES =
      List.of(
          ("http:// HTTPS:// news.example evil.example user@ [::1] [2001:db8::1] :80 :443 :8080 : "
                  + "/ // . .. %2e %2E%2e %2f %5c %00 % %% %zz %4 1 %25 %C3%A9 é ß ü。 ⒈ ℀ ／ ． "
                  + "？ ＃ ＠ : @ index.html index.html/ a B ~ ? & = # + ; utm_source=x fbclid "
                  + "b=2 a=1 a= \\ [ ] < > \" ' { } | ^ ` 🙂 xn-- XN--A xn--bcher-kva - _ 0x7f.1")
              .split(" "));
}
