package dev.afterword.comment;

import dev.afterword.comment.StateStore.Turn;
import dev.afterword.comment.StateStore.Turned;
import dev.afterword.live.Streams;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.Script.Call;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Marks comments as pinned or featured. Confined to one event loop. */
final class FlagStore {
  private static final Script FLAG =
      Script.of(FlagStore.class, "history.lua", "thread.lua", "flag.lua");

  private final RedisLink link;

  FlagStore(RedisLink link) {
    this.link = link;
  }

  /**
   * Marks comments, each on its own, in one round trip. Only what is another flag than the comment
   * was read with changes: somebody else may have changed the others since.
   *
   * @param flags of each comment those that it would have, had nobody changed it since
   */
  Future<List<Turned>> mark(List<Turn> marks, Map<String, String> flags) {
    var calls =
        marks.stream()
            .map(mark -> call(mark, flags.getOrDefault(mark.comment().id(), "")))
            .toList();
    return FLAG.runAll(link, calls)
        .map(replies -> replies.stream().map(StateStore::turned).toList());
  }

  private static Call call(Turn mark, String flags) {
    var article = mark.article();
    var read = mark.comment().flags();
    var id = mark.comment().id();
    var why = mark.why();
    return new Call(
        List.of(
            article.at("z"),
            article.at("a"),
            CommentKeys.comment(article, id),
            Streams.key(article),
            History.key(article, id)),
        List.of(
            without(flags, read),
            article.id(),
            article.channel(),
            Streams.LONGEST,
            new CommentId(id).member(),
            why.verdict(),
            why.undoes(),
            why.told(),
            without(read, flags),
            mark.edition(),
            why.repeated()));
  }

  private static String without(String flags, String others) {
    return flags
        .chars()
        .mapToObj(Character::toString)
        .filter(flag -> !others.contains(flag))
        .collect(Collectors.joining());
  }
}
