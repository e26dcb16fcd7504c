package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LookAlikesTest {
  @ParameterizedTest
  @CsvSource({
    "Ada,ada",
    "Ada,A d a",
    "Ada,Аdа",
    "Ada,Áda",
    "Ada,A\u200Bd\u200Ca",
    "Ada,\u202EAda",
    "Ada,Ａｄａ",
    "Ada,𝓐𝓭𝓪",
    "Ada,A\u0336da",
    "Paul,PauI",
    "Paul,Pau1",
    "Ian,lan",
    "Ian,ian",
    "Bob,B0b",
    "Mark,rnark",
    "Олег,Oлer",
    "ΝΙΚΟΣ,NIKOΣ",
  })
  void namesThatLookAlike_haveOneSkeleton(String name, String other) {
    assertThat(LookAlikes.skeleton(other)).isEqualTo(LookAlikes.skeleton(name));
  }

  @ParameterizedTest
  @CsvSource({"Ada,Eda", "Anna,Ana", "José,Josh", "王伟,王芳", "Иван,Ивар", "Bob,Rob"})
  void namesThatDoNot_haveTwo(String name, String other) {
    assertThat(LookAlikes.skeleton(other)).isNotEqualTo(LookAlikes.skeleton(name));
  }

  @Test
  void aNameOfWhatNobodySees_hasNone() {
    assertThat(LookAlikes.skeleton("\u200B \u0301\u3164")).isEmpty();
  }
}
