package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CleanTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "\n\t", "\u200B", "\u00A0\u2060\uFEFF", "\u3164", "\u2800\u115F"})
  void showsNothing_blankToTheEye(String text) {
    assertThat(CleanText.showsNothing(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "\u200Ba", "👋", "ا", "李", "\u0301"})
  void showsNothing_somethingToSee(String text) {
    assertThat(CleanText.showsNothing(text)).isFalse();
  }

  @Test
  void line_manyLines_becomeOne() {
    assertThat(CleanText.line(" Ann\r\n  Marie\u00A0\u2003O\u202Eb\u0007 "))
        .isEqualTo("Ann Marie Ob");
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "  Ann\u00a0 MARIE ,ann marie",
        "Ａｎｎ,ann",
        "Jose\u0301,josé",
        "\u200Fשרה\u200E,שרה",
        "Sam Jr.,sam jr",
        "McDonald's,mcdonald",
        "Ann’S's!,ann",
        "J\u030C,ǰ",
        "İpek,i\u0307pek",
        "(^_^),(^_^",
        "…!?,''"
      })
  void folded_againIsTheSame(String name, String folded) {
    assertThat(CleanText.folded(name)).isEqualTo(folded);
    assertThat(CleanText.folded(folded)).isEqualTo(folded);
  }
}
