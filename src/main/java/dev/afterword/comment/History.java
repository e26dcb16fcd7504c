package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was decided about a comment, as {@code history.lua} keeps it.
 *
 * @param lines the latest last
 * @param undo the entry of the undo that came last, or {@code null}
 * @param undone what it took back
 * @param held why the comment had to wait, or {@code null} when it never had to
 * @param reports how many reports there are to see to
 */
public record History(
    List<Line> lines,
    @Nullable String undo,
    @Nullable Line undone,
    @Nullable String held,
    int reports) {
  private static final Pattern REPORTED = Pattern.compile("R[0-9]+");

  /**
   * A decision.
   *
   * @param verdict the entry of the site's journal
   * @param before the comment's state and flags
   * @param after the comment's state and flags
   * @param by the name of who decided
   * @param reason as it was given, or empty
   */
  public record Line(String verdict, String before, String after, String by, String reason) {
    private static Line of(String text) {
      var fields = text.split("\t", -1);
      return new Line(fields[0], fields[1], fields[2], fields[3], fields[4]);
    }

    private String bareBefore() {
      return REPORTED.matcher(before).replaceFirst("");
    }
  }

  /** Nothing was decided. */
  static final History NONE = new History(List.of(), null, null, null, 0);

  /** The fields that are read, in order. */
  static final List<String> FIELDS = List.of("d", "x", "w", "o");

  static History of(List<@Nullable String> fields) {
    var lines = new ArrayList<Line>();
    Objects.requireNonNullElse(fields.get(0), "").lines().forEach(line -> lines.add(Line.of(line)));
    var undone = Objects.requireNonNullElse(fields.get(1), "");
    var reports = fields.get(3);
    int tab = undone.indexOf('\t');
    return new History(
        lines,
        tab < 0 ? null : undone.substring(0, tab),
        tab < 0 ? null : Line.of(undone.substring(tab + 1)),
        fields.get(2),
        reports == null ? 0 : Integer.parseInt(reports));
  }

  /** The latest decision that stands; {@code null} when nobody decided yet. */
  public @Nullable Line latest() {
    return lines.isEmpty() ? null : lines.get(lines.size() - 1);
  }

  /**
   * What a comment becomes when a verdict is taken back.
   *
   * @param now its state and flags
   * @return {@code null} when something else was decided since
   */
  public @Nullable String undoing(String verdict, String now) {
    var latest = latest();
    if (latest != null && latest.verdict.equals(verdict)) {
      return latest.after.equals(now) ? latest.bareBefore() : null;
    }
    var redone = undone;
    return verdict.equals(undo) && redone != null && redone.bareBefore().equals(now)
        ? redone.after
        : null;
  }

  /** Whether a verdict or one that came later has been given, or taken something back. */
  public boolean decidedSince(String verdict) {
    var last = undo;
    return lines.stream().anyMatch(line -> !isBefore(line.verdict, verdict))
        || (last != null && !isBefore(last, verdict));
  }

  /** Ids of the journal's entries grow with time: milliseconds, then a number. */
  private static boolean isBefore(String entry, String other) {
    int of = entry.indexOf('-');
    int than = other.indexOf('-');
    int time =
        Long.compare(
            Long.parseLong(entry.substring(0, of)), Long.parseLong(other.substring(0, than)));
    return time < 0
        || (time == 0
            && Long.parseLong(entry.substring(of + 1)) < Long.parseLong(other.substring(than + 1)));
  }

  /** Why a comment that is in a state is not public: as it was decided, or why it had to wait. */
  public @Nullable String reason(State state) {
    if (state == State.SHADOWED) {
      return "shadow";
    }
    var latest = latest();
    if (latest != null && latest.after.startsWith(state.letter())) {
      return latest.reason.isEmpty() ? null : latest.reason;
    }
    return state == State.PENDING ? held : null;
  }

  static String key(ArticleRef article, String id) {
    return article.tag() + ":h:" + id;
  }
}
