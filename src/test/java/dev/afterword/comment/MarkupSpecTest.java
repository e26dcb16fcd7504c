package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The 652 examples of the CommonMark specification, before the sanitizer has its say. Where a
 * comment is meant to differ, a rule turns the specification's HTML into ours; the rules and how
 * many examples each of them touches stand in {@code src/docs/markdown.md}.
 */
class MarkupSpecTest {
  private static final Path SPECIFICATION =
      Path.of("..", "shared", "corpora", "commonmark-spec-0.31.2.json");

  private static final Path DOCUMENT = Path.of("src", "docs", "markdown.md");
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| (.+) \\| (\\d+) \\|$");

  /** The library as it comes, which does what the specification says. */
  private static final Parser PARSER =
      Parser.builder().includeSourceSpans(IncludeSourceSpans.BLOCKS).build();

  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().percentEncodeUrls(true).build();

  /** A letter that no example has: a line that begins with it begins no HTML block. */
  private static final String LETTER = "\uE000";

  /** Examples of what is no link to CommonMark and one to us; they have no other difference. */
  private static final Set<Integer> BARE_ADDRESSES = Set.of(602, 606, 608, 611, 612);

  private static List<Example> examples;

  record Example(int number, String markdown, String html) {
    Example with(String changed) {
      return new Example(number, markdown, changed);
    }

    @Override
    public String toString() {
      return "example " + number + ":\n" + markdown;
    }
  }

