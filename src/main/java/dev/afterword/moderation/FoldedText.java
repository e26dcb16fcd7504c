package dev.afterword.moderation;

import dev.afterword.http.CleanText;
import dev.afterword.http.LookAlikes;
import java.lang.Character.UnicodeScript;
import java.text.Normalizer;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.Set;

/**
 * A text as word lists see it: a row of positions. Each stands for a run of one letter, or for a
 * gap between words. A position has a key, the same for all that look alike, by which lists are
 * searched; and its letters, by which what was found is judged. Small letters only, compatible
 * forms composed, without marks and what has no width.
 *
 * <p>Letters that stand alone in a row ({@code s.p.a.m}) come once more as one word after an {@link
 * #EDGE}, so that a text grows to three times its length at most.
 */
final class FoldedText {
  /** The key of a gap. */
  static final char GAP = ' ';

  /** The key between parts that do not stand beside each other. */
  static final char EDGE = '\u0001';

  /** Fewer letters in a row may be initials or a list. */
  private static final int LEAST_ALONE = 3;

  /** How far letters in a row may stand apart, in code points. */
  private static final int MOST_APART = 3;

  private static final String SIGNS = "013457@$!|";
  private static final String SIGN_LETTERS = "oleastasll";

  /** Letters that resemble a Latin one enough for a reader, though not by Unicode's list. */
  private static final String RESEMBLING = "вкмнтипгβεηκμτω";

  private static final String RESEMBLED = "bkmhtunrbenkutw";

  private static final Set<UnicodeScript> SPACELESS =
      EnumSet.of(
          UnicodeScript.HAN,
          UnicodeScript.HIRAGANA,
          UnicodeScript.KATAKANA,
          UnicodeScript.BOPOMOFO,
          UnicodeScript.YI,
          UnicodeScript.THAI,
          UnicodeScript.LAO,
          UnicodeScript.KHMER,
          UnicodeScript.MYANMAR,
          UnicodeScript.TIBETAN,
          UnicodeScript.JAVANESE,
          UnicodeScript.BALINESE);

  private static final Set<UnicodeScript> NO_SCRIPT =
      EnumSet.of(UnicodeScript.COMMON, UnicodeScript.INHERITED, UnicodeScript.UNKNOWN);

  private final StringBuilder keys = new StringBuilder();
  private final int[] letters;
  private final int[] starts;
  private final int[] words;
  private final BitSet spelled = new BitSet();
  private final BitSet mixed = new BitSet();
  private final BitSet joined = new BitSet();
  private final Set<UnicodeScript> own = EnumSet.noneOf(UnicodeScript.class);
  private int used;
  private int word;
  private UnicodeScript wordScript = UnicodeScript.COMMON;

  private FoldedText(int length) {
    letters = new int[3 * length + 1];
    starts = new int[3 * length + 2];
    words = new int[3 * length + 2];
  }

  /** A text in which words are looked for. */
  static FoldedText of(String text) {
    var points = fold(text);
    var folded = new FoldedText(points.length);
    folded.append(points);
    folded.joinLoneLetters(points);
    return folded;
  }

  /** A word or a phrase that is looked for, or a part of one. */
  static FoldedText entry(String text) {
    var points = fold(text);
    var folded = new FoldedText(points.length);
    folded.append(points);
    return folded;
  }

  /** The key of each position. */
  String keys() {
    return keys.toString();
  }

  int length() {
    return keys.length();
  }

  boolean isGap(int position) {
    return keys.charAt(position) == GAP;
  }

  /** How many letters a position stands for; none for a gap. */
  int run(int position) {
    return starts[position + 1] - starts[position];
  }

  /** One of the letters that a position stands for. */
  int letter(int position, int index) {
    return letters[starts[position] + index];
  }

  /** Which word a position is in; that of a gap is the word before it. */
  int word(int position) {
    return words[position];
  }

