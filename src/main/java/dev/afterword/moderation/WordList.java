package dev.afterword.moderation;

import com.hankcs.algorithm.AhoCorasickDoubleArrayTrie;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Words and phrases that a site looks for, and how they are found: in one pass over the text, with
 * all their pieces at once (Aho and Corasick), whatever the text. See the documentation of
 * moderation for what an entry means. Safe for any thread.
 */
final class WordList {
  private final List<String> entries = new ArrayList<>();
  private final List<List<Integer>> piecesOf = new ArrayList<>();
  private final List<Piece> pieces = new ArrayList<>();
  private final @Nullable AhoCorasickDoubleArrayTrie<int[]> trie;

  /**
   * @param entries as the owner of a site types them; those without a letter or digit match nothing
   */
  WordList(List<String> entries) {
    var ids = new HashMap<Piece.Id, Integer>();
    entries.forEach(entry -> add(entry, ids));
    var byKeys = new TreeMap<String, int[]>();
    for (int i = 0; i < pieces.size(); i++) {
      byKeys.merge(pieces.get(i).keys(), new int[] {i}, WordList::both);
    }
    if (byKeys.isEmpty()) {
      trie = null;
    } else {
      trie = new AhoCorasickDoubleArrayTrie<>();
      trie.build(byKeys);
    }
  }

  /**
   * What was found.
   *
   * @param entries those that occur, in the order of the list
   * @param steps how many comparisons that took
   */
  record Found(List<String> entries, long steps) {}

  /** The entries that occur in a text. */
  Found find(FoldedText text) {
    return trie == null ? new Found(List.of(), 0) : new Scan(text).run(trie);
  }

  private void add(String entry, Map<Piece.Id, Integer> ids) {
    var found = Piece.of(entry);
    if (found.isEmpty()) {
      return;
    }
    entries.add(entry);
    piecesOf.add(
        found.stream()
            .map(
                piece ->
                    ids.computeIfAbsent(
                        piece.id(),
                        fresh -> {
                          pieces.add(piece);
                          return pieces.size() - 1;
                        }))
            .toList());
  }

  private static int[] both(int[] some, int[] more) {
    var all = new int[some.length + more.length];
    System.arraycopy(some, 0, all, 0, some.length);
    System.arraycopy(more, 0, all, some.length, more.length);
    return all;
  }

  /** Where a piece stands in a text, from a position to before another. */
  private record Place(int begin, int end) {}

  /** One text being looked through. */
  private final class Scan {
    private final FoldedText text;
    private final BitSet whole = new BitSet();
    private final Map<Integer, List<Place>> places = new LinkedHashMap<>();
    private long steps;

    Scan(FoldedText text) {
      this.text = text;
    }

    Found run(AhoCorasickDoubleArrayTrie<int[]> trie) {
      trie.parseText(
          text.keys(),
          (begin, end, which) -> {
            for (int id : which) {
              meet(id, begin, end);
            }
          });
      var found = new ArrayList<String>();
      for (int i = 0; i < entries.size(); i++) {
        if (occurs(piecesOf.get(i))) {
          found.add(entries.get(i));
        }
      }
      return new Found(List.copyOf(found), steps);
    }

    private void meet(int id, int begin, int end) {
      steps++;
      var piece = pieces.get(id);
      boolean alone = piece.isWhole();
      if (alone && whole.get(id)) {
        return;
      }
      if (piece.standsIn(text, begin, end)) {
        whole.set(id);
        if (!alone) {
          places.computeIfAbsent(id, fresh -> new ArrayList<>()).add(new Place(begin, end));
        }
      }
      steps += end - begin;
    }

    private boolean occurs(List<Integer> row) {
      for (int id : row) {
        if (!whole.get(id)) {
          return false;
        }
      }
      return row.size() == 1 || follow(row);
    }

    /**
     * Whether pieces stand in a row, with nothing but letters of one word between each two. Of the
     * ways to come so far only the one that ends first counts in each word.
     */
    private boolean follow(List<Integer> row) {
      Map<Integer, Integer> reached = Map.of();
      for (int i = 0; i < row.size(); i++) {
        var next = new HashMap<Integer, Integer>();
        for (var place : places.getOrDefault(row.get(i), List.of())) {
          steps++;
          Integer before = i == 0 ? Integer.valueOf(0) : reached.get(text.word(place.begin()));
          if (before != null && before <= place.begin()) {
            next.merge(wordAt(place.end()), place.end(), Math::min);
          }
        }
        reached = next;
      }
      return !reached.isEmpty();
    }

    private int wordAt(int position) {
      return position < text.length() ? text.word(position) : -1;
    }
  }
}
