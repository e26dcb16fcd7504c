package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures the operations that readers wait for, each in turn with a bare server's: their ratio
 * says more than any number, because both were measured in the same seconds on the same machine.
 * Ends with an error only when something was not answered as it should have been.
 */
public final class Benchmark implements AutoCloseable {
  private static final int ROUNDS = 3;
  private static final double WARM_UP_SECONDS = 3;
  private static final int MOST_WARM_UP_ROUNDS = 15;
  private static final int ROUNDS_WITHOUT_GAIN = 2;
  private static final double GAIN = 1.05;
  private static final double HELLO_SECONDS = 1;
  private static final double ROUND_SECONDS = 3;
  private static final int STARTS = 3;
  private static final int SOCKETS = 1_000;

  private static final String API = "/api/v1/demo/";
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final List<String> ARTICLES =
      IntStream.range(0, 100).mapToObj(i -> Requests.article("/bench/" + i)).toList();
  private static final String LISTED = Requests.article("/bench/listed");
  private static final String LIVE = Requests.article("/bench/live");

  private final Driver driver = new Driver();
  private final Set<String> wanted;
  private final Report report;
  private final Path jar;
  private final List<String> serverOptions;
  private final Subject hello;
  private final Subject afterword;

  /**
   * Measures, prints, and writes a file.
   *
   * @param args the server's jar, the file for the results, the rows wanted (separated by commas;
   *     nothing for all), options for the server's JVM (separated by spaces)
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    var report = new Report();
    try (var benchmark =
        new Benchmark(
            Path.of(args[0]), Path.of(args[1]), parts(args[2], ","), parts(args[3], " "), report)) {
      benchmark.run();
    }
    report.write(Path.of(args[1]));
    System.out.print(report.table());
    System.exit(report.errors() == 0 ? 0 : 1);
  }

  private static List<String> parts(String text, String separator) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(separator, -1));
  }

  private Benchmark(
      Path jar, Path results, List<String> wanted, List<String> serverOptions, Report report)
      throws IOException {
    this.jar = jar;
    this.wanted = Set.copyOf(wanted);
    this.serverOptions = serverOptions;
    this.report = report;
    var log = results.resolveSibling("bench-servers.log");
    Files.deleteIfExists(log);
    this.hello = new Subject(ServerProcess.hello(log), driver);
    this.afterword = new Subject(ServerProcess.afterword(jar, serverOptions, log), driver);
    report.facts(jar, log);
  }

  private void run() throws IOException, InterruptedException {
    starts(); // While the two servers have nothing to do yet.
    ceiling();
    views();
    newViews();
    counts();
    lists();
    creates();
    fanOut();
    crowd();
    if (wants("waiting")) {
      new Waiting(afterword, report).run();
    }
    if (wanted.contains("million")) {
      new Million(afterword, report).run();
    }
  }

  private void ceiling() {
    hello(WARM_UP_SECONDS, Load.USUAL);
    report.ceiling(hello(ROUND_SECONDS, Load.USUAL), hello(ROUND_SECONDS, Load.PIPELINED));
  }

  private Sample hello(double seconds, Load load) {
    return hello.measure(requests(get("/")), 200, load, seconds);
  }

  /** Each of a thousand visitors opens each of a hundred articles, again and again. */
  private void views() {
    var all = new ArrayList<String>();
    for (int visitor = 0; visitor < 1_000; visitor++) {
      var from = Requests.from("10.1." + visitor / 250 + "." + (visitor % 250 + 1));
      ARTICLES.forEach(article -> all.add(Requests.post(API + "views?" + article, from, "")));
    }
    row("view, 1,000 visitors on 100 articles", "view", Load.RUSH, Requests.cycle(all), 200);
  }

  /** Every one is stored, so afterwards the counts have grown by as many as were sent. */
  private void newViews() throws IOException, InterruptedException {
    var targets = ARTICLES.stream().map(article -> API + "views?" + article).toList();
    var requests = new Requests.NewVisitors(targets);
    long before = countedViews();
    row("view, each by a new visitor", "new-view", Load.RUSH, requests, 200);
    long counted = countedViews() - before;
    if (counted != requests.made()) {
      report.fail(requests.made() + " new visitors were counted as " + counted);
    }
  }

  private long countedViews() throws IOException, InterruptedException {
    var answer = afterword.send("GET", API + "counts?" + String.join("&", ARTICLES), "");
    return new JsonObject(answer.body())
        .getJsonObject("counts").stream()
            .mapToLong(each -> ((JsonObject) each.getValue()).getLong("views"))
            .sum();
  }

  private void counts() throws IOException, InterruptedException {
    if (!wants("counts") && !wants("counts-304")) {
      return;
    }
    for (var article : ARTICLES) {
      afterword.send("POST", API + "views?" + article, "");
    }
    var target = API + "counts?" + twenty();
    row("counts of 20", "counts", Load.RUSH, requests(get(target)), 200);
    var etag = afterword.send("GET", target, "").headers().firstValue("ETag").orElseThrow();
    var conditional = Requests.get(target, "If-None-Match: " + etag + "\r\n");
    row("counts of 20, unchanged (304)", "counts-304", Load.RUSH, requests(conditional), 304);
  }

  /** Ten of the articles, and ten that nobody has seen. */
  private static String twenty() {
    return IntStream.range(90, 110)
        .mapToObj(i -> Requests.article("/bench/" + i))
        .collect(Collectors.joining("&"));
  }

