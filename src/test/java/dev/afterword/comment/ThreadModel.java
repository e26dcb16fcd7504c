package dev.afterword.comment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a thread has to show, worked out from scratch each time from nothing but the comments and
 * the votes: no index, no counter.
 */
final class ThreadModel {
  private static final double Z = 1.96;

  /** By id, in order of creation. */
  private final Map<String, Entry> comments = new LinkedHashMap<>();

  /** By parent, {@code null} for roots; in order of creation. */
  private final Map<String, List<Entry>> children = new HashMap<>();

  /** A comment. */
  static final class Entry {
    final String id;
    final String parent;
    final String author;
    final int sequence;
    String text;
    boolean edited;
    boolean visible = true;
    final Map<String, Integer> votes = new HashMap<>();

    private Entry(String id, String parent, String author, int sequence, String text) {
      this.id = id;
      this.parent = parent;
      this.author = author;
      this.sequence = sequence;
      this.text = text;
    }

    int up() {
      return count(1);
    }

    int down() {
      return count(-1);
    }

    private int count(int value) {
      return (int) votes.values().stream().filter(vote -> vote == value).count();
    }

    /** How good it is at least, in steps of 2^-22. */
    private long bound() {
      double n = votes.values().stream().filter(vote -> vote != 0).count();
      if (n == 0) {
        return 0;
      }
      double share = up() / n;
      double middle = share + Z * Z / (2 * n);
      double margin = Z * Math.sqrt((share * (1 - share) + Z * Z / (4 * n)) / n);
      return (long) Math.floor(Math.max(0, (middle - margin) / (1 + Z * Z / n)) * (1 << 22));
    }
  }

  void add(String id, String parent, String author, String text) {
    var entry = new Entry(id, parent, author, comments.size(), text);
    comments.put(id, entry);
    children.computeIfAbsent(parent, none -> new ArrayList<>()).add(entry);
  }

  Entry get(String id) {
    return comments.get(id);
  }

  List<Entry> all() {
    return List.copyOf(comments.values());
  }

  long visible() {
    return comments.values().stream().filter(entry -> entry.visible).count();
  }

  /** Whether lists show it, as itself or as a tombstone. */
  boolean isListed(Entry entry) {
    return entry.visible || children(entry.id).stream().anyMatch(this::isListed);
  }

  private List<Entry> children(String parent) {
    return children.getOrDefault(parent, List.of());
  }

  int descendants(Entry entry) {
    return children(entry.id).stream()
        .mapToInt(child -> (child.visible ? 1 : 0) + descendants(child))
        .sum();
  }

  /** What is shown below a comment, or the roots, in an order of the API. */
  List<Entry> shown(String parent, String sort) {
    var shown = new ArrayList<>(children(parent).stream().filter(this::isListed).toList());
    shown.sort(order(sort));
    return shown;
  }

  private Comparator<Entry> order(String sort) {
    Comparator<Entry> newest = Comparator.comparing(entry -> -entry.sequence);
    return switch (sort) {
      case "newest" -> newest;
      case "oldest" -> newest.reversed();
      case "best" -> Comparator.<Entry>comparingLong(entry -> -entry.bound()).thenComparing(newest);
      case "discussed" ->
          Comparator.<Entry>comparingInt(entry -> -descendants(entry)).thenComparing(newest);
      default -> throw new IllegalArgumentException(sort);
    };
  }

  /** What a listed root ranks by; while it stays the same the root keeps its place. */
  Map<String, Long> ranks(String sort) {
    var ranks = new TreeMap<String, Long>();
    for (var root : shown(null, sort)) {
      ranks.put(
          root.id,
          switch (sort) {
            case "best" -> root.bound();
            case "discussed" -> (long) descendants(root);
            default -> 0L;
          });
    }
    return ranks;
  }
}