  /** How we differ on purpose: makes what the specification wants into what we want. */
  record Rule(String name, UnaryOperator<Example> change) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule("HTML is shown as it was typed", MarkupSpecTest::showHtml),
          new Rule("A picture is a link", onTree(MarkupSpecTest::linkPictures)),
          new Rule("A heading is a bold paragraph", onTree(MarkupSpecTest::embolden)),
          new Rule("A line break is a line break", MarkupSpecTest::breakLines),
          new Rule("A bare address is a link", MarkupSpecTest::linkBareAddresses));

  @BeforeAll
  static void read() throws IOException {
    assumeTrue(
        Files.exists(SPECIFICATION),
        () -> "skipped: there is no " + SPECIFICATION.toAbsolutePath());
    examples = new ArrayList<>();
    for (JsonNode node : new ObjectMapper().readTree(SPECIFICATION.toFile())) {
      examples.add(
          new Example(
              node.get("number").asInt(),
              node.get("markdown").asText().replace('→', '\t'),
              node.get("html").asText().replace('→', '\t')));
    }
    assertThat(examples).hasSize(652);
  }

  @Test
  void library_asItComes_rendersTheSpecification() {
    for (Example example : examples) {
      assertThat(RENDERER.render(PARSER.parse(example.markdown)))
          .as(example.toString())
          .isEqualTo(example.html);
    }
  }

  @Test
  void render_examples_differFromTheSpecificationAsDocumentedOnly() throws IOException {
    Map<String, Integer> touched = new LinkedHashMap<>();
    for (Example example : examples) {
      var wanted = example;
      for (Rule rule : RULES) {
        var changed = rule.change.apply(wanted);
        if (!changed.equals(wanted) && !canonical(changed.html).equals(canonical(wanted.html))) {
          touched.merge(rule.name, 1, Integer::sum);
        }
        wanted = changed;
      }
      if (canonical(wanted.html).equals(canonical(example.html))) {
        touched.merge("No difference", 1, Integer::sum);
      }
      assertThat(canonical(Markup.unsanitised(example.markdown, Mentions.NOBODY)))
          .as(example.toString())
          .isEqualTo(canonical(wanted.html));
    }
    assertThat(touched).isEqualTo(documented());
  }

  @Test
  void render_examples_areAllowedHtml() {
    for (Example example : examples) {
      var rendering = Markup.render(example.markdown);
      assertThat(rendering).isInstanceOf(Markup.Rendered.class);
      AllowedHtml.check(((Markup.Rendered) rendering).html(), example.toString());
    }
  }

  private static Map<String, Integer> documented() throws IOException {
    Map<String, Integer> rows = new LinkedHashMap<>();
    DOCUMENTED
        .matcher(Files.readString(DOCUMENT))
        .results()
        .forEach(row -> rows.put(row.group(1), Integer.parseInt(row.group(2))));
    return rows;
  }

  /**
   * Begins no HTML blocks, and escapes each piece of HTML that stands in the example and so in the
   * expected HTML.
   */
  private static Example showHtml(Example example) {
    var markdown = withoutHtmlBlocks(example.markdown);
    var document = PARSER.parse(markdown);
    var html = markdown.equals(example.markdown) ? example.html : RENDERER.render(document);
    var shown = new StringBuilder();
    int done = 0;
    for (String typed : literals(document)) {
      int at = html.indexOf(typed, done);
      assertThat(at).as(example.toString()).isNotNegative();
      shown.append(html, done, at);
      SafeHtml.escape(typed, shown);
      done = at + typed.length();
    }
    return example.with(shown.append(html.substring(done)).toString());
  }

  /** Puts a letter before each HTML block, and before those that begin when it does not. */
  private static String withoutHtmlBlocks(String example) {
    var markdown = example;
    for (int at = htmlBlock(markdown); at >= 0; at = htmlBlock(markdown)) {
      markdown = markdown.substring(0, at) + LETTER + markdown.substring(at);
    }
    return markdown;
  }

  /** Where the first HTML block begins, or -1. */
  private static int htmlBlock(String markdown) {
    var starts = new ArrayList<Integer>();
    PARSER
        .parse(markdown)
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(HtmlBlock block) {
                starts.add(markdown.indexOf('<', block.getSourceSpans().get(0).getInputIndex()));
              }
            });
    return starts.isEmpty() ? -1 : starts.get(0);
  }

  private static List<String> literals(org.commonmark.node.Node document) {
    var literals = new ArrayList<String>();
    document.accept(
        new AbstractVisitor() {
          @Override
          public void visit(HtmlInline typed) {
            literals.add(typed.getLiteral());
          }
        });
    return literals;
  }

  /** With the description as its text, or the address; in a link the description alone. */
  private static void linkPictures(Element body) {
    for (Element picture : body.select("img")) {
      var description = picture.attr("alt");
      var address = picture.attr("src");
      picture.replaceWith(
          picture.closest("a") != null
              ? new TextNode(description)
              : new Element("a")
                  .attr("href", address)
                  .text(description.isBlank() ? address : description));
    }
  }

  private static void embolden(Element body) {
    for (Element heading : body.select("h1, h2, h3, h4, h5, h6")) {
      heading.tagName("strong").wrap("<p></p>");
    }
  }

  /** Not so a line feed that was written as an entity. */
  private static Example breakLines(Example example) {
    return example.markdown.contains("&#10;")
        ? example
        : onTree(MarkupSpecTest::breakLines).apply(example);
  }

  private static void breakLines(Element body) {
    for (TextNode text : texts(body)) {
      var rest = text;
      for (int end = lineEnd(rest); end >= 0; end = lineEnd(rest)) {
        rest = rest.splitText(end);
        rest.before(new Element("br"));
        rest.text(rest.getWholeText().substring(1));
      }
    }
  }

  private static int lineEnd(TextNode text) {
    return text.getWholeText().indexOf('\n');
  }

  /** Takes our word for a listed example when without its links it is what the rest wants. */
  private static Example linkBareAddresses(Example example) {
    if (!BARE_ADDRESSES.contains(example.number)) {
      return example;
    }
    var ours = Markup.unsanitised(example.markdown, Mentions.NOBODY);
    var withoutLinks = ours.replaceAll("</?a\\b[^>]*>", "");
    assertThat(canonical(withoutLinks)).as(example.toString()).isEqualTo(canonical(example.html));
    assertThat(ours).as("listed, but no longer different: " + example).isNotEqualTo(withoutLinks);
    return example.with(ours);
  }

  private static UnaryOperator<Example> onTree(Consumer<Element> change) {
    return example -> {
      var body = parse(canonical(example.html));
      change.accept(body);
      return example.with(body.html());
    };
  }

  /** HTML as a browser reads it, without the line ends beside blocks and breaks. */
  private static String canonical(String html) {
    var body = parse(html.replace(LETTER, ""));
    for (TextNode text : texts(body)) {
      var words = text.getWholeText();
      int start = words.startsWith("\n") && isEdge(text.previousSibling(), text) ? 1 : 0;
      int end = words.length();
      if (end > start && words.endsWith("\n") && isEdge(text.nextSibling(), text)) {
        end--;
      }
      text.text(words.substring(start, end));
    }
    return body.html();
  }

  private static boolean isEdge(Node beside, TextNode text) {
    return beside == null
        ? text.parent().isBlock()
        : beside instanceof Element element && (element.isBlock() || element.nameIs("br"));
  }

  /** The texts in which a line end is but a space to a browser. */
  private static List<TextNode> texts(Element body) {
    return body.nodeStream(TextNode.class)
        .filter(text -> text.parent().closest("pre") == null)
        .toList();
  }

  private static Element parse(String html) {
    var page = Jsoup.parseBodyFragment(html);
    page.outputSettings().prettyPrint(false);
    return page.body();
  }
}
