package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Comment.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a comment as it is kept, see {@link Comment}. Kept as it was read: votes have
 * fixed places in it, which hold zeros that numbers would not.
 *
 * @param fields of the line, in its order
 */
record CommentHead(List<String> fields) {
  private static final String NONE = "-";
  private static final int SEQUENCE = 4;
  private static final int PARENT = 8;
  private static final int ROOT = 9;
  private static final int FLAGS = 10;

  /** Reads a line. */
  static CommentHead of(String line) {
    return new CommentHead(List.of(line.split(" ", -1)));
  }

  State state() {
    return State.of(fields.get(1));
  }

  int up() {
    return Integer.parseInt(fields.get(2));
  }

  int down() {
    return Integer.parseInt(fields.get(3));
  }

  long sequence() {
    return Long.parseLong(fields.get(SEQUENCE));
  }

  Instant created() {
    return Instant.ofEpochMilli(Long.parseLong(fields.get(5)));
  }

  @Nullable Instant edited() {
    var ms = given(6);
    return ms == null ? null : Instant.ofEpochMilli(Long.parseLong(ms));
  }

  int depth() {
    return Integer.parseInt(fields.get(7));
  }

  /** The id of what it replies to. */
  @Nullable String parent() {
    return given(PARENT);
  }

  /** The id of the root of its branch; {@code null} for a root. */
  @Nullable String root() {
    return given(ROOT);
  }

  String flags() {
    return fields.size() > FLAGS ? fields.get(FLAGS) : "";
  }

  private @Nullable String given(int field) {
    return fields.get(field).equals(NONE) ? null : fields.get(field);
  }

  /**
   * The same as another article has it.
   *
   * @param number its sequence there; {@code null} when it keeps its own
   */
  CommentHead in(ArticleRef to, @Nullable Long number) {
    var there = new ArrayList<>(fields);
    if (number != null) {
      there.set(SEQUENCE, number.toString());
    }
    for (int field : List.of(PARENT, ROOT)) {
      var id = given(field);
      if (id != null) {
        there.set(field, to.id() + new CommentId(id).member());
      }
    }
    return new CommentHead(there);
  }

  /** As it is kept. */
  String line() {
    return String.join(" ", fields);
  }
}
