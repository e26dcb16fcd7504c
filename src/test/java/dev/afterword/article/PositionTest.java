package dev.afterword.article;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PositionTest {
  @ParameterizedTest
  @ValueSource(strings = {"a:0", "EPOCH:9007199254740991", "0123456789abcdefABCDEF0123456789:42"})
  void parse_whatWasWritten_readsBack(String text) {
    assertThat(Position.parse(text)).isPresent().get().hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "a:",
        ":1",
        "a",
        "a:-1",
        "a:+1",
        "a:01",
        "a:00",
        "a:1 ",
        " a:1",
        "a:1:2",
        "a-b:1",
        "a:9007199254740992",
        "a:99999999999999999999",
        "a:٣",
        "é:1",
        "a:1\n",
        "a:1e3",
        "a:0x1",
        "0123456789abcdefABCDEF0123456789x:1"
      })
  void parse_malformed_isEmpty(String text) {
    assertThat(Position.parse(text)).isEmpty();
  }

  @Test
  void position_thatCouldNotBeReadBack_isRefused() {
    assertThatThrownBy(() -> new Position("", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Position("a:b", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Position("a", -1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Position("a", 1L << 53))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
