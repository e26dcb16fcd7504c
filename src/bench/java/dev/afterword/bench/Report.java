package dev.afterword.bench;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.jar.JarFile;

/** What was measured, for people as a table and for programs as JSON. */
final class Report {
  private static final String LINE = "%-36s %11s %8s %8s %8s %9s%n";

  private static final String PAIR = "%-36s %11s %11s %9s %9s %7s %7s%n";

  private final JsonObject facts = new JsonObject();
  private final JsonArray rows = new JsonArray();
  private final StringBuilder table = new StringBuilder();
  private final List<String> failures = new ArrayList<>();
  private Path log = Path.of("");
  private long errors;

  Report() {
    table.append(
        String.format(LINE, "operation", "per second", "p50 ms", "p99 ms", "cpu µs", "of hello"));
  }

  /** What it was measured with and on. */
  void facts(Path jar, Path log) throws IOException {
    this.log = log;
    var machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    facts
        .put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
        .put("vertx", version(jar, "io.vertx", "vertx-core"))
        .put("netty", version(jar, "io.netty", "netty-transport"))
        .put("store", store(log))
        .put("jdk", System.getProperty("java.vm.name") + " " + System.getProperty("java.version"))
        .put("system", machine.getName() + " " + machine.getVersion() + " " + machine.getArch())
        .put("processors", machine.getAvailableProcessors())
        .put("memoryMiB", machine.getTotalMemorySize() >> 20)
        .put("loadBefore", machine.getSystemLoadAverage());
  }

  private static String version(Path jar, String group, String artifact) throws IOException {
    var properties = new Properties();
    try (var file = new JarFile(jar.toFile())) {
      var entry = file.getEntry("META-INF/maven/" + group + "/" + artifact + "/pom.properties");
      if (entry != null) {
        properties.load(file.getInputStream(entry));
      }
    }
    return properties.getProperty("version", "unknown");
  }

  /** The server says on its first lines which store it has found. */
  private static String store(Path log) throws IOException {
    for (var line : Files.readAllLines(log)) {
      if (line.startsWith("Data is kept in ")) {
        return line.substring(line.indexOf('(') + 1, line.length() - 1);
      }
    }
    return "unknown";
  }

  /** Where the servers' own words go. */
  Path log() {
    return log;
  }

  /** What the driver can do: it can't show an operation to be faster than this. */
  void ceiling(Sample hello, Sample pipelined) {
    add("hello: the driver's ceiling", "hello", hello, 1);
    add("hello, pipelined by 16", "hello-pipelined", pipelined, ratio(pipelined, hello));
  }

