package dev.afterword.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the eye takes for something else: Cyrillic о for Latin o, capital I for l, m for rn. After
 * Unicode TS #39; the resource says which version.
 */
public final class LookAlikes {
  private static final Map<Integer, String> PROTOTYPES = read();

  private LookAlikes() {}

  /**
   * A text as the eye has it: two texts that look alike have one skeleton, whatever their capitals,
   * marks, spaces and characters without a width. It is for comparing, never for showing.
   */
  public static String skeleton(String text) {
    // Before the capitals go, because I looks like l and i does not; and again after it.
    var seen = prototypes(bare(text)).toLowerCase(Locale.ROOT);
    return bare(prototypes(bare(seen))).replace('i', 'l');
  }

  /**
   * The letter that a small one looks like: one of a–z, or itself when it looks like none or like
   * several.
   */
  public static int latin(int letter) {
    var prototype = PROTOTYPES.get(letter);
    if (prototype == null) {
      return letter;
    }
    var base = bare(prototype);
    if (base.length() != 1) {
      return letter;
    }
    char small = Character.toLowerCase(base.charAt(0));
    return small >= 'a' && small <= 'z' ? small : letter;
  }

  /** Compatible forms apart, and without marks, spaces, controls and what has no width. */
  private static String bare(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKD)
        .codePoints()
        .filter(LookAlikes::isSeen)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean isSeen(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.CONTROL,
          Character.FORMAT,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> !CleanText.showsNothing(Character.toString(c));
    };
  }

  private static String prototypes(String text) {
    var out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              var prototype = PROTOTYPES.get(c);
              if (prototype == null) {
                out.appendCodePoint(c);
              } else {
                out.append(prototype);
              }
            });
    return out.toString();
  }

  private static Map<Integer, String> read() {
    var found = new HashMap<Integer, String>();
    try (var in = LookAlikes.class.getResourceAsStream("lookalikes.txt")) {
      if (in == null) {
        throw new IllegalStateException("lookalikes.txt was not built into this jar");
      }
      var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)).lines();
      lines.filter(line -> !line.startsWith("#")).forEach(line -> read(line, found));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(found);
  }

  private static void read(String line, Map<Integer, String> found) {
    int colon = line.indexOf(':');
    var prototype = new StringBuilder();
    for (var each : line.substring(0, colon).split(" ", -1)) {
      prototype.appendCodePoint(Integer.parseInt(each, 16));
    }
    for (var each : line.substring(colon + 2).split(" ", -1)) {
      found.put(Integer.parseInt(each, 16), prototype.toString());
    }
  }
}
