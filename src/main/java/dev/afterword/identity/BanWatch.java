package dev.afterword.identity;

import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Guests.Asker;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells those who are there when they are banned. Twice a second it asks each site with somebody
 * there whether its bans have changed; only then it looks for whom. Confined to one event loop.
 */
public final class BanWatch {
  private static final Logger LOG = LoggerFactory.getLogger(BanWatch.class);
  private static final long PAUSE_MS = 500;

  /** About so many authors it asks in one call. */
  private static final int PART = 500;

  private final Vertx vertx;
  private final Guests guests;
  private final Map<String, Watched> sites = new HashMap<>();

  /** On the current event loop. */
  public BanWatch(Vertx vertx, Guests guests) {
    this.vertx = vertx;
    this.guests = guests;
  }

  /** A site with somebody there. */
  private record Watched(Site site, Map<String, Present> authors) {
    /** Forgets who is gone; whether nobody is left. */
    boolean isLeft() {
      authors.values().forEach(each -> each.watchers.removeIf(it -> !it.open.getAsBoolean()));
      authors.values().removeIf(each -> each.watchers.isEmpty());
      return authors.isEmpty();
    }
  }

  /** An author who is there. */
  private static final class Present {
    final List<Watcher> watchers = new ArrayList<>();

    /** The bans that were looked at. */
    @Nullable String checked;
  }

  private record Watcher(BooleanSupplier open, Runnable banned) {}

  /** Watches from now on. */
  public void start() {
    vertx.setTimer(PAUSE_MS, id -> look());
  }

  /**
   * Whether an author is banned in the shadow; fails with a {@link Problem} (403) when not only so.
   */
  public Future<Boolean> isShadowed(Site site, String author) {
    return guests
        .admit(site, new Asker(author, "", false), List.of(), null)
        .map(Guests.Admitted::shadowed);
  }

  /**
   * Has it told within a second when an author is banned, but not when in the shadow.
   *
   * @param open whether that still matters
   * @param banned what to do then
   */
  public void watch(Site site, String author, BooleanSupplier open, Runnable banned) {
    var present =
        sites
            .computeIfAbsent(site.name(), name -> new Watched(site, new HashMap<>()))
            .authors
            .computeIfAbsent(author, id -> new Present());
    present.watchers.add(new Watcher(open, banned));
    // A ban may have come between the look at the token and this one.
    present.checked = null;
  }

  private void look() {
    sites.values().removeIf(Watched::isLeft);
    Future.join(sites.values().stream().map(this::look).toList())
        .onFailure(failure -> LOG.debug("Bans could not be looked at", failure))
        .onComplete(done -> vertx.setTimer(PAUSE_MS, id -> look()));
  }

  private Future<Void> look(Watched watched) {
    return guests
        .bansVersion(watched.site)
        .compose(
            version -> {
              var wanted =
                  watched.authors.entrySet().stream()
                      .filter(each -> !version.equals(each.getValue().checked))
                      .map(Map.Entry::getKey)
                      .toList();
              var parts = new ArrayList<Future<Void>>();
              for (int from = 0; from < wanted.size(); from += PART) {
                var part = wanted.subList(from, Math.min(wanted.size(), from + PART));
                parts.add(look(watched, version, part));
              }
              return Future.join(parts).mapEmpty();
            });
  }

  private Future<Void> look(Watched watched, String version, List<String> authors) {
    return guests
        .everBanned(watched.site, authors)
        .compose(
            found -> {
              var asked = new ArrayList<Future<Void>>();
              for (var author : authors) {
                var banned =
                    found.contains(author)
                        ? isBanned(watched.site, author)
                        : Future.succeededFuture(false);
                asked.add(banned.map(it -> looked(watched, author, version, it)));
              }
              return Future.join(asked).mapEmpty();
            });
  }

  /** There may be an entry of a ban that has ended, or of one in the shadow. */
  private Future<Boolean> isBanned(Site site, String author) {
    return isShadowed(site, author)
        .map(false)
        .recover(
            failure ->
                failure instanceof Problem problem && problem.type() == ProblemType.BANNED
                    ? Future.succeededFuture(true)
                    : Future.failedFuture(failure));
  }

  private static @Nullable Void looked(
      Watched watched, String author, String version, boolean banned) {
    var present = watched.authors.get(author);
    if (present != null) {
      present.checked = version;
      if (banned) {
        List.copyOf(present.watchers).forEach(watcher -> watcher.banned.run());
      }
    }
    return null;
  }
}