  /** The rounds of an operation, and those of the bare server between them. */
  void row(String name, String id, List<Sample> warmUp, List<Sample> rounds, List<Sample> hellos) {
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < rounds.size(); i++) {
      ratios.add(ratio(rounds.get(i), hellos.get(i)));
    }
    add(name, id, Sample.median(rounds), Sample.median(ratios, Double::doubleValue))
        .put("ratios", new JsonArray(ratios))
        .put("warmUpRounds", warmUp.size())
        .put("hello", json(Sample.median(hellos)));
    refused(name + ", while warming up", Sample.median(warmUp));
    refused(name + ", hello beside it", Sample.median(hellos));
  }

  private void refused(String name, Sample sample) {
    if (sample.errors() > 0) {
      fail(name + ": " + sample.errors() + " answers were not as they should be");
    }
  }

  private JsonObject add(String name, String id, Sample sample, double ofHello) {
    var json = json(sample).put("id", id).put("ofHello", rounded(ofHello));
    rows.add(json);
    refused(name, sample);
    print(
        LINE,
        name,
        text("%,.0f", sample.perSecond()),
        text("%.2f", sample.p50()),
        text("%.2f", sample.p99()),
        text("%.1f", sample.cpu()),
        text("%.2g", ofHello));
    return json;
  }

  /** People who wait see how far it is. */
  private void print(String format, Object... figures) {
    var line = String.format(Locale.ROOT, format, figures);
    table.append(line);
    System.out.print(line);
  }

  private static String text(String format, double figure) {
    return String.format(Locale.ROOT, format, figure);
  }

  /** The rows that follow compare something large with something small. */
  void pairs(String what, String small, String large) {
    print(
        PAIR, what, small + ": /s", large + ": /s", small + ": µs", large + ": µs", "cpu", "time");
  }

  /** An operation on small threads and on a large one, in turns. */
  void pair(
      String name, String id, List<Sample> warmUps, List<Sample> smalls, List<Sample> larges) {
    var cpu = new ArrayList<Double>();
    var time = new ArrayList<Double>();
    for (int i = 0; i < smalls.size(); i++) {
      cpu.add(larges.get(i).cpu() / smalls.get(i).cpu());
      time.add(ratio(smalls.get(i), larges.get(i)));
    }
    var small = Sample.median(smalls);
    var large = Sample.median(larges);
    double ofCpu = Sample.median(cpu, Double::doubleValue);
    double ofTime = Sample.median(time, Double::doubleValue);
    rows.add(
        new JsonObject()
            .put("id", id)
            .put("small", json(small))
            .put("large", json(large))
            .put("cpu", rounded(ofCpu))
            .put("time", rounded(ofTime))
            .put("cpuRatios", new JsonArray(cpu))
            .put("timeRatios", new JsonArray(time)));
    refused(name, Sample.median(List.of(small, large, Sample.median(warmUps))));
    print(
        PAIR,
        name,
        text("%,.0f", small.perSecond()),
        text("%,.0f", large.perSecond()),
        text("%.1f", small.cpu()),
        text("%.1f", large.cpu()),
        text("%.2f", ofCpu),
        text("%.2f", ofTime));
  }

  /** A figure of its own. */
  void fact(String what, String id, double figure, String unit) {
    facts.put(id, rounded(figure));
    print("%s: %,.2f %s%n", what, figure, unit);
  }

  /** What comments take in the store. */
  void memory(String kind, String id, long bytes, int comments) {
    long each = Math.round((double) bytes / comments);
    facts.put(id, each);
    print("%,d comments %s: %,d bytes each in the store%n", comments, kind, each);
  }

  private static double ratio(Sample operation, Sample hello) {
    return operation.perSecond() / hello.perSecond();
  }

  private static JsonObject json(Sample sample) {
    return new JsonObject()
        .put("perSecond", Math.round(sample.perSecond()))
        .put("p50Ms", rounded(sample.p50()))
        .put("p99Ms", rounded(sample.p99()))
        .put("cpuMicros", rounded(sample.cpu()))
        .put("errors", sample.errors());
  }

  private static double rounded(double figure) {
    return Math.round(figure * 1_000) / 1_000.0;
  }

  /** Starts, in milliseconds. */
  void start(List<Double> starts) {
    double middle = Sample.median(starts, Double::doubleValue);
    table.append(
        String.format(
            Locale.ROOT, "start to first answer: %.0f ms (median of %s)%n", middle, whole(starts)));
    facts.put("startMs", Math.round(middle));
    facts.put("startsMs", new JsonArray(whole(starts)));
  }

  private static List<Long> whole(List<Double> figures) {
    return figures.stream().map(Math::round).toList();
  }

  /** Something that was measured is not true. */
  void fail(String what) {
    errors++;
    failures.add(what);
  }

  long errors() {
    return errors;
  }

  String table() {
    var machine = ManagementFactory.getOperatingSystemMXBean();
    facts.put("loadAfter", machine.getSystemLoadAverage());
    var text = new StringBuilder("\n").append(table).append('\n');
    facts.forEach(
        fact -> text.append(fact.getKey()).append(": ").append(fact.getValue()).append("  "));
    text.append('\n');
    failures.forEach(failure -> text.append("ERROR ").append(failure).append('\n'));
    return text.toString();
  }

  void write(Path file) throws IOException {
    var json = facts.copy().put("rows", rows).put("failures", new JsonArray(failures));
    Files.writeString(file, json.encodePrettily() + "\n");
  }
}
