package dev.afterword.comment;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A comment as it is kept: one packed string, a line of what scripts read and change, then a JSON
 * object of what only we read.
 *
 * <pre>{@code 1 v <sequence> <created> <depth> <parent or -> <root or ->\n{"a":…}}</pre>
 *
 * <p>The first field is the format's version, the second the state. Its HTML is kept only when it
 * is more than the escaped text in paragraphs.
 *
 * @param id which one
 * @param sequence its place in its article's order of creation
 * @param created when it was written
 * @param depth 0 for a root
 * @param parent what it replies to
 * @param root the root of its branch, {@code null} for a root
 * @param body who wrote what
 */
record Comment(
    String id,
    long sequence,
    Instant created,
    int depth,
    @Nullable String parent,
    @Nullable String root,
    Written body) {

  /**
   * Who wrote what.
   *
   * @param author the author's id
   * @param name as it was when this was written
   * @param kind {@code guest}, {@code member} or {@code staff}
   * @param text as it was typed
   * @param html what {@code renderer} made of it; {@code null} when that is plain paragraphs
   * @param renderer the version of {@link Markup} that decided so
   */
  record Written(
      String author, String name, String kind, String text, @Nullable String html, int renderer) {

    static Written unpack(String json) {
      var object = new JsonObject(json);
      return new Written(
          object.getString("a"),
          object.getString("n"),
          object.getString("k"),
          object.getString("x"),
          object.getString("h"),
          object.getInteger("v"));
    }

    String pack() {
      var object = new JsonObject().put("a", author).put("n", name).put("k", kind).put("x", text);
      if (html != null) {
        object.put("h", html);
      }
      return object.put("v", renderer).encode();
    }

    /** Its HTML, when today's renderer made it. */
    @Nullable String currentHtml() {
      if (renderer != Markup.VERSION) {
        return null;
      }
      return html == null ? Markup.plainHtml(text) : html;
    }
  }

  static Comment unpack(String id, String packed) {
    int line = packed.indexOf('\n');
    var fields = packed.substring(0, line).split(" ", -1);
    return new Comment(
        id,
        Long.parseLong(fields[2]),
        Instant.ofEpochMilli(Long.parseLong(fields[3])),
        Integer.parseInt(fields[4]),
        fields[5].equals("-") ? null : fields[5],
        fields[6].equals("-") ? null : fields[6],
        Written.unpack(packed.substring(line + 1)));
  }

  /** The root of the branch it stands in: itself for a root. */
  String branch() {
    return root == null ? id : root;
  }
}
