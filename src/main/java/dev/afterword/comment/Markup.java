package dev.afterword.comment;

import dev.afterword.http.CleanText;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.commonmark.Extension;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.node.Block;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListBlock;
import org.commonmark.node.Node;
import org.commonmark.node.ThematicBreak;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/**
 * Turns what somebody wrote into HTML that is safe to put into a page.
 *
 * <p>CommonMark 0.31 with bare links ({@code www.} and e-mail addresses too) and {@code ~~struck~~}
 * text, read the way people write comments: a line break is a line break, headings are bold
 * paragraphs, pictures are links, HTML is shown as it was typed. One tilde strikes nothing, because
 * {@code 5~10 and 15~20} is about numbers. Blocks nest 20 lists or 40 quotes deep and emphasis 20
 * deep, what is deeper is text. Markup that would show nothing at all ({@code #} alone, a comment
 * of link definitions) is shown as text. {@code src/docs/markdown.md} tells it to those who write.
 *
 * <p>Pure, deterministic and safe for any thread, but up to some tens of milliseconds of work for
 * the worst text: not for the event loop.
 */
final class Markup {
  /** The renderer's version, stored with its HTML; changes with anything that changes HTML. */
  static final int VERSION = 2;

  /** The most HTML that a comment may become, in bytes of UTF-8. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int MAX_OPEN_BLOCKS = 40;
  private static final int MAX_EMPHASIS = 20;

  private static final List<Extension> EXTENSIONS =
      List.of(
          AutolinkExtension.create(),
          StrikethroughExtension.builder().requireTwoTildes(true).build());

  /**
   * Without HTML blocks, which would swallow the Markdown up to the next blank line. The parser
   * tries them in this order, which a {@code Set.of} changes with each start of the process.
   */
  private static final Set<Class<? extends Block>> BLOCKS =
      new LinkedHashSet<>(
          List.of(
              BlockQuote.class,
              Heading.class,
              FencedCodeBlock.class,
              ThematicBreak.class,
              ListBlock.class,
              IndentedCodeBlock.class));

  private static final Parser PARSER =
      Parser.builder()
          .extensions(EXTENSIONS)
          .enabledBlockTypes(BLOCKS)
          .maxOpenBlockParsers(MAX_OPEN_BLOCKS)
          .maxInlineNesting(MAX_EMPHASIS)
          .build();

  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder()
          .extensions(EXTENSIONS)
          .nodeRendererFactory(MarkupNodes::new)
          .escapeHtml(true)
          .percentEncodeUrls(true)
          .build();

  private Markup() {}

  /** What became of a text. */
  sealed interface Rendering {}

  /**
   * A text as HTML.
   *
   * @param html one line per block, at most {@link #MAX_BYTES}; empty for a blank text
   * @param plain whether it is what {@link #plainHtml} makes of the text, and need not be stored
   */
  record Rendered(String html, boolean plain) implements Rendering {
    private static final String LINK = "<a href=\"";
    private static final String MENTION = LINK + '#';

    /** How many links there are, mentions not counted. */
    int links() {
      return plain ? 0 : count(LINK) - count(MENTION);
    }

    private int count(String part) {
      int found = 0;
      for (int at = html.indexOf(part); at >= 0; at = html.indexOf(part, at + 1)) {
        found++;
      }
      return found;
    }
  }

  /**
   * The HTML would be longer than {@link #MAX_BYTES}; a text of 10,000 code points needs more than
   * a thousand links for that. {@link #plainHtml} of it still fits.
   *
   * @param bytes how long it would be
   */
  record TooLong(int bytes) implements Rendering {}

  /** Renders a text that stands in no thread, such as a preview. */
  static Rendering render(String text) {
    return render(text, Mentions.NOBODY);
  }

  /**
   * Renders a comment. The caller has checked that the text has at most 10,000 code points; nothing
   * else about it can make this fail.
   *
   * @param people who becomes a link where the text mentions them
   */
  static Rendering render(String text, Mentions people) {
    String plain = plainHtml(text);
    String html = SafeHtml.of(unsanitised(text, people)).stripTrailing();
    if (html.equals(plain) || !showsSomething(html)) {
      return new Rendered(plain, true);
    }
    int bytes = html.getBytes(StandardCharsets.UTF_8).length;
    return bytes > MAX_BYTES ? new TooLong(bytes) : new Rendered(html, false);
  }

  /**
   * The folded names (see {@link CleanText#folded}) that rendering this text would ask for: all
   * that need to be looked up, at most 30.
   */
  static Set<String> candidates(String text) {
    var names = new LinkedHashSet<String>();
    if (text.indexOf('@') >= 0) {
      MentionLinks.make(
          parse(text),
          name -> {
            names.add(name);
            return null;
          });
    }
    return names;
  }

  /**
   * The words of a comment in one line, for feeds and the titles of mails: without markup and the
   * addresses of links, never empty when the comment shows something.
   *
   * @param most how many code points there may be; what is longer ends in an ellipsis
   */
  static String excerpt(String text, int most) {
    String words = words(text);
    return PlainText.shorten(CleanText.showsNothing(words) ? CleanText.line(text) : words, most);
  }

  /** The words of a comment in one line, without markup and the addresses of links. */
  static String words(String text) {
    return PlainText.of(parse(text));
  }

  /** What the sanitizer gets to see. */
  static String unsanitised(String text, Mentions people) {
    var document = parse(text);
    MentionLinks.make(document, people);
    return RENDERER.render(document);
  }

  private static Node parse(String text) {
    return PARSER.parse(CleanText.of(text));
  }

  /**
   * Shows a text as it is, in paragraphs (parted by blank lines) and lines, nothing marked up. Fast
   * enough for the event loop.
   */
  static String plainHtml(String text) {
    var out = new StringBuilder(text.length() + 16);
    boolean open = false;
    for (String line : (Iterable<String>) CleanText.of(text).lines()::iterator) {
      String words = trim(line);
      if (words.isEmpty()) {
        out.append(open ? "</p>\n" : "");
        open = false;
        continue;
      }
      out.append(open ? "<br>\n" : "<p>");
      open = true;
      SafeHtml.escape(words, out);
    }
    return out.append(open ? "</p>" : "").toString().stripTrailing();
  }

  /** Takes spaces and tabs from both ends, as CommonMark does; other spaces are content. */
  private static String trim(String line) {
    int start = 0;
    int end = line.length();
    while (start < end && isBlank(line.charAt(start))) {
      start++;
    }
    while (end > start && isBlank(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(start, end);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean showsSomething(String html) {
    boolean inTag = false;
    for (int i = 0; i < html.length(); i++) {
      char c = html.charAt(i);
      if (c == '<') {
        inTag = true;
        if (html.startsWith("<hr>", i)) {
          return true;
        }
      } else if (c == '>') {
        inTag = false;
      } else if (!inTag && !Character.isWhitespace(c)) {
        return true;
      }
    }
    return false;
  }
}
