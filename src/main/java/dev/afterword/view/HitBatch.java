package dev.afterword.view;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.DayTally;
import dev.afterword.article.Hour;
import dev.afterword.article.Rankings;
import dev.afterword.article.Rankings.By;
import dev.afterword.article.Sums;
import dev.afterword.view.Recorded.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The hits of one moment on the articles of one bucket, as {@code count.lua} takes them. Hits with
 * the salts of a day that is over are left out when others have newer ones.
 */
final class HitBatch {
  private static final Recorded STALE = new Recorded(0, Outcome.STALE);

  /** What the script is called with. */
  final List<String> keys = new ArrayList<>();

  final List<Object> args = new ArrayList<>();

  private final List<Entry> entries;
  private final Map<Named, Group> groups = new LinkedHashMap<>();
  private final long day;

  /**
   * A hit; or none, to tell the store what else there was, and hear how many views there are.
   *
   * @param window the key of the hit's window
   */
  record Entry(ArticleRef article, @Nullable Hit hit, String window) {
    static Entry asking(ArticleRef article) {
      return new Entry(article, null, "");
    }

    /** Of the salts; 0 where nobody is counted. */
    private long day() {
      return hit == null ? 0 : hit.day();
    }
  }

  /** An article by one of its keys: with another, which may not hold any more, it is another. */
  private record Named(ArticleRef article, ArticleKey key) {}

  /** The entries of one article. */
  private static final class Group {
    /** Title and url for when the article comes into being, where that is allowed. */
    String name = "";

    /** Which of the entries are looked at now. */
    final List<Integer> places = new ArrayList<>();

    /** How many of them are hits. */
    int hits;
  }

  /** Who hears of it when the store has carried a batch out. */
  interface Hearer {
    /** An article has so many views now; and whoever hears it owes the others a tick, or not. */
    void article(ArticleRef article, long views, boolean owes);

    /**
     * What became of a hit.
     *
     * @param open for how many ms its window stays open, 0 when it counted and opened one, -1 when
     *     the article has another key, -2 when nobody has seen its article, -3 when its salts are
     *     of a day that is over
     */
    Recorded hit(Hit hit, String window, long views, long open);
  }

  /**
   * @param entries at least one, all of one bucket
   * @param untold what came beside views; taken out of it
   * @param producer of whose batches this is
   * @param number of the batch
   * @param tickPauseMs the shortest time between two ticks of an article
   */
  HitBatch(
      List<Entry> entries,
      Map<ArticleRef, long[]> untold,
      String producer,
      long number,
      Hour now,
      long tickPauseMs) {
    this.entries = entries;
    this.day = entries.stream().mapToLong(Entry::day).max().orElseThrow();
    for (int place = 0; place < entries.size(); place++) {
      group(place);
    }
    var first = entries.get(0).article;
    boolean both =
        entries.stream().anyMatch(entry -> entry.hit != null && entry.hit.before() != null);
    keys.add(first.tag() + ":p:" + producer);
    keys.add(first.tag() + ":y");
    keys.addAll(Rankings.keys(first.tag(), By.VIEWS, now));
    keys.add(DayTally.key(first.tag(), now.day()));
    keys.add(unfolded(first.tag()));
    args.addAll(List.of(number, groups.size(), windowMs(), first.channel(), tickPauseMs));
    args.addAll(List.of(day, both ? 2 : 1));
    args.addAll(List.of(now.day(), now.ofDay(), now.day() - Series.HOURS_KEPT_DAYS));
    groups.forEach((named, group) -> add(named.article, group, untold.remove(named.article)));
    groups
        .values()
        .forEach(group -> group.places.forEach(place -> addWindows(entries.get(place), both)));
  }

  private void group(int place) {
    var entry = entries.get(place);
    var named = new Named(entry.article, entry.article.key());
    var group = groups.computeIfAbsent(named, fresh -> new Group());
    var hit = entry.hit;
    if (hit != null && hit.day() < day) {
      return;
    }
    group.places.add(place);
    group.hits += hit == null ? 0 : 1;
    if (hit != null && hit.mayCreate() && group.name.isEmpty()) {
      // Whoever may be the first to see an article also names it.
      group.name = hit.title() + '\n' + hit.url();
    }
  }

  /** The window is the site's, and a bucket belongs to one site. */
  private long windowMs() {
    return entries.stream()
        .mapToLong(entry -> entry.hit == null ? 1 : entry.hit.windowMs())
        .max()
        .orElseThrow();
  }

  private void add(ArticleRef article, Group group, long @Nullable [] beside) {
    keys.add(article.at("a"));
    keys.add(article.at("h"));
    keys.add(Sums.days(article));
    args.add(article.key().value());
    args.add(group.name);
    var numbers = new StringBuilder().append(group.hits);
    if (beside != null) {
      for (long each : beside) {
        numbers.append(' ').append(each);
      }
    }
    args.add(numbers);
  }

  private void addWindows(Entry entry, boolean both) {
    if (entry.hit != null) {
      keys.add(entry.window);
      if (both) {
        var before = entry.hit.before();
        keys.add(before == null ? entry.window : window(entry.article, before));
      }
    }
  }

  /** The key of a bucket's articles with views that are not folded, with the hour of the first. */
  static String unfolded(String tag) {
    return tag + ":v";
  }

  /** The key of a visitor's window on an article. */
  static String window(ArticleRef article, String visitor) {
    return article.at("w") + ':' + visitor;
  }

  /** What became of each entry, in order, as the script answered. */
  List<Recorded> read(String reply, Hearer hearer) {
    var answers = new Recorded[entries.size()];
    Arrays.fill(answers, STALE);
    var numbers = reply.replace('|', ' ').split(" ", -1);
    int state = 0;
    int hit = 2 * groups.size();
    for (var each : groups.entrySet()) {
      long views = Long.parseLong(numbers[state++]);
      var owes = numbers[state++];
      boolean moved = owes.equals("m");
      if (!moved) {
        hearer.article(each.getKey().article, views, owes.equals("1"));
      }
      for (int place : each.getValue().places) {
        var entry = entries.get(place);
        answers[place] =
            entry.hit == null
                ? new Recorded(views, moved ? Outcome.MOVED : Outcome.REPEAT)
                : hearer.hit(entry.hit, entry.window, views, Long.parseLong(numbers[hit++]));
      }
    }
    return List.of(answers);
  }
}
