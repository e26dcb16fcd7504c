package dev.afterword.moderation;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A part of an entry of a word list, between its wildcards.
 *
 * @param folded as texts are folded, from {@code from} to before {@code to}
 * @param openLeft whether more of the word may come before it
 * @param openRight whether more of the word may come after it
 * @param isWhole whether it is all of its entry
 */
record Piece(
    FoldedText folded, int from, int to, boolean openLeft, boolean openRight, boolean isWhole) {
  /** What tells pieces apart. */
  record Id(List<Integer> letters, boolean openLeft, boolean openRight, boolean isWhole) {}

  /** The pieces of an entry, in order; none when it has nothing to look for. */
  static List<Piece> of(String entry) {
    var trimmed = entry.strip();
    var texts = trimmed.split("\\*+", -1);
    var pieces = new ArrayList<Piece>();
    boolean alone = Arrays.stream(texts).filter(text -> !text.isEmpty()).count() == 1;
    for (int i = 0; i < texts.length; i++) {
      boolean openLeft = i > 0;
      boolean openRight = i < texts.length - 1;
      var folded = FoldedText.entry(texts[i]);
      int from = 0;
      int to = folded.length();
      // Punctuation at the ends of an entry is not what it is about.
      while (!openLeft && from < to && folded.isGap(from)) {
        from++;
      }
      while (!openRight && from < to && folded.isGap(to - 1)) {
        to--;
      }
      if (from < to) {
        pieces.add(new Piece(folded, from, to, openLeft, openRight, alone));
      }
    }
    return pieces.stream().allMatch(Piece::isBlank) ? List.of() : pieces;
  }

  private boolean isBlank() {
    return keys().isBlank();
  }

  /** By which it is searched for. */
  String keys() {
    return folded.keys().substring(from, to);
  }

  Id id() {
    var letters = new ArrayList<Integer>();
    for (int i = from; i < to; i++) {
      for (int k = 0; k < folded.run(i); k++) {
        letters.add(folded.letter(i, k));
      }
      letters.add(-1);
    }
    return new Id(letters, openLeft, openRight, isWhole);
  }

  /** Whether it stands where its keys were found, as a word or in disguise. */
  boolean standsIn(FoldedText text, int begin, int end) {
    if (!(openLeft || begins(text, begin)) || !(openRight || ends(text, end))) {
      return false;
    }
    for (int i = from; i < to; i++) {
      boolean open = (openLeft && i == from) || (openRight && i == to - 1);
      if (!isLike(text, begin + i - from, i, open)) {
        return false;
      }
    }
    return true;
  }

  private static boolean begins(FoldedText text, int position) {
    return text.isBoundary(position) || text.isAfterLoneStart(position);
  }

  private static boolean ends(FoldedText text, int position) {
    return text.isBoundary(position);
  }

  /**
   * Three of a letter and more are any number of it: nobody writes {@code spaaam}, but {@code good}
   * is not {@code god}.
   */
  private boolean isLike(FoldedText text, int there, int here, boolean open) {
    int run = text.run(there);
    int wanted = folded.run(here);
    boolean stretched = run >= 3 && text.isSpelled(there);
    if (run < wanted || (run > wanted && !open && !stretched)) {
      return false;
    }
    for (int i = 0; i < run && wanted > 0; i++) {
      int letter = text.letter(there, i);
      int like = folded.letter(here, Math.min(i, wanted - 1));
      if (letter != like && !isDisguise(text, there, letter, like)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDisguise(FoldedText text, int there, int letter, int of) {
    if (!Character.isLetter(of)) {
      return false;
    }
    if (!Character.isLetter(letter)) {
      return text.isSpelled(there);
    }
    var script = UnicodeScript.of(letter);
    if (script == UnicodeScript.of(of)) {
      // An i is an i, but other letters of this script were made to look like some.
      return script == UnicodeScript.LATIN && letter != 'i' && letter != 'l';
    }
    return text.mayPretend(there, letter);
  }
}
