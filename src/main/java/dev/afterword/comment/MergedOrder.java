package dev.afterword.comment;

import dev.afterword.article.ArticleRef;
import dev.afterword.comment.TransferStore.Piece;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the comments of two articles were written, as if that had been one thread. It
 * is the same however many of the one were put into the other by now. Holds of each comment what
 * tells it from others in memory.
 */
public final class MergedOrder {
  private static final int PART = 500;

  private final long base;
  private final List<String> later;
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, String> previous = new HashMap<>();

  private MergedOrder(long base, List<Piece> there, List<Piece> coming) {
    this.base = base;
    var known = new HashSet<String>();
    there.forEach(piece -> known.add(piece.member()));
    var all = merge(there, coming.stream().filter(it -> !known.contains(it.member())).toList());
    int first = 0;
    while (first < all.size() && known.contains(all.get(first).member())) {
      first++;
    }
    this.later =
        all.subList(first, all.size()).stream().map(Piece::member).filter(known::contains).toList();
    for (int i = 0; i < all.size(); i++) {
      places.put(all.get(i).member(), i + 1);
      if (i > 0) {
        previous.put(all.get(i).member(), all.get(i - 1).member());
      }
    }
  }

  /** Each keeps its own order, also of what was written within one millisecond. */
  private static List<Piece> merge(List<Piece> there, List<Piece> coming) {
    var all = new ArrayList<Piece>(there.size() + coming.size());
    int next = 0;
    for (var piece : there) {
      while (next < coming.size() && coming.get(next).created() < piece.created()) {
        all.add(coming.get(next++));
      }
      all.add(piece);
    }
    all.addAll(coming.subList(next, coming.size()));
    return all;
  }

  /**
   * Reads it.
   *
   * @param from the article that has the others
   * @param going of some of its comments, those that count
   * @param to the article that has some already
   * @param base the greatest number that a comment had there before
   */
  public static Future<MergedOrder> of(
      TransferStore store,
      ArticleRef from,
      Function<List<String>, Future<List<String>>> going,
      ArticleRef to,
      long base) {
    var there = new ArrayList<Piece>();
    var coming = new ArrayList<Piece>();
    return read(store, to, Future::succeededFuture, there, 0)
        .compose(read -> read(store, from, going, coming, 0))
        .map(read -> new MergedOrder(base, there, coming));
  }

  private static Future<Void> read(
      TransferStore store,
      ArticleRef article,
      Function<List<String>, Future<List<String>>> which,
      List<Piece> into,
      long from) {
    return store
        .members(article, from, PART)
        .compose(
            members ->
                members.isEmpty()
                    ? Future.succeededFuture()
                    : which
                        .apply(members)
                        .compose(some -> store.pieces(article, some))
                        .compose(
                            pieces -> {
                              pieces.forEach(piece -> into.add(piece.bare()));
                              return read(store, article, which, into, from + PART);
                            }));
  }

  /** The comments that are there already and come after one that is not, the oldest first. */
  public List<String> later() {
    return later;
  }

  /** Whether none of some comments came later. */
  public boolean knows(List<String> members) {
    return places.keySet().containsAll(members);
  }

  /** The number of a comment; {@code null} of one that came later. */
  @Nullable Long number(String member) {
    var place = places.get(member);
    return place == null ? null : base + place;
  }

  /** The comment that comes before; {@code null} at the beginning. */
  @Nullable String previous(String member) {
    return previous.get(member);
  }
}
