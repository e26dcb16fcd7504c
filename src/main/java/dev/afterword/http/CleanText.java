package dev.afterword.http;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

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
  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}]+");
  private static final Pattern BIDI_MARKS = Pattern.compile("[\u061C\u200E\u200F]");

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
    return SPACES.matcher(of(text)).replaceAll(" ").strip();
  }

  /**
   * A name as names are compared: without regard to capitals, compatible forms, the width of spaces
   * and bidi marks, and {@linkplain #withoutEnding without its ending}. Folded again it is the
   * same.
   *
   * @return empty for a name of punctuation alone
   */
  public static String folded(String name) {
    // Twice, because a letter in lower case can be one with a mark that has to be composed.
    var small = normal(normal(name).toLowerCase(Locale.ROOT));
    return withoutEnding(line(BIDI_MARKS.matcher(small).replaceAll("")));
  }

  /** A name without what the sentence around it may have added: punctuation, {@code 's}. */
  public static String withoutEnding(String name) {
    int end = name.length();
    while (end > 0) {
      if (name.startsWith("'s", end - 2) || name.startsWith("\u2019s", end - 2)) {
        end -= 2;
      } else if (endsNoName(name.codePointBefore(end))) {
        end -= Character.charCount(name.codePointBefore(end));
      } else {
        break;
      }
    }
    return name.substring(0, end);
  }

  private static boolean endsNoName(int c) {
    return switch (Character.getType(c)) {
      case Character.CONNECTOR_PUNCTUATION,
          Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION,
          Character.OTHER_PUNCTUATION,
          Character.SPACE_SEPARATOR ->
          true;
      default -> c == '\u061C' || c == '\u200E' || c == '\u200F';
    };
  }

  private static String normal(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC);
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
