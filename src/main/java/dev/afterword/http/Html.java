package dev.afterword.http;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Writes HTML. Whatever is text or an attribute's value is escaped on its way in, so that markup is
 * only what a caller names as markup.
 */
public final class Html {
  private final StringBuilder out = new StringBuilder(8_192);
  private final Deque<String> open = new ArrayDeque<>();

  /** Text as HTML shows it, in content and in quoted attributes. */
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /**
   * Begins an element.
   *
   * @param attributes names and values, alternating; one of value {@code null} is left out, one of
   *     value {@code ""} stands alone
   */
  public Html open(String tag, @Nullable String... attributes) {
    single(tag, attributes);
    open.push(tag);
    return this;
  }

  /** An element that holds nothing, such as {@code img}; attributes as above. */
  public Html single(String tag, @Nullable String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      var value = attributes[i + 1];
      if (value != null) {
        out.append(' ').append(attributes[i]);
      }
      if (value != null && !value.isEmpty()) {
        out.append("=\"").append(escape(value)).append('"');
      }
    }
    out.append('>');
    return this;
  }

  /** Ends the element that was begun last. */
  public Html close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Text. */
  public Html text(String text) {
    out.append(escape(text));
    return this;
  }

  /** An element that holds a text; attributes as above. */
  public Html element(String tag, String text, @Nullable String... attributes) {
    return open(tag, attributes).text(text).close();
  }

  /** Markup as it is: of our own, or sanitized. */
  public Html markup(String trusted) {
    out.append(trusted);
    return this;
  }

  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Not closed: " + open);
    }
    return out.toString();
  }
}
