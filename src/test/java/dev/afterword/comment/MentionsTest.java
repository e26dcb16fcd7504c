package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.afterword.http.CleanText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MentionsTest {
  private static final List<String> NAMES =
      List.of(
          "Ann",
          "Ann Marie",
          "Bob",
          "Dr. Bob",
          "Sam Jr.",
          "O'Neil",
          "snake_case",
          "AC/DC",
          "Tom & Jerry",
          "Ann (Rome)",
          "José",
          "ΑΣ",
          "李明",
          "ジョン・スミス",
          "שרה",
          "علی",
          "किशोर",
          "🙂",
          "👩‍👩‍👧 Lee",
          "x".repeat(60));

  /** Folded names, each with an id made of its place above. */
  private static final Map<String, String> PEOPLE =
      IntStream.range(0, NAMES.size())
          .boxed()
          .collect(
              Collectors.toMap(
                  i -> CleanText.folded(NAMES.get(i)), i -> id(NAMES.get(i)), (a, b) -> a));

  private static final Pattern MENTION = Pattern.compile("\\{([^|}]+)(?:\\|([^}]+))?}");

  private static final String[] PIECES =
      ("@¦@Ann¦Ann¦Marie¦ ¦  ¦\n¦.¦,¦'s¦(¦)¦\"¦*¦_¦~~¦`¦[¦](https://a.b)¦<b>¦&¦&commat;¦\\¦。¦🙂¦"
              + "\u0301¦\u200F¦\u00a0¦\ud83d¦@a.b¦www.a.b¦> ¦- ¦# ")
          .split("¦", -1);

  private static String id(String name) {
    return "%020d".formatted(NAMES.indexOf(name));
  }

  /** Each with the HTML expected; {@code {Name|typed}} stands for a mention. */
  static Stream<Arguments> mentions() {
    return Stream.of(
        // where an @ counts
        arguments("@Ann", "<p>{Ann}</p>"),
        arguments("hi @Ann and @Bob", "<p>hi {Ann} and {Bob}</p>"),
        arguments("(@Ann) [@Ann] “@Ann” \"@Ann\"", "<p>({Ann}) [{Ann}] “{Ann}” \"{Ann}\"</p>"),
        arguments("a\n@Ann\n\n@Ann", "<p>a<br>\n{Ann}</p>\n<p>{Ann}</p>"),
        arguments("**@Ann** ~~@Ann~~", "<p><strong>{Ann}</strong> <del>{Ann}</del></p>"),
        arguments("# @Ann", "<p><strong>{Ann}</strong></p>"),
        arguments("- @Ann", "<ul><li>{Ann}</li></ul>"),
        arguments("谢谢，@李明 对", "<p>谢谢，{李明} 对</p>"),
        arguments("well—@Ann", "<p>well—{Ann}</p>"),
        // where a name ends
        arguments("@Ann. @Ann, @Ann: @Ann!", "<p>{Ann}. {Ann}, {Ann}: {Ann}!</p>"),
        arguments("@Ann's and @Ann’s", "<p>{Ann}'s and {Ann}’s</p>"),
        arguments("@Ann's.", "<p>{Ann}'s.</p>"),
        arguments("@Ann?!... x", "<p>{Ann}?!... x</p>"),
        arguments("@Ann—no @Ann…", "<p>{Ann}—no {Ann}…</p>"),
        arguments("@李明，你好。@李明。", "<p>{李明}，你好。{李明}。</p>"),
        arguments("@Ann - hello", "<p>{Ann} - hello</p>"),
        arguments("@Bob\nMarie", "<p>{Bob}<br>\nMarie</p>"),
        // which name is meant
        arguments("@ann @ANN @Ａｎｎ", "<p>{Ann|@ann} {Ann|@ANN} {Ann|@Ａｎｎ}</p>"),
        arguments("@Ann Marie is here", "<p>{Ann Marie} is here</p>"),
        arguments("@Ann \u00a0 Marie", "<p>{Ann Marie|@Ann \u00a0 Marie}</p>"),
        arguments("@Ann, Marie", "<p>{Ann}, Marie</p>"),
        arguments("@Ann\nMarie", "<p>{Ann}<br>\nMarie</p>"),
        arguments("@Ann *Marie*", "<p>{Ann} <em>Marie</em></p>"),
        arguments("@Dr. Bob. @Dr. Who", "<p>{Dr. Bob}. @Dr. Who</p>"),
        arguments("@Sam Jr. @sam jr", "<p>{Sam Jr.|@Sam Jr}. {Sam Jr.|@sam jr}</p>"),
        arguments("@O'Neil's", "<p>{O'Neil}'s</p>"),
        arguments("@snake_case @AC/DC", "<p>{snake_case} {AC/DC}</p>"),
        arguments("@Tom & Jerry", "<p>{Tom & Jerry|@Tom &amp; Jerry}</p>"),
        arguments("@Ann (Rome)", "<p>{Ann (Rome)|@Ann (Rome})</p>"),
        arguments("@x " + "@" + "x".repeat(60) + ".", "<p>@x {" + "x".repeat(60) + "}.</p>"),
        // of every script
        arguments("@Jose\u0301 @JOSÉ", "<p>{José|@Jose\u0301} {José|@JOSÉ}</p>"),
        arguments("@ας @ΑΣ's", "<p>{ΑΣ|@ας} {ΑΣ|@ΑΣ}'s</p>"),
        arguments("@ジョン・スミス さん", "<p>{ジョン・スミス} さん</p>"),
        arguments("שלום @שרה, מה", "<p>שלום {שרה}, מה</p>"),
        arguments("\u200F@\u200Fשרה\u200F.", "<p>\u200F{שרה|@\u200Fשרה}\u200F.</p>"),
        arguments("\u202E@\u2066Ann\u2069", "<p>{Ann}</p>"),
        arguments("@علی @किशोर", "<p>{علی} {किशोर}</p>"),
        arguments("@🙂 @👩‍👩‍👧 Lee", "<p>{🙂} {👩‍👩‍👧 Lee}</p>"));
  }

  @ParameterizedTest
  @MethodSource("mentions")
  void render_knownName_isALink(String text, String expected) {
    var html =
        MENTION
            .matcher(expected)
            .replaceAll(
                found -> {
                  var name = found.group(1);
                  var typed = found.group(2) == null ? "@" + name : found.group(2);
                  return "<a href=\"#aw-" + id(name) + "\">" + typed + "</a>";
                });
    assertThat(Markup.render(text, PEOPLE::get)).isEqualTo(new Markup.Rendered(html, false));
    AllowedHtml.checkMentioning(html, text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@Nobody",
        "@Anna",
        "@An",
        "@Ann\u0301",
        "@Ann🙂",
        "@ Ann",
        "@\nAnn",
        "@",
        "@.",
        "@'s",
        "@@Ann",
        "@Ann@home",
        "a@Ann",
        "é@Ann",
        "🙂@Ann",
        "*a*@Ann",
        "`a`@Ann",
        "jo@Ann.example",
        "/@Ann",
        "https://a.example/@Ann",
        "https://a.example/(@Ann)",
        "www.a.example/@Ann",
        "`@Ann`",
        "```\n@Ann\n```",
        "    @Ann",
        "[@Ann](https://a.example)",
        "[**@Ann**](https://a.example)",
        "[@Ann]\n\n[@Ann]: https://a.example",
        "[@Ann](javascript:alert(1))",
        "![@Ann](https://a.example)",
        "<https://a.example/@Ann>",
        "<b title='@Ann'>",
        "<@Ann>"
      })
  void render_noMention_isWhatItWas(String text) {
    assertThat(Markup.render(text, PEOPLE::get)).isEqualTo(Markup.render(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[x](#aw-00000000000000000000)",
        "[x](<#aw-00000000000000000000>)",
        "[x](#aw-00000000000000000000 \"@Ann\")",
        "[@Ann](#aw-00000000000000000000)",
        "![x](#aw-00000000000000000000)",
        "[x]\n\n[x]: #aw-00000000000000000000",
        "<#aw-00000000000000000000>",
        "<a href=\"#aw-00000000000000000000\">x</a>",
        "<a mention=\"00000000000000000000\">x</a>",
        "<a mention='00000000000000000000' href='https://a.example'>@Ann</a>",
        "[x](mention:00000000000000000000)",
        "[x](https://a.example 'x\" mention=\"00000000000000000000')",
        "```x\" mention=\"00000000000000000000\n```",
      })
  void render_mentionByHand_isNone(String typed) {
    var text = typed + "\n\n@Bob";
    var rendered = (Markup.Rendered) Markup.render(text, Map.of("bob", id("Bob"))::get);
    assertThat(rendered.html().split("<a href=\"#", -1)).as(rendered.html()).hasSize(2);
    AllowedHtml.checkMentioning(rendered.html(), text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "000000000000000000000",
        "0000000000000000000w",
        "0000000000000000000A",
        "javascript:alert(1)0",
        "\" onclick=\"alert(1)\""
      })
  void render_mentionOfWhatIsNoId_isText(String id) {
    assertThat(Markup.render("*a* @Ann", name -> id))
        .isEqualTo(new Markup.Rendered("<p><em>a</em> @Ann</p>", false));
  }

  @Test
  void render_withoutPeople_linksNobody() {
    assertThat(Markup.render("@Ann")).isEqualTo(new Markup.Rendered("<p>@Ann</p>", true));
  }

  static Stream<Arguments> candidates() {
    return Stream.of(
        arguments("", List.of()),
        arguments("Ann", List.of()),
        arguments("`@Ann` [@Bob](https://a.example)", List.of()),
        arguments("jo@a.example", List.of()),
        arguments("@", List.of()),
        arguments("@Ann", List.of("ann")),
        arguments("@Ann's", List.of("ann")),
        arguments("@ANN  Marie, and Bob", List.of("ann marie, and", "ann marie", "ann")),
        arguments("@Ann @ann @Bob", List.of("ann", "bob")),
        arguments("@Ann **Marie**", List.of("ann")),
        arguments("@Ann\nMarie", List.of("ann")),
        arguments("@李明，你好", List.of("李明")),
        arguments("@" + "x".repeat(61), List.of()),
        arguments("@a " + "x".repeat(58) + " b", List.of("a " + "x".repeat(58), "a")));
  }

  @ParameterizedTest
  @MethodSource("candidates")
  void candidates_areTheNamesToLookUp(String text, List<String> expected) {
    assertThat(Markup.candidates(text)).containsExactlyElementsOf(expected);
  }

  @Test
  void candidates_thousandsOfMentions_areThirty() {
    var text = new StringBuilder();
    for (int i = 0; text.length() < 9_990; i++) {
      text.append("@a").append(i).append(" b c ");
    }
    assertThat(Markup.candidates(text.toString())).hasSize(30).contains("a9 b c");
  }

  @ParameterizedTest
  @ValueSource(strings = {"@a ", "(@a", "@a b c ", "@@", "\"@'s", "@a'''''''''s ", "@\u200F"})
  void render_thousandsOfMentions_looksUpThirtyAndLinksTen(String piece) {
    var asked = new ArrayList<String>();
    var text = piece.repeat(10_000 / piece.length());
    var rendering =
        Markup.render(
            text,
            name -> {
              asked.add(name);
              return id("Ann");
            });
    assertThat(asked).hasSizeLessThanOrEqualTo(30);
    var html = ((Markup.Rendered) rendering).html();
    assertThat(html.split("<a href", -1)).hasSizeLessThanOrEqualTo(11);
    AllowedHtml.checkMentioning(html, piece);
  }

  @Test
  void render_eleventhMention_isText() {
    var html = ((Markup.Rendered) Markup.render("@Ann ".repeat(11), PEOPLE::get)).html();
    assertThat(html).endsWith("</a> @Ann</p>");
  }

  @Test
  void render_anyText_asksForCandidatesOnlyAndIsAllowedHtml() {
    long seed = System.nanoTime();
    System.out.println("MentionsTest seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 3_000; i++) {
      var text = new StringBuilder("@");
      for (int n = random.nextInt(30); n >= 0; n--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      var source = "seed " + seed + ": " + text;
      var asked = new ArrayList<String>();
      var rendering =
          Markup.render(
              text.toString(),
              name -> {
                asked.add(name);
                return random.nextBoolean() ? id("Ann") : null;
              });
      assertThat(Markup.candidates(text.toString())).as(source).containsAll(asked);
      AllowedHtml.checkMentioning(((Markup.Rendered) rendering).html(), source);
    }
  }
}
