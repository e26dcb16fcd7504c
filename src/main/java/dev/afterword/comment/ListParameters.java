package dev.afterword.comment;

import dev.afterword.comment.Cursor.Sort;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import io.vertx.core.MultiMap;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the parameters of a list: the hottest of all readings, so it is done by hand, held to the
 * API's document by a test.
 */
final class ListParameters {
  static final int LIMIT = 25;
  static final int MOST = 100;
  static final int REPLIES = 10;
  static final int DEPTH = 5;
  static final int DEEPEST = 100;

  private final MultiMap query;
  private final List<Fault> faults = new ArrayList<>();

  private ListParameters(MultiMap query) {
    this.query = query;
  }

  /**
   * What a query asks.
   *
   * @param sort the order when none is named
   * @param parent whose replies are listed; {@code null} for roots
   * @throws Problem 422 with every fault
   */
  static ListQuery read(MultiMap query, Sort sort, @Nullable String parent) {
    var parameters = new ListParameters(query);
    var asked = parameters.query(sort, parent);
    if (!parameters.faults.isEmpty()) {
      throw Problem.invalid(parameters.faults);
    }
    return asked;
  }

  private ListQuery query(Sort usual, @Nullable String parent) {
    var word = one("sort");
    var sort = word == null ? usual : Sort.of(word).orElse(null);
    if (sort == null || (parent != null && !sort.isForReplies())) {
      var words = parent == null ? "newest, oldest, best or discussed" : "oldest, newest or best";
      faults.add(Fault.in("sort", "Must be " + words + "."));
      sort = usual;
    }
    var after = one("after");
    var cursor = after == null ? null : Cursor.parse(after, sort).orElse(null);
    if (after != null && cursor == null) {
      faults.add(Fault.in("after", "Not a cursor of this list."));
    }
    return new ListQuery(
        parent,
        sort,
        number("limit", 1, MOST, LIMIT),
        cursor,
        number("replies", 0, MOST, REPLIES),
        number("depth", 0, DEEPEST, DEPTH),
        flag("text"));
  }

  private @Nullable String one(String name) {
    var given = query.getAll(name);
    if (given.isEmpty()) {
      return null;
    }
    if (given.size() > 1) {
      faults.add(Fault.in(name, "May be given once."));
      return null;
    }
    return given.get(0);
  }

  private int number(String name, int least, int most, int usual) {
    var given = one(name);
    if (given == null) {
      return usual;
    }
    if (given.matches("[0-9]{1,18}")) {
      long number = Long.parseLong(given);
      if (number >= least && number <= most) {
        return (int) number;
      }
    }
    faults.add(Fault.in(name, "Must be a whole number from " + least + " to " + most + "."));
    return usual;
  }

  private boolean flag(String name) {
    var given = one(name);
    if (given != null && !given.equals("true") && !given.equals("false")) {
      faults.add(Fault.in(name, "Must be true or false."));
    }
    return "true".equals(given);
  }
}
