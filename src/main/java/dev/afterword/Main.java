package dev.afterword;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The way in: picks a command and runs it. Without one, it serves. */
@Command(
    name = "afterword",
    description = {
      "Afterword: what comes after the article.",
      "Counts views, keeps threaded comments, and pushes every change live to open pages."
    },
    subcommands = {
      ServeCommand.class,
      CheckConfigCommand.class,
      SiteCommand.class,
      StaffCommand.class,
      RecountCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    usageHelpAutoWidth = true,
    footer = {
      "",
      "Configuration comes from environment variables (AFTERWORD_PORT, AFTERWORD_DATA, ...) or a"
          + " file with the same names (port: 8080). 'check-config' prints the effective values."
    })
public final class Main implements Callable<Integer> {
  /** Netty's own events in flight recordings: off unless asked for, a tenth of a start's time. */
  private static final String NETTY_JFR = "io.netty.jfr.enabled";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Read settings from this file; the environment wins over it.",
      scope = ScopeType.INHERIT)
  private @Nullable Path file;

  /** Runs a command; the exit code is 0, 1 when something is in the way, 2 for a wrong call. */
  public static void main(String[] args) {
    if (System.getProperty(NETTY_JFR) == null) {
      System.setProperty(NETTY_JFR, "false");
    }
    int code = commandLine(new Main()).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  static CommandLine commandLine(Main main) {
    return new CommandLine(main)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof Startup.FailedException
                  || failure instanceof Config.InvalidException) {
                command.getErr().println("afterword: " + failure.getMessage());
                return 1;
              }
              throw failure;
            });
  }

  /** The configuration that the command works with. */
  Config config() throws Config.InvalidException {
    return Config.load(file);
  }

  @Override
  public Integer call() throws Exception {
    return new ServeCommand(this).call();
  }

  /** The version that the jar was built as. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      var version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"Afterword " + (version == null ? "(not from a jar)" : version)};
    }
  }
}
