package dev.afterword;

import dev.afterword.http.CleanText;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.SiteStore;
import dev.afterword.identity.StaffStore;
import io.vertx.core.Future;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Makes somebody staff of a site. */
@Command(
    name = "staff",
    description = "Make somebody staff of a site.",
    mixinStandardHelpOptions = true)
final class StaffCommand implements Runnable {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(
      name = "add",
      description = "Print a new token, once: it is kept nowhere.",
      mixinStandardHelpOptions = true)
  int add(
      @Option(names = "--site", required = true, paramLabel = "NAME", description = "The site.")
          String site,
      @Option(
              names = "--role",
              required = true,
              paramLabel = "ROLE",
              description = "owner, moderator or viewer.")
          String role,
      @Option(
              names = "--name",
              required = true,
              paramLabel = "NAME",
              description = "Who it is, such as \"Jo Doe\".")
          String name)
      throws Exception {
    var chosen = role(role);
    var known = CleanText.line(name);
    if (known.isEmpty() || known.codePointCount(0, known.length()) > 60) {
      throw new Startup.FailedException("A name has 1 to 60 characters.");
    }
    var token = StaffStore.newToken();
    boolean added =
        StoreAccess.with(
            main.config(),
            link ->
                new SiteStore(link, each -> Set.of())
                    .read(site)
                    .compose(
                        found ->
                            found.isEmpty()
                                ? Future.succeededFuture(false)
                                : new StaffStore(link).add(site, token, known, chosen).map(true)));
    if (!added) {
      throw new Startup.FailedException("There is no site " + site + ".");
    }
    spec.commandLine().getOut().println(token);
    return 0;
  }

  private static Role role(String word) throws Startup.FailedException {
    for (var role : Role.values()) {
      if (role.word().equals(word.toLowerCase(Locale.ROOT))) {
        return role;
      }
    }
    throw new Startup.FailedException("A role is owner, moderator or viewer.");
  }
}
