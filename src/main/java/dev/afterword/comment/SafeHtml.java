package dev.afterword.comment;

import dev.afterword.http.CleanText;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.HtmlSanitizer;
import org.owasp.html.HtmlStreamEventReceiver;
import org.owasp.html.PolicyFactory;

/**
 * The last word on a comment's HTML: the OWASP sanitizer with a short allow-list, written out with
 * as few entities as are safe.
 *
 * <p>Allowed are {@code p br em strong del code pre blockquote ul ol li hr}, {@code start} on
 * {@code ol}, and {@code a} with an absolute http, https or mailto address, which always carries
 * {@code rel="nofollow ugc noopener"}. No other attribute of any element survives.
 *
 * <p>One more link is let through, to a comment on the same page: {@code #aw-} and an id. It is not
 * admitted by its address, which anybody can write, but made here of an attribute that only {@link
 * MarkupNodes} writes, and Markdown cannot.
 *
 * <p>The library's own writer turns each emoji into nine characters and each apostrophe into five;
 * half of all comments would then have to be stored twice. The writer here gets the same sanitised
 * events.
 */
final class SafeHtml {
  /** The attribute of an {@code a} that makes it a mention: the id of a comment. */
  static final String MENTION = "mention";

  private static final String REL = "nofollow ugc noopener";
  private static final Pattern START = Pattern.compile("[0-9]{1,9}");
  private static final Pattern COMMENT = Pattern.compile("[0-9a-v]{20}");
  private static final List<String> SCHEMES = List.of("http://", "https://", "mailto:");
  private static final Set<String> VOID = Set.of("br", "hr");

  private static final PolicyFactory POLICY =
      new HtmlPolicyBuilder()
          .allowElements("p", "br", "em", "strong", "del", "code", "pre", "blockquote")
          .allowElements("ul", "ol", "li", "hr")
          .allowAttributes("start")
          .matching(START)
          .onElements("ol")
          .allowElements(SafeHtml::link, "a")
          .allowAttributes("href")
          .matching((element, attribute, value) -> address(value))
          .onElements("a")
          .allowAttributes(MENTION)
          .matching(COMMENT)
          .onElements("a")
          .allowUrlProtocols("http", "https", "mailto")
          .toFactory();

  private SafeHtml() {}

  /**
   * Sanitises HTML. Of well-formed HTML, as the renderer writes it, the result sanitised again is
   * the same, but for mentions: they are text then.
   */
  static String of(String html) {
    var writer = new Writer(html.length());
    HtmlSanitizer.sanitize(html, POLICY.apply(writer));
    return writer.out.toString();
  }

  /** Escapes text for where an element's content is expected. */
  static void escape(String text, StringBuilder out) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        default -> {
          if (!CleanText.drops(c)) {
            out.append(c);
          }
        }
      }
    }
  }

  // The library can add rel by itself, but in an order that differs from process to process.
  private static @Nullable String link(String element, List<String> attributes) {
    if (attributes.isEmpty()) {
      return null;
    }
    int mention = attributes.indexOf(MENTION);
    if (mention >= 0) {
      var address = "#aw-" + attributes.get(mention + 1);
      attributes.clear();
      attributes.addAll(List.of("href", address));
      return element;
    }
    attributes.add("rel");
    attributes.add(REL);
    return element;
  }

  /**
   * Passes absolute addresses in visible ASCII, as the renderer writes them; the library alone
   * would let {@code //evil.example} through.
   */
  private static @Nullable String address(String url) {
    String lower = url.toLowerCase(Locale.ROOT);
    boolean known = SCHEMES.stream().anyMatch(lower::startsWith);
    return known && lower.chars().allMatch(c -> c > ' ' && c < 0x7F) ? url : null;
  }

  /** Writes what the sanitizer lets through. */
  private static final class Writer implements HtmlStreamEventReceiver {
    private final StringBuilder out;

    Writer(int size) {
      this.out = new StringBuilder(size + 64);
    }

    @Override
    public void openDocument() {}

    @Override
    public void closeDocument() {}

    @Override
    public void openTag(String element, List<String> attributes) {
      out.append('<').append(element);
      for (int i = 0; i < attributes.size(); i += 2) {
        out.append(' ').append(attributes.get(i)).append("=\"");
        var value = new StringBuilder();
        escape(attributes.get(i + 1), value);
        out.append(value.toString().replace("\"", "&quot;")).append('"');
      }
      out.append('>');
    }

    @Override
    public void closeTag(String element) {
      if (!VOID.contains(element)) {
        out.append("</").append(element).append('>');
      }
    }

    @Override
    public void text(String text) {
      escape(text, out);
    }
  }
}