  /** Whether a word has a letter, so that its digits and signs may stand for letters. */
  boolean isSpelled(int position) {
    return spelled.get(words[position]);
  }

  /**
   * Whether a letter may be there in place of one that looks like it: its word mixes scripts, or
   * nothing else in the text is surely of that letter's script.
   */
  boolean mayPretend(int position, int letter) {
    return mixed.get(words[position]) || !own.contains(UnicodeScript.of(letter));
  }

  /** Whether a word may begin or end before a position, which may be one past the end. */
  boolean isBoundary(int position) {
    if (position == 0 || position == length()) {
      return true;
    }
    if (isBetween(position - 1) || isBetween(position)) {
      return true;
    }
    return isSpaceless(letters[starts[position] - 1]) || isSpaceless(letters[starts[position]]);
  }

  /** Whether all but the first of letters in a row begins there: of {@code a s p a m}. */
  boolean isAfterLoneStart(int position) {
    return position >= 2 && joined.get(words[position]) && isBetween(position - 2);
  }

  private boolean isBetween(int position) {
    return keys.charAt(position) <= GAP;
  }

  private static int[] fold(String text) {
    var apart = Normalizer.normalize(text, Normalizer.Form.NFKD);
    var out = new StringBuilder(apart.length());
    var base = UnicodeScript.COMMON;
    for (int i = 0; i < apart.length(); ) {
      int c = apart.codePointAt(i);
      i += Character.charCount(c);
      var script = UnicodeScript.of(c);
      if (isMark(c) && (script == UnicodeScript.INHERITED || hasOptionalMarks(script))) {
        // Of a kana or a syllable it is another letter that its mark makes.
        if (hasOptionalMarks(base) || NO_SCRIPT.contains(base)) {
          continue;
        }
      } else if (!NO_SCRIPT.contains(script) || !isMark(c)) {
        base = script;
      }
      if (isDropped(c)) {
        continue;
      }
      int small = plain(Character.toLowerCase(Character.toUpperCase(c)));
      if (small == 'ß') {
        out.append("ss");
      } else {
        out.appendCodePoint(small);
      }
    }
    return Normalizer.normalize(out, Normalizer.Form.NFC).codePoints().toArray();
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK;
  }

  private static boolean hasOptionalMarks(UnicodeScript script) {
    return switch (script) {
      case LATIN, GREEK, CYRILLIC, ARABIC, HEBREW -> true;
      default -> false;
    };
  }

  private static boolean isDropped(int c) {
    if (c <= 0x7F) {
      return false;
    }
    int type = Character.getType(c);
    return type == Character.FORMAT
        || (c >= 0xFE00 && c <= 0xFE0F)
        || (type != Character.SPACE_SEPARATOR
            && type != Character.CONTROL
            && type != Character.LINE_SEPARATOR
            && type != Character.PARAGRAPH_SEPARATOR
            && CleanText.showsNothing(Character.toString(c)));
  }

  /** Without a stroke through it: ø, ł and đ do not come apart as é does. */
  private static int plain(int letter) {
    return letter > 0x7F && UnicodeScript.of(letter) == UnicodeScript.LATIN
        ? LookAlikes.latin(letter)
        : letter;
  }

  private void append(int[] points) {
    for (int i = 0; i < points.length; i++) {
      if (isOfWord(points, i)) {
        add(points[i]);
      } else {
        addGap();
      }
    }
  }

  private void add(int letter) {
    char key = key(letter);
    int last = keys.length() - 1;
    if (Character.isLetter(letter)) {
      notice(letter);
    }
    boolean again =
        last >= 0
            && keys.charAt(last) == key
            && !isSpaceless(letter)
            && isSame(letters[used - 1], letter, key);
    if (!again) {
      keys.append(key);
      words[last + 1] = word;
    }
    letters[used++] = letter;
    starts[keys.length()] = used;
  }

