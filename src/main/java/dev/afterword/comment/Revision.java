package dev.afterword.comment;

import dev.afterword.comment.Comment.Written;
import java.time.Instant;

/**
 * What a comment said before an edit.
 *
 * @param since when it began to say so
 * @param verdict the entry of the journal by which staff changed it, or empty when its author did
 * @param body who wrote what
 */
record Revision(Instant since, String verdict, Written body) {
  static Revision unpack(String packed) {
    int line = packed.indexOf('\n');
    var head = packed.substring(0, line).split(" ", 2);
    return new Revision(
        Instant.ofEpochMilli(Long.parseLong(head[0])),
        head.length > 1 ? head[1] : "",
        Written.unpack(packed.substring(line + 1)));
  }
}
