package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Entities;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeTraversor;

/** Checks HTML as a browser would read it, with a parser that knows nothing of ours. */
public final class AllowedHtml {
  private static final Set<String> ELEMENTS =
      Set.of(
          "p",
          "br",
          "em",
          "strong",
          "del",
          "code",
          "pre",
          "blockquote",
          "ul",
          "ol",
          "li",
          "a",
          "hr");

  private AllowedHtml() {}

  /** Passes a comment's HTML: the allow-list alone, and written as parsers read it. */
  public static void check(String html, String source) {
    assertThat(canonical(checkAllowed(html, source).html()))
        .as("parsed and written: %s", source)
        .isEqualTo(canonical(html));
    assertThat(SafeHtml.of(html)).as("sanitised again: %s", source).isEqualTo(html);
  }

  /** Passes the same with mentions in it, which are words and no more when they are taken out. */
  static void checkMentioning(String html, String source) {
    check(html.replaceAll("<a href=\"#aw-[0-9a-v]{20}\">([^<]*)</a>", "$1"), source);
  }

  /** Passes HTML in which nothing but the allow-list stands. */
  static Element checkAllowed(String html, String source) {
    Document page = Jsoup.parseBodyFragment(html);
    page.outputSettings().prettyPrint(false).escapeMode(Entities.EscapeMode.xhtml);
    assertThat(page.head().childNodeSize()).as("in the head: %s", source).isZero();
    NodeTraversor.traverse((node, depth) -> checkNode(node, source), page.body());
    assertThat(html.codePoints().noneMatch(AllowedHtml::isForbidden)).as(source).isTrue();
    return page.body();
  }

  private static void checkNode(Node node, String source) {
    if (node instanceof TextNode || node.nodeName().equals("body")) {
      return;
    }
    assertThat(node).as(source).isInstanceOf(Element.class);
    assertThat(ELEMENTS).as(source).contains(node.nodeName());
    for (Attribute attribute : node.attributes()) {
      String value = attribute.getValue();
      switch (node.nodeName() + " " + attribute.getKey()) {
        case "a href" ->
            assertThat(value.toLowerCase(Locale.ROOT)).as(source).matches("(https?://|mailto:).*");
        case "a rel" -> assertThat(value).as(source).isEqualTo("nofollow ugc noopener");
        case "ol start" -> assertThat(value).as(source).matches("[0-9]{1,9}");
        default -> throw new AssertionError(attribute + " on " + node.nodeName() + ": " + source);
      }
    }
    if (node.nodeName().equals("a")) {
      assertThat(node.attributes().size()).as(source).isEqualTo(2);
    }
  }

  private static boolean isForbidden(int c) {
    return (Character.isISOControl(c) && c != '\n' && c != '\t')
        || (c >= 0x202A && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069)
        || (c >= 0xD800 && c <= 0xDFFF);
  }

  // jsoup writes some characters as entities that need none.
  private static String canonical(String html) {
    return html.replace("&#xa0;", "\u00a0").replace("<br />", "<br>").replace("<hr />", "<hr>");
  }
}
