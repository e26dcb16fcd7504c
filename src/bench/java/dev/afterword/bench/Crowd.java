package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Ten thousand readers have one article open. In turns with a bare server that writes the same
 * bytes to as many sockets, because the driver's process cannot hold both crowds at once.
 */
final class Crowd {
  private static final int READERS = 10_000;
  private static final int ROUNDS = 3;
  private static final int MISSED = 20;
  private static final int OTHERS = 1_000;
  private static final double MIB = 1 << 20;

  /** Soon more than a system buffers for a connection. */
  private static final String LONG = "And another thing. ".repeat(500);

  private static final String STALLED = Requests.article("/bench/stalled");

  /** Counts those who are let go because they take nothing in. */
  private static final String SLOW = "afterword_live_slow_total";

  private static final double WARM_UP_SECONDS = 6;
  private static final double ROUND_SECONDS = 8;
  private static final String ARTICLE = Requests.article("/bench/crowd");
  private static final String COMMENTS = "/api/v1/demo/comments?" + ARTICLE;

  private final Subject afterword;
  private final Subject hello;
  private final Driver driver;
  private final Report report;

  Crowd(Subject afterword, Subject hello, Driver driver, Report report) {
    this.afterword = afterword;
    this.hello = hello;
    this.driver = driver;
    this.report = report;
  }

  /**
   * Measures and reports.
   *
   * @param comment what is posted
   */
  void run(String comment) throws IOException, InterruptedException {
    var answer = new JsonObject(afterword.send("POST", COMMENTS, comment).body());
    var raw = fanout(hello, Hello.LIVE, post(Hello.LIVE, message(answer)));
    var ours = fanout(afterword, "/api/v1/demo/live?" + ARTICLE, post(COMMENTS, comment));
    memory(raw, ours);
    var warmUp = List.of(measure(hello, raw, WARM_UP_SECONDS), measure(afterword, ours, 12));
    var raws = new ArrayList<Sample>();
    var rounds = new ArrayList<Sample>();
    var rawsTelling = new ArrayList<Sample>();
    var telling = new ArrayList<Sample>();
    for (int i = 0; i < ROUNDS; i++) {
      raws.add(measure(hello, raw, ROUND_SECONDS));
      rawsTelling.add(raw.telling());
      rounds.add(measure(afterword, ours, ROUND_SECONDS));
      telling.add(ours.telling());
    }
    report.row("fan-out to 10,000 sockets (of raw)", "crowd", warmUp, rounds, raws);
    report.fact("p99 of raw, over ours", "crowdP99", p99(raws, rounds), "");
    report.fact(
        "the same from the first who hears", "crowdTellingP99", p99(rawsTelling, telling), "");
    comeBack(ours, comment);
    stall(new JsonObject(comment).put("text", LONG).encode());
  }

  /** What Afterword tells of a comment, from its answer to the one who wrote it. */
  private static String message(JsonObject answer) {
    var comment = answer.getJsonObject("comment");
    comment.remove("text");
    return new JsonObject()
        .put("type", "comment.created")
        .put("article", comment.getString("article"))
        .put("comment", comment)
        .put("position", answer.getString("position"))
        .encode();
  }

  /** A thousand who read, with and without a thousand who do not. */
  private void stall(String comment) throws IOException, InterruptedException {
    var target = "/api/v1/demo/live?" + STALLED;
    var post = post("/api/v1/demo/comments?" + STALLED, comment);
    var others = new Fanout(driver, afterword.address(), OTHERS, target, post);
    others.open();
    var warmUp = List.of(afterword.measure(others::measure, WARM_UP_SECONDS));
    var without = new ArrayList<Sample>();
    var beside = new ArrayList<Sample>();
    var withoutTelling = new ArrayList<Sample>();
    var telling = new ArrayList<Sample>();
    long before = afterword.process().heap();
    long most = 0;
    double slow = afterword.metric(SLOW);
    for (int i = 0; i < ROUNDS; i++) {
      without.add(afterword.measure(others::measure, ROUND_SECONDS));
      withoutTelling.add(others.telling());
      var stalled = Stalled.open(driver, afterword.address(), OTHERS, target);
      try {
        beside.add(afterword.measure(others::measure, ROUND_SECONDS));
        telling.add(others.telling());
        most = Math.max(most, afterword.process().heap());
      } finally {
        stalled.close();
      }
    }
    others.close();
    slow = afterword.metric(SLOW) - slow;
    report.row("fan-out beside 1,000 stalled", "stalled", warmUp, beside, without);
    report.fact("p99 without them, over beside them", "stalledP99", p99(without, beside), "");
    report.fact(
        "the same from the first who hears", "stalledTellingP99", p99(withoutTelling, telling), "");
    report.fact("let go, of a thousand in each of three rounds", "stalledLetGo", slow, "");
    report.fact("heap without them", "stalledHeapBefore", before / MIB, "MiB");
    report.fact("heap beside them, at most", "stalledHeap", most / MIB, "MiB");
  }

  private static double p99(List<Sample> compared, List<Sample> rounds) {
    return Sample.median(compared, Sample::p99) / Sample.median(rounds, Sample::p99);
  }

  private Fanout fanout(Subject server, String target, Supplier<ByteBuf> post) {
    return new Fanout(driver, server.address(), READERS, target, post);
  }

  private static Supplier<ByteBuf> post(String target, String body) {
    return Requests.cycle(
        List.of(Requests.post(target, "Content-Type: application/json\r\n", body)));
  }

  private static Sample measure(Subject server, Fanout fanout, double seconds)
      throws InterruptedException {
    fanout.open();
    try {
      return server.measure(fanout::measure, seconds);
    } finally {
      fanout.close();
    }
  }

  /** What one more socket takes, once all have been there before. */
  private void memory(Fanout raw, Fanout ours) throws IOException, InterruptedException {
    long bare = memory("bare", hello, raw);
    long full = memory("afterword", afterword, ours);
    report.fact(
        "an idle socket, above a bare one", "socketBytes", (double) (full - bare), "bytes of heap");
  }

  private long memory(String name, Subject server, Fanout fanout)
      throws IOException, InterruptedException {
    fanout.open();
    fanout.close();
    long heap = server.process().heap();
    long resident = server.process().resident();
    fanout.open();
    heap = (server.process().heap() - heap) / READERS;
    resident = (server.process().resident() - resident) / READERS;
    fanout.close();
    report.fact("an idle socket, " + name, name + "SocketBytes", (double) heap, "bytes of heap");
    report.fact(
        "an idle socket, " + name, name + "SocketResident", (double) resident, "bytes resident");
    return heap;
  }

  /** All are gone, some comments are made, and all come back at once. */
  private void comeBack(Fanout ours, String comment) throws IOException, InterruptedException {
    var before = new JsonObject(afterword.send("POST", COMMENTS, comment).body());
    ours.open();
    ours.close();
    for (int i = 0; i < MISSED; i++) {
      afterword.send("POST", COMMENTS, comment);
    }
    long start = System.nanoTime();
    ours.open("&since=" + before.getString("position"), MISSED);
    double seconds = (System.nanoTime() - start) / 1e9;
    ours.close();
    report.fact("10,000 come back and have caught up", "comeBackSeconds", seconds, "s");
  }
}
