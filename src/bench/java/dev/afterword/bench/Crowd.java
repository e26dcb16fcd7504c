package dev.afterword.bench;

import io.netty.buffer.ByteBuf;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * Ten thousand readers have one article open. In turns with a bare server that writes the same
 * bytes to as many sockets, because the driver's process cannot hold both crowds at once.
 */
final class Crowd {
  private static final int READERS = 10_000;
  private static final int ROUNDS = 3;
  private static final int MISSED = 20;
  private static final double WARM_UP_SECONDS = 6;
  private static final double ROUND_SECONDS = 4;
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
    // Shorter than the real one would be to its advantage.
    var told = answer.put("type", "comment.created").encode();
    var message = "{\"type\":\"comment.created\"," + told.substring(1);
    var raw = fanout(hello, Hello.LIVE, post(Hello.LIVE, message));
    var ours = fanout(afterword, "/api/v1/demo/live?" + ARTICLE, post(COMMENTS, comment));
    memory(raw, ours);
    var warmUp = List.of(measure(hello, raw, WARM_UP_SECONDS), measure(afterword, ours, 12));
    var raws = new ArrayList<Sample>();
    var rounds = new ArrayList<Sample>();
    for (int i = 0; i < ROUNDS; i++) {
      raws.add(measure(hello, raw, ROUND_SECONDS));
      rounds.add(measure(afterword, ours, ROUND_SECONDS));
    }
    report.row("fan-out to 10,000 sockets (of raw)", "crowd", warmUp, rounds, raws);
    report.fact(
        "p99 of raw, over ours",
        "crowdP99",
        median(raws, Sample::p99) / median(rounds, Sample::p99),
        "");
    comeBack(ours, comment);
  }

  private static double median(List<Sample> rounds, ToDoubleFunction<Sample> figure) {
    return Sample.median(rounds, figure);
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