  /** An i beside an l is no longer l, nor is a Greek sigma beside an omicron a longer o. */
  private static boolean isSame(int letter, int other, char key) {
    return letter == other || (key != 'l' && UnicodeScript.of(letter) != UnicodeScript.of(other));
  }

  private void notice(int letter) {
    var script = UnicodeScript.of(letter);
    spelled.set(word);
    if (script == UnicodeScript.LATIN || LookAlikes.latin(letter) == letter) {
      own.add(script);
    }
    if (!NO_SCRIPT.contains(script)) {
      if (wordScript != UnicodeScript.COMMON && wordScript != script) {
        mixed.set(word);
      }
      wordScript = script;
    }
  }

  private void addGap() {
    int last = keys.length() - 1;
    if (last < 0 || keys.charAt(last) > GAP) {
      addBetween(GAP);
    }
  }

  private void addBetween(char key) {
    words[keys.length()] = word;
    keys.append(key);
    starts[keys.length()] = used;
    word++;
    wordScript = UnicodeScript.COMMON;
  }

  private void joinLoneLetters(int[] points) {
    var row = new int[points.length];
    int count = 0;
    int gap = 0;
    for (int i = 0; i <= points.length; i++) {
      if (i < points.length && !isOfWord(points, i)) {
        gap++;
        continue;
      }
      boolean alone =
          i < points.length
              && (i == 0 || !isOfWord(points, i - 1))
              && (i + 1 == points.length || !isOfWord(points, i + 1));
      if (!alone || gap > MOST_APART) {
        join(row, count);
        count = 0;
      }
      if (alone) {
        row[count++] = points[i];
      }
      gap = 0;
    }
  }

  private void join(int[] row, int count) {
    if (count < LEAST_ALONE && !(count == LEAST_ALONE - 1 && isSpaceless(row[0]))) {
      return;
    }
    addBetween(EDGE);
    joined.set(word);
    for (int i = 0; i < count; i++) {
      add(row[i]);
    }
  }

  /** Signs are of a word where they stand in it like a letter: {@code k!ll}, {@code a$$}. */
  private static boolean isOfWord(int[] points, int i) {
    int c = points[i];
    return switch (c) {
      case '$' -> isLetterNear(points, i, -1) || isLetterNear(points, i, 1);
      case '@', '!', '|' -> isLetterAt(points, i - 1) && isLetterAt(points, i + 1);
      default -> isOfWord(c);
    };
  }

  private static boolean isLetterNear(int[] points, int i, int step) {
    return isLetterAt(points, i + step)
        || (i + step >= 0
            && i + step < points.length
            && points[i + step] == '$'
            && isLetterAt(points, i + 2 * step));
  }

  private static boolean isLetterAt(int[] points, int i) {
    return i >= 0 && i < points.length && Character.isLetterOrDigit(points[i]) && points[i] > '9';
  }

  private static boolean isOfWord(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.COMBINING_SPACING_MARK,
          Character.LETTER_NUMBER,
          Character.OTHER_NUMBER,
          Character.OTHER_SYMBOL ->
          true;
      default -> Character.isLetterOrDigit(c);
    };
  }

  private static boolean isSpaceless(int c) {
    return Character.getType(c) == Character.OTHER_SYMBOL
        || (c > 0x7F && SPACELESS.contains(UnicodeScript.of(c)));
  }

  private static char key(int letter) {
    int sign = SIGNS.indexOf(letter);
    int key = sign >= 0 ? SIGN_LETTERS.charAt(sign) : LookAlikes.latin(letter);
    int resembling = RESEMBLING.indexOf(letter);
    if (key == letter && resembling >= 0) {
      key = RESEMBLED.charAt(resembling);
    }
    if (key == 'i') {
      return 'l';
    }
    // What is beyond a char shares keys of the private use area: its letters tell it apart.
    return (char) (key < 0x10000 ? key : 0xE000 + key % 6400);
  }
}
