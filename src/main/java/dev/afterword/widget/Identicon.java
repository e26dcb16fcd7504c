package dev.afterword.widget;

import io.vertx.core.buffer.Buffer;
import java.util.List;

/**
 * A picture for an author who has none: a pattern, the same on its left and right, in one of twelve
 * hues. It follows from the id alone. The widget draws the same, see {@code avatar.js}.
 */
final class Identicon {
  /** All equally bright, so that each stands out by 3:1 and more on white and on near black. */
  private static final List<String> HUES =
      List.of(
          "b55b5b", "976d44", "797936", "5d8039", "3c853c", "3b835f", "3a8080", "4b79a7", "6d6dbe",
          "8e62b9", "b04fb0", "b35685");

  private static final int CELLS = 5;
  private static final int HALF = 3;
  private static final int CELL_PX = 4;
  private static final int MARGIN_PX = 6;

  /** Fewer cells would hardly be a pattern. */
  private static final int FEWEST = 5;

  private Identicon() {}

  /** As SVG, 32 pixels wide and high. */
  static Buffer of(String id) {
    int hash = hash(id);
    var hue = HUES.get((hash >>> 16) % HUES.size());
    return Buffer.buffer(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"32\" height=\"32\" viewBox=\"0 0 32 32\">"
            + ("<g fill=\"#"
                + hue
                + "\"><circle cx=\"16\" cy=\"16\" r=\"16\" fill-opacity=\".16\"/>")
            + ("<path d=\"" + cells(hash) + "\"/></g></svg>\n"));
  }

  private static String cells(int hash) {
    int bits = hash & 0x7FFF;
    bits = Integer.bitCount(bits) < FEWEST ? ~bits : bits;
    var path = new StringBuilder();
    for (int row = 0; row < CELLS; row++) {
      for (int column = 0; column < CELLS; column++) {
        int mirrored = Math.min(column, CELLS - 1 - column);
        if ((bits >> (row * HALF + mirrored) & 1) == 1) {
          path.append('M').append(MARGIN_PX + CELL_PX * column);
          path.append(' ').append(MARGIN_PX + CELL_PX * row).append("h4v4h-4z");
        }
      }
    }
    return path.toString();
  }

  /** FNV-1a, then mixed once more: ids that differ in their last letter should look different. */
  private static int hash(String id) {
    int hash = 0x811C9DC5;
    for (int i = 0; i < id.length(); i++) {
      hash = (hash ^ id.charAt(i)) * 0x01000193;
    }
    hash = (hash ^ hash >>> 15) * 0x2C1B3C6D;
    return hash ^ hash >>> 13;
  }
}
