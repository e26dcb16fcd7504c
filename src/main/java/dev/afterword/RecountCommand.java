package dev.afterword;

import dev.afterword.comment.Reconciler;
import dev.afterword.comment.Reconciler.Tally;
import dev.afterword.identity.Site;
import dev.afterword.identity.SiteStore;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Counts threads anew from their comments, beside a running server or without one. */
@Command(
    name = "recount",
    description = "Count every thread anew from its comments, and put right what is wrong.",
    mixinStandardHelpOptions = true)
final class RecountCommand implements Callable<Integer> {
  private static final int BAR = 30;

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Option(names = "--site", paramLabel = "NAME", description = "Of this site only.")
  private @Nullable String only;

  @Override
  public Integer call() throws Exception {
    var sites = StoreAccess.with(main.config(), link -> store(link).all());
    var wanted = sites.stream().filter(site -> only == null || site.name().equals(only)).toList();
    if (wanted.isEmpty() && only != null) {
      throw new Startup.FailedException("There is no site " + only + ".");
    }
    StoreAccess.with(main.config(), link -> all(link, wanted));
    return 0;
  }

  private Future<Void> all(RedisLink link, List<Site> sites) {
    var vertx = Vertx.currentContext().owner();
    var reconciler = new Reconciler(vertx, link, store(link));
    Future<Void> done = Future.succeededFuture();
    for (var site : sites) {
      done =
          done.compose(
              before ->
                  reconciler
                      .site(site, (tally, of) -> show(site, tally, of))
                      .map(
                          tally -> {
                            tell(site, tally);
                            return null;
                          }));
    }
    return done;
  }

  /** A bar for people; a log gets the results only. */
  private void show(Site site, Tally tally, long of) {
    if (Logging.isTerminal()) {
      int full = (int) (BAR * tally.articles() / Math.max(1, of));
      var bar = "#".repeat(full) + ".".repeat(BAR - full);
      err().printf("\r%s [%s] %,d of %,d articles", site.name(), bar, tally.articles(), of);
      err().flush();
    }
  }

  private void tell(Site site, Tally tally) {
    if (Logging.isTerminal() && tally.articles() > 0) {
      err().println();
    }
    var unsettled =
        tally.unsettled() == 0 ? "" : ", " + tally.unsettled() + " articles never stood still";
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %,d articles, %,d comments, %,d faults put right%s.%n",
            site.name(), tally.articles(), tally.comments(), tally.faults(), unsettled);
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private static SiteStore store(RedisLink link) {
    return new SiteStore(link, site -> Set.of());
  }
}