  private void lists() throws IOException, InterruptedException {
    if (!wants("list") && !wants("304") && !wants("changing-list")) {
      return;
    }
    for (int i = 0; i < 100; i++) {
      afterword.send("POST", API + "comments?" + LISTED, comment(i));
    }
    var target = API + "comments?" + LISTED + "&limit=100";
    var etag = afterword.send("GET", target, "").headers().firstValue("ETag").orElseThrow();
    row("list of 100", "list", Load.USUAL, requests(get(target)), 200);
    var conditional = Requests.get(target, "If-None-Match: " + etag + "\r\n");
    row("list of 100, unchanged (304)", "304", Load.USUAL, requests(conditional), 304);
    changingList(target);
  }

  /** In turns with a bare server that sends the same bytes. */
  private void changingList(String target) throws IOException, InterruptedException {
    if (!wants("changing-list")) {
      return;
    }
    var request =
        HttpRequest.newBuilder(afterword.address().resolve(target))
            .header("Accept-Encoding", "gzip");
    var page = Subject.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()).body();
    var put = HttpRequest.BodyPublishers.ofByteArray(page);
    request = HttpRequest.newBuilder(hello.address().resolve(Hello.PAGE)).PUT(put);
    Subject.send(request.build(), HttpResponse.BodyHandlers.discarding());
    var asked = requests(get(target));
    // Made more often, pages are sooner made as fast as they will be in the long run.
    whileCommenting(50, () -> afterword.measure(asked, 200, Load.USUAL, WARM_UP_SECONDS));
    row(
        "list of 100, changing (of static)",
        "changing-list",
        seconds -> whileCommenting(1_000, () -> afterword.measure(asked, 200, Load.USUAL, seconds)),
        seconds -> hello.measure(requests(get(Hello.PAGE)), 200, Load.USUAL, seconds));
  }

  /** Meanwhile somebody comments on the list, at once for the first time. */
  private Sample whileCommenting(long everyMs, Supplier<Sample> measured) {
    var clock = Executors.newSingleThreadScheduledExecutor();
    try {
      var comments =
          clock.scheduleAtFixedRate(this::commentOnListed, 0, everyMs, TimeUnit.MILLISECONDS);
      var sample = measured.get();
      if (comments.isDone()) {
        report.fail("a comment on the changing list was refused");
      }
      return sample;
    } finally {
      clock.shutdownNow();
    }
  }

  private void commentOnListed() {
    try {
      afterword.send("POST", API + "comments?" + LISTED, comment(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private void creates() {
    var all = new ArrayList<String>();
    for (int i = 0; i < ARTICLES.size(); i++) {
      all.add(Requests.post(API + "comments?" + ARTICLES.get(i), JSON, comment(i)));
    }
    row("comment create", "create", Load.USUAL, Requests.cycle(all), 201);
  }

  private void fanOut() throws InterruptedException {
    if (wants("fan-out")) {
      var post = requests(Requests.post(API + "comments?" + LIVE, JSON, comment(0)));
      var fanout = new Fanout(driver, afterword.address(), SOCKETS, API + "live?" + LIVE, post);
      fanout.open();
      row(
          "fan-out to 1,000 sockets",
          "fan-out",
          seconds -> afterword.measure(fanout::measure, seconds));
      fanout.close();
    }
  }

  private void crowd() throws IOException, InterruptedException {
    if (wants("crowd")) {
      new Crowd(afterword, hello, driver, report).run(comment(0));
    }
  }

  private void starts() throws IOException, InterruptedException {
    if (wants("start")) {
      var starts = new ArrayList<Double>();
      for (int i = 0; i < STARTS; i++) {
        starts.add(start());
      }
      report.start(starts);
    }
  }

  /** A fresh data directory, a fresh store; milliseconds until a list is answered. */
  private double start() throws IOException, InterruptedException {
    try (var fresh = ServerProcess.afterword(jar, serverOptions, report.log())) {
      var request = HttpRequest.newBuilder(fresh.address().resolve(API + "comments?" + LISTED));
      Subject.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return (System.nanoTime() - fresh.started()) / 1e6;
    }
  }

  private void row(String name, String id, Load load, Supplier<ByteBuf> requests, int status) {
    row(
        name,
        id,
        seconds -> afterword.measure(requests, status, load, seconds),
        seconds -> hello(seconds, load));
  }

  private void row(String name, String id, DoubleFunction<Sample> operation) {
    row(name, id, operation, seconds -> hello(seconds, Load.USUAL));
  }

  private void row(
      String name, String id, DoubleFunction<Sample> operation, DoubleFunction<Sample> comparison) {
    if (!wants(id)) {
      return;
    }
    var warmUp = warmUp(operation);
    var hellos = new ArrayList<Sample>();
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < ROUNDS; i++) {
      hellos.add(comparison.apply(HELLO_SECONDS));
      samples.add(operation.apply(ROUND_SECONDS));
    }
    report.row(name, id, warmUp, samples, hellos);
  }

  /** Until it grows no faster: what is compiled while it runs shall not be part of the figure. */
  private static List<Sample> warmUp(DoubleFunction<Sample> operation) {
    var rounds = new ArrayList<Sample>();
    double best = 0;
    int without = 0;
    while (without < ROUNDS_WITHOUT_GAIN && rounds.size() < MOST_WARM_UP_ROUNDS) {
      var round = operation.apply(WARM_UP_SECONDS);
      rounds.add(round);
      without = round.perSecond() > best * GAIN ? 0 : without + 1;
      best = Math.max(best, round.perSecond());
    }
    return rounds;
  }

  private boolean wants(String id) {
    return wanted.isEmpty() || wanted.contains(id);
  }

  private static String get(String target) {
    return Requests.get(target, "");
  }

  private static Supplier<ByteBuf> requests(String text) {
    return Requests.cycle(List.of(text));
  }

  private static String comment(int number) {
    return Texts.draft(Texts.marked(number), number).encode();
  }

  @Override
  public void close() {
    driver.close();
    afterword.close();
    hello.close();
  }
}
