package dev.afterword.comment;

import dev.afterword.comment.Comment.State;
import dev.afterword.comment.MarkStore.Marks;
import dev.afterword.comment.MarkStore.Votes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the indexes and counters of an article have to say, worked out from its comments alone, and
 * where what is kept says something else. Written apart from the scripts that keep them, so that a
 * mistake there is found here.
 */
final class Census {
  private static final long PLACES = 1L << 30;
  private static final double Z = 1.96;

  private final Map<String, Line> comments = new LinkedHashMap<>();
  private final Map<Index, Map<String, Long>> kept = new HashMap<>();
  private final Map<String, Votes> votes = new HashMap<>();
  private final Map<String, Long> reactions = new TreeMap<>();

  /** A comment, as far as indexes depend on it; parent and root are members, not ids. */
  record Line(
      String member,
      boolean visible,
      int up,
      int down,
      long sequence,
      @Nullable String parent,
      @Nullable String root) {
    /** Reads the first line of a packed comment. */
    static Line of(String member, String line) {
      var head = CommentHead.of(line);
      return new Line(
          member,
          head.state() == State.VISIBLE,
          head.up(),
          head.down(),
          head.sequence(),
          memberOf(head.parent()),
          memberOf(head.root()));
    }

    private static @Nullable String memberOf(@Nullable String id) {
      return id == null ? null : new CommentId(id).member();
    }

    private Line with(Votes votes) {
      return new Line(member, visible, votes.up(), votes.down(), sequence, parent, root);
    }

    /** The lower bound of the Wilson interval in steps of 2^-22, then the sequence. */
    private long rank() {
      double votes = up + down;
      if (votes == 0) {
        return sequence;
      }
      double share = up / votes;
      double middle = share + Z * Z / (2 * votes);
      double margin = Z * Math.sqrt((share * (1 - share) + Z * Z / (4 * votes)) / votes);
      double bound = Math.max(0, (middle - margin) / (1 + Z * Z / votes));
      return (long) Math.floor(bound * (1 << 22)) * PLACES + sequence;
    }
  }

  /** Which index: of the roots, or of the replies of a comment. */
  record Index(String kind, @Nullable String of) {}

  /**
   * An entry that is wrong.
   *
   * @param score what it has to be; {@code null} when it does not belong there
   */
  record Fault(Index index, String member, @Nullable Long score) {}

  void add(Line line) {
    comments.put(line.member, line);
  }

  /** What an index holds. */
  void holds(Index index, Map<String, Long> entries) {
    kept.put(index, entries);
  }

  /** What one reader left. */
  void left(Marks marks) {
    marks
        .votes()
        .forEach(
            (id, value) ->
                votes.merge(
                    new CommentId(id).member(),
                    value > 0 ? new Votes(1, 0) : new Votes(0, 1),
                    (a, b) -> new Votes(a.up() + b.up(), a.down() + b.down())));
    marks.reactions().forEach(name -> reactions.merge(name, 1L, Long::sum));
  }

  /** How often each reaction was left, those that were not left out. */
  Map<String, Long> reactions() {
    return reactions;
  }

  /** The votes of comments that say something else, which are taken as they should be from now. */
  Map<String, Votes> wrongVotes() {
    var wrong = new TreeMap<String, Votes>();
    comments.replaceAll(
        (member, line) -> {
          var right = votes.getOrDefault(member, new Votes(0, 0));
          if (line.up != right.up() || line.down != right.down()) {
            wrong.put(member, right);
          }
          return line.with(right);
        });
    return wrong;
  }

  /** How many comments are visible. */
  long visible() {
    return comments.values().stream().filter(Line::visible).count();
  }

  /** All that is wrong. */
  List<Fault> faults() {
    var listedReplies = new HashMap<String, Integer>();
    var descendants = new HashMap<String, Long>();
    var listed = new ArrayList<Line>();
    // A reply comes after what it replies to, so going backwards each is decided before its parent.
    var backwards = new ArrayList<>(comments.values());
    for (int i = backwards.size() - 1; i >= 0; i--) {
      var line = backwards.get(i);
      if (line.visible && line.root != null) {
        descendants.merge(line.root, 1L, Long::sum);
      }
      if (line.visible || listedReplies.containsKey(line.member)) {
        listed.add(line);
        if (line.parent != null) {
          listedReplies.merge(line.parent, 1, Integer::sum);
        }
      }
    }
    var expected = new HashMap<Index, Map<String, Long>>();
    for (var line : listed) {
      boolean root = line.parent == null;
      expect(expected, new Index(root ? "r" : "k", line.parent), line.member, line.sequence);
      expect(expected, new Index(root ? "rb" : "kb", line.parent), line.member, line.rank());
      if (root) {
        long size = descendants.getOrDefault(line.member, 0L) * PLACES + line.sequence;
        expect(expected, new Index("rd", null), line.member, size);
      }
    }
    return compare(expected);
  }

  private static void expect(
      Map<Index, Map<String, Long>> expected, Index index, String member, long score) {
    expected.computeIfAbsent(index, fresh -> new HashMap<>()).put(member, score);
  }

  private List<Fault> compare(Map<Index, Map<String, Long>> expected) {
    var faults = new ArrayList<Fault>();
    expected.forEach(
        (index, entries) -> {
          var held = kept.getOrDefault(index, Map.of());
          entries.forEach(
              (member, score) -> {
                if (!score.equals(held.get(member))) {
                  faults.add(new Fault(index, member, score));
                }
              });
        });
    kept.forEach(
        (index, entries) -> {
          var wanted = expected.getOrDefault(index, Map.of());
          for (var member : entries.keySet()) {
            if (!wanted.containsKey(member)) {
              faults.add(new Fault(index, member, null));
            }
          }
        });
    return faults;
  }
}
