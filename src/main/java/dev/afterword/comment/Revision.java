package dev.afterword.comment;

import dev.afterword.comment.Comment.Written;
import java.time.Instant;

/**
 * What a comment said before an edit.
 *
 * @param since when it began to say so
 * @param body who wrote what
 */
record Revision(Instant since, Written body) {
  static Revision unpack(String packed) {
    int line = packed.indexOf('\n');
    return new Revision(
        Instant.ofEpochMilli(Long.parseLong(packed.substring(0, line))),
        Written.unpack(packed.substring(line + 1)));
  }
}
