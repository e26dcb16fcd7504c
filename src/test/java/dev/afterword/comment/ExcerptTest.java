package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExcerptTest {
  static Stream<Arguments> words() {
    return Stream.of(
        arguments("", ""),
        arguments(" \n\t", ""),
        arguments("Hello, world", "Hello, world"),
        arguments("a *b* **c** ~~d~~ `e  f` \\*", "a b c d e f *"),
        arguments("a\nb  \nc\n\n\nd", "a b c d"),
        arguments(
            "# Title\ntext\n\n> quoted\n\n- one\n- two\n  1. three",
            "Title text quoted one two three"),
        arguments("a\n\n---\n\nb", "a b"),
        arguments("```java\nint a;\n\n  int b;\n```\nc", "int a; int b; c"),
        arguments("    int a;\n    int b;\n\nc", "int a; int b; c"),
        arguments("[words](https://a.example \"title\") b", "words b"),
        arguments("[a][1]\n\n[1]: https://a.example", "a"),
        arguments("https://a.example/b", "https://a.example/b"),
        arguments("![a *cat*](https://a.example/cat.png) b", "a cat b"),
        arguments("![](https://a.example/cat.png)", "https://a.example/cat.png"),
        arguments("<b>a</b> &lt; &amp; &copy;", "<b>a</b> < & ©"),
        arguments("@Ann Marie's", "@Ann Marie's"),
        arguments("a\u202Eb&#x202e;c&#0;d\u0007", "abc\uFFFDd"),
        arguments("a\u00a0\u2003b\u2028c", "a b c"),
        arguments("שלום \u200Fעולם", "שלום \u200Fעולם"),
        // what shows nothing but itself
        arguments("---", "---"),
        arguments("#", "#"),
        arguments("[a]: https://a.example", "[a]: https://a.example"),
        arguments("[](https://a.example)", "[](https://a.example)"));
  }

  @ParameterizedTest
  @MethodSource("words")
  void excerpt_ofAComment_isItsWords(String text, String expected) {
    assertThat(Markup.excerpt(text, 1000)).isEqualTo(expected);
  }

  static Stream<Arguments> cuts() {
    return Stream.of(
        arguments("Hello, world", 12, "Hello, world"),
        arguments("Hello, world", 11, "Hello,…"),
        arguments("Hello world", 7, "Hello…"),
        arguments("Hello world", 6, "Hello…"),
        arguments("Hello world", 5, "Hell…"),
        arguments("Hello world", 1, "…"),
        arguments("a *b* c d", 5, "a b…"),
        // a word longer than half of the room
        arguments("see https://a.example/a/long/address", 20, "see https://a.examp…"),
        arguments("我们今天讨论的是评论", 5, "我们今天…"),
        arguments("ab", 2, "ab"),
        arguments("abc", 2, "a…"),
        // one character to a reader
        arguments("🙂🙂🙂", 3, "🙂🙂🙂"),
        arguments("🙂🙂🙂", 2, "🙂…"),
        arguments("ae\u0301io", 3, "a…"),
        arguments("a👩‍👩‍👧b", 4, "a…"),
        arguments("a👩‍👩‍👧bc", 7, "a👩‍👩‍👧…"),
        arguments("👍🏽👍🏽", 3, "👍🏽…"),
        arguments("🇩🇪🇫🇷", 3, "🇩🇪…"),
        arguments("किकि", 2, "…"));
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void excerpt_ofALongComment_isCutBetweenWords(String text, int most, String expected) {
    assertThat(Markup.excerpt(text, most)).isEqualTo(expected);
    assertThat(expected.codePointCount(0, expected.length())).isLessThanOrEqualTo(most);
  }

  @Test
  void excerpt_ofTheLongestComment_isShort() {
    assertThat(Markup.excerpt("a".repeat(10_000), 200)).isEqualTo("a".repeat(199) + "…");
    assertThat(Markup.excerpt("a" + "\u0301".repeat(9_999), 200)).isEqualTo("…");
  }
}
