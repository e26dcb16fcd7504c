package dev.afterword.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Remembers what the tests ran on and what was skipped, and why, in a file for each JVM that runs
 * some of them; {@code mvn verify} runs the main method last, so that it stands in the last lines.
 */
public final class TestSummary implements TestExecutionListener {
  private static final String FILES = "test-summary-*.properties";
  private static final String STORE = "store";

  private static final Map<String, Integer> SKIPPED = new TreeMap<>();
  private static String store = "";

  private TestPlan plan;

  public static void main(String[] args) throws IOException {
    boolean some = false;
    try (var files = Files.newDirectoryStream(Path.of(args[0]), FILES)) {
      for (var file : files) {
        read(file);
        Files.delete(file);
        some = true;
      }
    }
    if (some) {
      System.out.print(summary());
    }
  }

  private static synchronized void read(Path file) throws IOException {
    var kept = new Properties();
    try (var in = Files.newBufferedReader(file)) {
      kept.load(in);
    }
    store = kept.getProperty(STORE, store);
    kept.remove(STORE);
    kept.forEach(
        (what, n) -> SKIPPED.merge((String) what, Integer.valueOf((String) n), Integer::sum));
  }

  static synchronized void ranOn(String what) {
    store = what;
  }

  @Override
  public void testPlanExecutionStarted(TestPlan testPlan) {
    plan = testPlan;
  }

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    long below = plan.getDescendants(test).stream().filter(TestIdentifier::isTest).count();
    count(test, Math.max(1, (int) below), reason);
  }

  @Override
  public void executionFinished(TestIdentifier test, TestExecutionResult result) {
    if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
      String reason = result.getThrowable().map(Throwable::getMessage).orElse("aborted");
      count(test, 1, reason.replaceFirst("^Assumption failed: ", ""));
    }
  }

  private static void count(TestIdentifier test, int tests, String reason) {
    String kind =
        test.getTags().stream()
            .map(tag -> tag.getName() + " ")
            .filter(tag -> !tag.equals("store "))
            .sorted()
            .collect(Collectors.joining());
    synchronized (TestSummary.class) {
      SKIPPED.merge(kind + "test%s (" + reason + ")", tests, Integer::sum);
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan testPlan) {
    Path target = Path.of("target");
    if (Files.isDirectory(target)) {
      var file = FILES.replace("*", Long.toString(ProcessHandle.current().pid()));
      try (var out = Files.newBufferedWriter(target.resolve(file))) {
        kept().store(out, null);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static synchronized Properties kept() {
    var kept = new Properties();
    SKIPPED.forEach((what, n) -> kept.setProperty(what, n.toString()));
    if (!store.isEmpty()) {
      kept.setProperty(STORE, store);
    }
    return kept;
  }

  private static synchronized String summary() {
    String skipped =
        SKIPPED.isEmpty()
            ? "nothing"
            : SKIPPED.entrySet().stream().map(TestSummary::line).collect(Collectors.joining(", "));
    return (store.isEmpty() ? "" : "Store of the tests: " + store + "\n")
        + ("Skipped: " + skipped + "\n");
  }

  private static String line(Map.Entry<String, Integer> skipped) {
    String kind = skipped.getKey().replace("test%s", skipped.getValue() == 1 ? "test" : "tests");
    return skipped.getValue() + " " + kind;
  }
}
