package dev.afterword.http;

import java.text.Normalizer;
import java.util.Locale;

/**
 * Text as a person could have typed it: what only a program would send is taken out or made
 * harmless.
 *
 * <ul>
 *   <li>Every mandatory line break of Unicode (UAX #14: CR LF, CR, VT, FF, NEL, LS, PS) is a line
 *       feed.
 *   <li>NUL and unpaired surrogates become U+FFFD, so that the text is valid UTF-8.
 *   <li>Other control characters but the tab, and U+FFFE and U+FFFF, are dropped.
 *   <li>Bidi embeddings, overrides and isolates (U+202A–202E, U+2066–2069) are dropped, balanced or
 *       not: a balanced override still shows {@code gpj.exe} as something else. The marks that
 *       people type (U+200E, U+200F, U+061C) stay, and a page sets {@code dir="auto"}.
 * </ul>
 */
public final class CleanText {
  private static final char REPLACEMENT = '\uFFFD';

  private CleanText() {}

  /** A text of any number of lines. */
  public static String of(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7F) {
        out.append(c);
      } else if (isLineBreak(c)) {
        if (c != '\r' || i + 1 == text.length() || text.charAt(i + 1) != '\n') {
          out.append('\n');
        }
      } else if (c == 0) {
        out.append(REPLACEMENT);
      } else if (!Character.isSurrogate(c)) {
        append(c, out);
      } else if (i + 1 < text.length() && Character.isSurrogatePair(c, text.charAt(i + 1))) {
        out.append(c).append(text.charAt(++i));
      } else {
        out.append(REPLACEMENT);
      }
    }
    return out.toString();
  }

  /** A text of one line, such as a name: cleaned, with single spaces, none at its ends. */
  public static String line(String text) {
    return of(text).replaceAll("[\\s\\p{Z}]+", " ").strip();
  }

  /** A name as names are compared: without compatibility forms, upper case and extra spaces. */
  public static String folded(String name) {
    var plain = Normalizer.normalize(line(name), Normalizer.Form.NFKC);
    return line(plain).toLowerCase(Locale.ROOT);
  }

  /**
   * Whether nobody would see anything of a text: it has but spaces, characters of format such as
   * U+200B, and those that are letters to Unicode and blank to the eye (Hangul fillers, the empty
   * Braille pattern).
   */
  public static boolean showsNothing(String text) {
    return text.codePoints().allMatch(CleanText::isInvisible);
  }

  private static boolean isInvisible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> c == 0x3164 || c == 0xFFA0 || c == 0x115F || c == 0x1160 || c == 0x2800;
    };
  }

  /** Knows what is never shown, however it came in, as a character or as an entity. */
  public static boolean drops(char c) {
    return (Character.isISOControl(c) && c != '\n' && c != '\t')
        || (c >= '\u202A' && c <= '\u202E')
        || (c >= '\u2066' && c <= '\u2069')
        || c >= '\uFFFE';
  }

  private static void append(char c, StringBuilder out) {
    if (!drops(c)) {
      out.append(c);
    }
  }

  private static boolean isLineBreak(char c) {
    return (c >= '\n' && c <= '\r') || c == '\u0085' || c == '\u2028' || c == '\u2029';
  }
}
