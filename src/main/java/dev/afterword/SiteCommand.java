package dev.afterword;

import dev.afterword.identity.ArticleRule;
import dev.afterword.identity.InvalidKeyFileException;
import dev.afterword.identity.KeyFile;
import dev.afterword.identity.Site;
import dev.afterword.identity.SiteOrigin;
import dev.afterword.identity.SiteStore;
import dev.afterword.identity.Sites;
import dev.afterword.redis.RedisLink;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Adds, changes, lists and removes sites; beside a running server it takes effect in a second. */
@Command(
    name = "site",
    description = "Add, change, list and remove sites.",
    mixinStandardHelpOptions = true)
final class SiteCommand implements Runnable {
  private static final String NONE = "none";

  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "add",
      description = "Add a site, whose pages are served under these origins.",
      mixinStandardHelpOptions = true)
  int add(
      @Parameters(paramLabel = "NAME", description = "1-32 of a-z, 0-9 and -.") String name,
      @Option(
              names = "--origin",
              required = true,
              paramLabel = "ORIGIN",
              description = "Such as https://news.example; repeat it for more.")
          List<String> origins)
      throws Exception {
    checkName(name);
    var checked = origins(origins);
    var config = main.config();
    boolean added =
        StoreAccess.with(
            config,
            link -> store(link).add(name, checked, config.viewWindow(), config.editWindow()));
    return tell(added, "Added " + name + ".", "There is a site " + name + " already.");
  }

  @Command(name = "set", description = "Change a site.", mixinStandardHelpOptions = true)
  int set(
      @Parameters(paramLabel = "NAME", description = "The site.") String name,
      @Option(
              names = "--origin",
              paramLabel = "ORIGIN",
              description = "All of its origins from now on; repeat it for more.")
          @Nullable List<String> origins,
      @Option(
              names = "--articles",
              paramLabel = "RULE",
              description =
                  "Which articles readers may bring into being: any, origins (pages under the"
                      + " site's), pattern, registered (none).")
          @Nullable String rule,
      @Option(
              names = "--pattern",
              paramLabel = "PATTERN",
              description = "For --articles pattern, such as '/20*/news/*'; repeat it for more.")
          @Nullable List<String> patterns,
      @Option(
              names = "--sso-key",
              paramLabel = "FILE",
              description =
                  "What verifies the tokens of the site's own accounts from now on: a public key in"
                      + " PEM, a JWKS, or a secret of at least 32 bytes; repeat it while keys"
                      + " change. 'none' switches them off.")
          @Nullable List<String> keyFiles,
      @Option(
              names = "--sso-issuer",
              paramLabel = "ISS",
              description =
                  "What 'iss' has to be in those tokens; 'none' to look at the key alone.")
          @Nullable String issuer)
      throws Exception {
    checkName(name);
    var changes = new ArrayList<Function<SiteStore, Future<Boolean>>>();
    if (origins != null) {
      var checked = origins(origins);
      changes.add(store -> store.setOrigins(name, checked));
    }
    if (rule != null) {
      var articles = articles(rule, patterns);
      changes.add(store -> store.setArticles(name, articles));
    }
    if (keyFiles != null || issuer != null) {
      var keys = keyFiles == null ? null : keys(keyFiles);
      var checked = issuer == null ? null : issuer(issuer);
      changes.add(store -> store.setSingleSignOn(name, keys, checked));
    }
    if (changes.isEmpty()) {
      throw new Startup.FailedException(
          "Say what to change: --origin, --articles, --sso-key or --sso-issuer.");
    }
    boolean set = StoreAccess.with(main.config(), link -> inTurn(changes, store(link)));
    return tell(set, "Changed " + name + ".", "There is no site " + name + ".");
  }

  private static Future<Boolean> inTurn(
      List<Function<SiteStore, Future<Boolean>>> changes, SiteStore store) {
    var done = Future.succeededFuture(true);
    for (var change : changes) {
      done = done.compose(before -> change.apply(store));
    }
    return done;
  }

  private static String keys(List<String> files) throws Startup.FailedException {
    if (files.equals(List.of(NONE))) {
      return "";
    }
    var contents = new ArrayList<byte[]>();
    for (var file : files) {
      try (var in = Files.newInputStream(Path.of(file))) {
        contents.add(in.readNBytes(KeyFile.LARGEST + 1));
      } catch (IOException | InvalidPathException e) {
        throw new Startup.FailedException("--sso-key: cannot be read: " + file);
      }
    }
    try {
      return KeyFile.stored(contents);
    } catch (InvalidKeyFileException e) {
      throw new Startup.FailedException("--sso-key: " + e.getMessage());
    }
  }

  private static String issuer(String given) throws Startup.FailedException {
    if (given.isBlank()
        || given.length() > 255
        || given.chars().anyMatch(Character::isISOControl)) {
      throw new Startup.FailedException("--sso-issuer is a text of 1 to 255 characters.");
    }
    return given.equals(NONE) ? "" : given;
  }

  private static ArticleRule articles(String rule, @Nullable List<String> patterns)
      throws Startup.FailedException {
    var kind =
        ArticleRule.Kind.of(rule)
            .orElseThrow(
                () ->
                    new Startup.FailedException(
                        "--articles is any, origins, pattern or registered, not '" + rule + "'."));
    if ((kind == ArticleRule.Kind.PATTERN) != (patterns != null)) {
      throw new Startup.FailedException("--pattern and --articles pattern belong together.");
    }
    return new ArticleRule(kind, patterns == null ? List.of() : patterns);
  }

  @Command(
      name = "list",
      description = "List all sites with their origins, and which have single sign-on.",
      mixinStandardHelpOptions = true)
  int list() throws Exception {
    List<Site> sites = StoreAccess.with(main.config(), link -> store(link).all());
    sites.forEach(
        site ->
            out()
                .println(
                    site.name()
                        + "  "
                        + String.join(" ", site.origins())
                        + (site.sso().isOn() ? "  single sign-on" : "")));
    return 0;
  }

  @Command(
      name = "remove",
      description = "Remove a site; what it holds stays, and comes back when it is added again.",
      mixinStandardHelpOptions = true)
  int remove(@Parameters(paramLabel = "NAME", description = "The site.") String name)
      throws Exception {
    checkName(name);
    boolean removed = StoreAccess.with(main.config(), link -> store(link).remove(name));
    return tell(removed, "Removed " + name + ".", "There is no site " + name + ".");
  }

  private static SiteStore store(RedisLink link) {
    return new SiteStore(link, site -> Set.of());
  }

  private int tell(boolean done, String success, String failure) throws Startup.FailedException {
    if (!done) {
      throw new Startup.FailedException(failure);
    }
    out().println(success);
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private static void checkName(String name) throws Startup.FailedException {
    if (!Sites.isNewName(name)) {
      throw new Startup.FailedException(
          "A site's name has 1 to 32 of a-z, 0-9 and -, and is not 'afterword' or 'sites'.");
    }
  }

  private static List<String> origins(List<String> given) throws Startup.FailedException {
    var origins = new ArrayList<String>();
    for (var each : given) {
      origins.add(origin(each));
    }
    return origins;
  }

  private static String origin(String given) throws Startup.FailedException {
    return SiteOrigin.of(given)
        .orElseThrow(
            () ->
                new Startup.FailedException(
                    "An origin looks like https://news.example, not '" + given + "'."));
  }
}
