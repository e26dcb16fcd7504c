package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkupTest {
  private static final String REL = " rel=\"nofollow ugc noopener\"";

  /** Each with the HTML expected; {@code [URL|TEXT]} stands for a link. */
  static Stream<Arguments> ordinary() {
    return Stream.of(
        // emphasis, code, struck
        arguments(
            "*a* _b_ **c** __d__",
            "<p><em>a</em> <em>b</em> <strong>c</strong> <strong>d</strong></p>"),
        arguments("***both***", "<p><em><strong>both</strong></em></p>"),
        arguments("`a < b`", "<p><code>a &lt; b</code></p>"),
        arguments("~~gone~~", "<p><del>gone</del></p>"),
        arguments("a\\*b", "<p>a*b</p>"),
        // blocks
        arguments(
            "```java\nif (a < b) {\n\n}\n```", "<pre><code>if (a &lt; b) {\n\n}\n</code></pre>"),
        arguments("    indented", "<pre><code>indented\n</code></pre>"),
        arguments("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        arguments("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        arguments("7) a\n8) b", "<ol start=\"7\"><li>a</li><li>b</li></ol>"),
        arguments("- a\n  - b", "<ul><li>a\n<ul><li>b</li></ul>\n</li></ul>"),
        arguments(
            "> quoted\n> twice\n\nanswer",
            "<blockquote>\n<p>quoted<br>\ntwice</p>\n</blockquote>\n<p>answer</p>"),
        arguments("a\n\n---\n\nb", "<p>a</p>\n<hr>\n<p>b</p>"),
        arguments("# Title\ntext", "<p><strong>Title</strong></p>\n<p>text</p>"),
        arguments("###### *small*", "<p><strong><em>small</em></strong></p>"),
        arguments("Title\n=====", "<p><strong>Title</strong></p>"),
        arguments("Title\n-----", "<p><strong>Title</strong></p>"),
        arguments("* * *\n- - -", "<hr>\n<hr>"),
        // links
        arguments("[a](https://a.example/b?c=1&d=2)", "<p>[https://a.example/b?c=1&amp;d=2|a]</p>"),
        arguments("[a](https://a.example \"title\")", "<p>[https://a.example|a]</p>"),
        arguments("[a *b*](HTTP://a.example)", "<p>[HTTP://a.example|a <em>b</em>]</p>"),
        arguments("[mail](mailto:jo@a.example)", "<p>[mailto:jo@a.example|mail]</p>"),
        arguments("[a][1]\n\n[1]: http://a.example", "<p>[http://a.example|a]</p>"),
        arguments("<https://a.example/ü>", "<p>[https://a.example/%C3%BC|https://a.example/ü]</p>"),
        arguments(
            "see https://a.example/b.", "<p>see [https://a.example/b|https://a.example/b].</p>"),
        arguments(
            "(https://a.example/b_(c))",
            "<p>([https://a.example/b_%28c%29|https://a.example/b_(c)])</p>"),
        arguments(
            "https://a.example/b, and", "<p>[https://a.example/b|https://a.example/b], and</p>"),
        arguments("https://a.example?!", "<p>[https://a.example|https://a.example]?!</p>"),
        arguments("\"https://a.example\"", "<p>\"[https://a.example|https://a.example]\"</p>"),
        arguments(
            "**https://a.example**",
            "<p><strong>[https://a.example|https://a.example]</strong></p>"),
        arguments("www.a.example", "<p>[http://www.a.example|www.a.example]</p>"),
        arguments("jo@a.example", "<p>[mailto:jo@a.example|jo@a.example]</p>"),
        arguments("`https://a.example`", "<p><code>https://a.example</code></p>"),
        arguments(
            "[see https://b.example](https://a.example)",
            "<p>[https://a.example|see https://b.example]</p>"),
        // pictures
        arguments(
            "![a cat](https://a.example/cat.png)", "<p>[https://a.example/cat.png|a cat]</p>"),
        arguments(
            "![](https://a.example/cat.png)",
            "<p>[https://a.example/cat.png|https://a.example/cat.png]</p>"),
        arguments(
            "[![a *cat*](https://a.example/cat.png)](https://b.example)",
            "<p>[https://b.example|a cat]</p>"),
        arguments(
            "![a [b](https://b.example)](https://a.example)", "<p>[https://a.example|a b]</p>"),
        arguments("![cat](data:image/png;base64,AA)", "<p>cat</p>"),
        // lines
        arguments("a  \nb\\\nc\n**d**", "<p>a<br>\nb<br>\nc<br>\n<strong>d</strong></p>"),
        arguments("*a\r\nb*\r\rc", "<p><em>a<br>\nb</em></p>\n<p>c</p>"),
        // entities and HTML
        arguments("&copy; &#169; &amp;lt; &nosuch;", "<p>© © &amp;lt; &amp;nosuch;</p>"),
        arguments("*a* <b>b</b>", "<p><em>a</em> &lt;b&gt;b&lt;/b&gt;</p>"),
        arguments("*a* <b\nc>", "<p><em>a</em> &lt;b<br>\nc&gt;</p>"),
        arguments("<div>\n*a*\n</div>", "<p>&lt;div&gt;<br>\n<em>a</em><br>\n&lt;/div&gt;</p>"));
  }

  @ParameterizedTest
  @MethodSource("ordinary")
  void render_ordinaryComment_readsAsWritten(String text, String expected) {
    var rendered = rendered(text);
    assertThat(rendered.html())
        .isEqualTo(
            expected.replaceAll("\\[([^|\\]]+)\\|([^\\]]*)]", "<a href=\"$1\"" + REL + ">$2</a>"));
    assertThat(rendered.plain()).isFalse();
    AllowedHtml.check(rendered.html(), text);
  }

  /** What need not be stored, with its HTML. */
  static Stream<Arguments> plain() {
    return Stream.of(
        arguments("", ""),
        arguments(" \n\t\n ", ""),
        arguments("Hello, world", "<p>Hello, world</p>"),
        arguments("It's \"fine\" = a + b @ {c}", "<p>It's \"fine\" = a + b @ {c}</p>"),
        arguments("  a\n b\t\n\n \n\n c  ", "<p>a<br>\nb</p>\n<p>c</p>"),
        arguments("a & b < c > d", "<p>a &amp; b &lt; c &gt; d</p>"),
        arguments("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        arguments("<!-- a -->", "<p>&lt;!-- a --&gt;</p>"),
        arguments("👍🏽 👨‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿", "<p>👍🏽 👨‍👩‍👧 🏴󠁧󠁢󠁳󠁣󠁴󠁿</p>"),
        arguments("שלום \u200Fעולם", "<p>שלום \u200Fעולם</p>"),
        arguments("a_b_c 2 * 3 * 4 :-) #tag", "<p>a_b_c 2 * 3 * 4 :-) #tag</p>"),
        arguments("5~10 and 15~20", "<p>5~10 and 15~20</p>"),
        arguments("<3 [x] (y) !", "<p>&lt;3 [x] (y) !</p>"),
        arguments("a\u0000b\ud800c", "<p>a\uFFFDb\uFFFDc</p>"),
        arguments("a\r\nb\rc\u2028d\u0085e", "<p>a<br>\nb<br>\nc<br>\nd<br>\ne</p>"),
        arguments("gpj\u202Eexe \u2066a\u2069\u0007\u009b", "<p>gpjexe a</p>"),
        // markup that would show nothing
        arguments("#", "<p>#</p>"),
        arguments(">", "<p>&gt;</p>"),
        arguments("-", "<p>-</p>"),
        arguments("```", "<p>```</p>"),
        arguments("[a]: http://a.example", "<p>[a]: http://a.example</p>"),
        arguments("[](http://a.example)", "<p>[](http://a.example)</p>"));
  }

  @ParameterizedTest
  @MethodSource("plain")
  void render_plainText_needNotBeStored(String text, String expected) {
    assertThat(rendered(text)).isEqualTo(new Markup.Rendered(expected, true));
    assertThat(Markup.plainHtml(text)).isEqualTo(expected);
    AllowedHtml.check(expected, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<a href=javascript:alert(1)>x</a>",
        "<style>@import 'http://evil.example'</style>",
        "<base href=//evil.example>",
        "<form action=//evil.example><button>",
        "<p style=\"position:fixed\" class=x id=y onclick=alert(1)>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "<textarea></textarea><script>alert(1)</script>",
        "<![CDATA[<script>alert(1)</script>]]>",
        "<?php echo 1 ?><script>",
        "<!DOCTYPE html><script>",
        "<!--><script>alert(1)</script>-->",
        "<scr\u0000ipt>alert(1)</scr\u0000ipt>",
        "<<script>alert(1)//<</script>",
        "\"><script>alert(1)</script>",
        "</p></blockquote></div><script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](&#x6A;&#x61;vascript&colon;alert(1))",
        "[x](java&Tab;script:alert(1))",
        "[x](\u0001javascript:alert(1))",
        "[x](<\tjavascript:alert(1)>)",
        "[x](javascript&#58;alert(1))",
        "[x](vbscript:msgbox(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](file:///etc/passwd)",
        "[x](ftp://a.example)",
        "[x](//evil.example)",
        "[x](\\\\evil.example)",
        "[x](/relative)",
        "[x](relative)",
        "[x](#fragment)",
        "[x](?query)",
        "[x](http:evil.example)",
        "[x](https:/evil.example)",
        "[x]()",
        "[x](http://a.example\" onmouseover=\"alert(1))",
        "[x](http://a.example&quot;onmouseover=&quot;alert(1))",
        "[x](<http://a.example\"><script>alert(1)</script>>)",
        "[x](http://a.example 'a\" onclick=\"alert(1)')",
        "[x\" onclick=\"alert(1)](http://a.example)",
        "[<script>alert(1)</script>](http://a.example)",
        "![\"onerror=\"alert(1)](http://a.example)",
        "![x](javascript:alert(1))",
        "![x](http://a.example/x.png \"a\\\" onload=\\\"alert(1)\")",
        "<javascript:alert(1)>",
        "<data:text/html,<script>alert(1)</script>>",
        "<http://a.example/\"onclick=alert(1)>",
        "http://a.example/\"onclick=alert(1)",
        "http://a.example/<script>alert(1)</script>",
        "javascript://a.example/%0aalert(1)",
        "[x]: javascript:alert(1)\n\n[x]",
        "```\" onclick=\"alert(1)\n</code></pre><script>alert(1)</script>\n```",
        "```<script>\nx\n```",
        "`</code><script>alert(1)</script>`",
        "999999999. x",
        "1\" onclick=\"alert(1). x",
        "# <script>alert(1)</script>",
        "~~<b onclick=alert(1)>~~",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&#60;script&#62;alert(1)&#60;/script&#62;",
        "\\<script>alert(1)</script>",
        "&#0;&#1;&#x202e;&#x2066;&#x7f;&#xd800;&#xfffe;&#13;x",
        "{{constructor.constructor('alert(1)')()}}",
        "${alert(1)} <%= 1 %>",
        "＜script＞alert(1)＜/script＞",
        "[x](https://a.example/\u202Egpj.exe)",
        "<a\u000bhref='http://a.example'>",
        "*<img src=x* onerror=alert(1)>",
        "[a](http://x)<a href=\"*\">*"
      })
  void render_hostileText_isAllowedHtml(String text) {
    for (String frame : List.of("%s", "> - %s", "a *%s* b", "%s\n%s")) {
      String framed = frame.replace("%s", text);
      AllowedHtml.check(rendered(framed).html(), framed);
    }
    assertThat(rendered(text).html()).as("nothing vanishes").isNotEmpty();
  }

  @Test
  void render_randomMarkup_isAllowedHtmlAndTheSameTwice() {
    long seed = System.nanoTime();
    System.out.println("MarkupTest seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 5_000; i++) {
      var text = new StringBuilder();
      for (int n = random.nextInt(30); n >= 0; n--) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      var rendered = rendered(text.toString());
      AllowedHtml.check(rendered.html(), "seed " + seed + ": " + text);
      assertThat(Markup.render(text.toString())).isEqualTo(rendered);
      AllowedHtml.check(Markup.plainHtml(text.toString()), "seed " + seed + ": " + text);
      AllowedHtml.checkAllowed(SafeHtml.of(text.toString()), "seed " + seed + ": " + text);
    }
  }

  @Test
  void render_fromManyThreads_isTheSame() {
    List<String> texts = ordinary().map(example -> (String) example.get()[0]).toList();
    List<Markup.Rendered> once = texts.stream().map(MarkupTest::rendered).toList();
    IntStream.range(0, 400)
        .parallel()
        .forEach(
            i -> {
              int which = i % texts.size();
              assertThat(rendered(texts.get(which))).isEqualTo(once.get(which));
            });
  }

  private static Markup.Rendered rendered(String text) {
    assertThat(Markup.render(text)).as(text).isInstanceOf(Markup.Rendered.class);
    return (Markup.Rendered) Markup.render(text);
  }

  private static final List<String> PIECES =
      List.of(
          "\n",
          "\n\n",
          " ",
          "  ",
          "    ",
          "\t",
          "a",
          "b",
          "*",
          "**",
          "_",
          "~~",
          "`",
          "```",
          "> ",
          "- ",
          "1. ",
          "# ",
          "---",
          "===",
          "[",
          "](",
          ")",
          "![",
          "]",
          "<",
          ">",
          "</",
          "<a href=",
          "<script>",
          "</p>",
          "<li>",
          "<b>",
          "<!--",
          "-->",
          "\"",
          "'",
          "&",
          "&lt;",
          "&#x202e;",
          "&#0;",
          "http://a.b",
          "www.a.b",
          "a@b.c",
          "javascript:",
          "//",
          "\\",
          "🙂",
          "\ud83d",
          "\u0000",
          "\u202e",
          "\r",
          "\u00a0",
          "\u200b",
          "\u2028",
          "é",
          "<pre>",
          "<code>",
          "<ol start=3>",
          "<hr>",
          "<blockquote>",
          "<table><td>",
          "<svg>",
          "<textarea>",
          "<a href=\"http://a.b\">",
          "</a>");
}
