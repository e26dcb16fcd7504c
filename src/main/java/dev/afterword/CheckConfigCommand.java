package dev.afterword;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Prints the effective configuration, or every fault in it. */
@Command(
    name = "check-config",
    description = "Print the effective settings with secrets masked, or every fault in them.",
    mixinStandardHelpOptions = true)
final class CheckConfigCommand implements Callable<Integer> {
  @ParentCommand private Main main;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try {
      spec.commandLine().getOut().println(main.config().describe());
      return 0;
    } catch (Config.InvalidException e) {
      e.faults().forEach(spec.commandLine().getErr()::println);
      return 1;
    }
  }
}
