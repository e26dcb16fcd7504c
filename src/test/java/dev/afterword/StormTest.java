package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.support.Eventually;
import dev.afterword.support.KeptAlive;
import dev.afterword.support.NeedsCluster;
import dev.afterword.support.Peer;
import dev.afterword.support.RedisCluster;
import dev.afterword.support.RedisServer;
import dev.afterword.support.TcpProxy;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Views from 64 clients through three processes on one store, while answers of the store get lost
 * and a process is killed: the counts are exact. How many views there are says the system property
 * {@code afterword.storm.views}. No store dies here, so none has to have every batch on its disk
 * before it answers.
 */
@NeedsCluster
@Timeout(2_400)
class StormTest {
  private static final int VIEWS = Integer.getInteger("afterword.storm.views", 20_000);
  private static final int MOST_UNREPEATED = 20_000;
  private static final int CLIENTS = 64;
  private static final int PROCESSES = 3;

  /** The one that is killed: its own way to the store is sound. */
  private static final int VICTIM = 2;

  /** How many times the store falls silent during a storm, and for how long. */
  private static final int MOMENTS = 10;

  /** A few moments are long enough that calls run out of time. */
  private static final int LONG_EVERY = 4;

  private static final long SHORT_MS = 300;
  private static final long LONG_MS = 1_300;

  /** One view of so many repeats one of the last few, whoever sent that. */
  private static final int REPEAT_EVERY = 4;

  private static final int LATELY = 200;

  private static final int ANSWER_MS = 30_000;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void closeAll() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  private <T extends AutoCloseable> T keep(T closeable) {
    opened.add(closeable);
    return closeable;
  }

  /** What befalls the store for a moment, by the moment's number. */
  private record Trouble(IntConsumer begin, IntConsumer end) {}

  @Test
  void oneStore_everyCountIsExact() throws Exception {
    var store = keep(RedisServer.start("--appendfsync", "everysec"));
    var proxy = keep(new TcpProxy(store.port()));
    var processes = new ArrayList<Peer>();
    for (int i = 0; i < PROCESSES; i++) {
      var address = i == VICTIM ? store.address() : proxy.address();
      processes.add(keep(new Peer(address, "")));
    }
    var trouble = new Trouble(moment -> proxy.loseAnswers(), moment -> proxy.bringAnswers());
    patientAndImpatient("one store", processes, trouble);
    assertThat(proxy.lost()).as("answers of the store that were lost").isPositive();
  }

  /** Here a node is frozen for a moment: what was sent to it is done, but later than hoped. */
  @Test
  void cluster_everyCountIsExact() throws Exception {
    var cluster =
        keep(RedisCluster.start("--appendfsync", "everysec", "--cluster-node-timeout", "10000"));
    var processes = new ArrayList<Peer>();
    for (int i = 0; i < PROCESSES; i++) {
      processes.add(keep(new Peer(cluster.addresses(), "cluster")));
    }
    var trouble =
        new Trouble(moment -> cluster.pause(moment % 3), moment -> cluster.resume(moment % 3));
    patientAndImpatient("a cluster", processes, trouble);
  }

  private static void patientAndImpatient(String where, List<Peer> processes, Trouble trouble)
      throws Exception {
    long seed = ThreadLocalRandom.current().nextLong();
    System.out.println("Views of seed " + seed + " on " + where);

    var patient = new Storm("patient", true, VIEWS, new Random(seed), processes);
    patient.rage(trouble);
    for (var process : processes) {
      var counts = patient.counts(process);
      assertThat(patient.differing(counts))
          .as("articles of which %s does not tell the distinct (visitor, article) pairs", where)
          .isEmpty();
    }
    assertThat(patient.acknowledged()).isBetween(1, patient.distinct());

    var impatient =
        new Storm(
            "impatient",
            false,
            Math.min(VIEWS / 4, MOST_UNREPEATED),
            new Random(seed + 1),
            processes);
    impatient.rage(trouble);
    var counts = impatient.counts(processes.get(0));
    for (int article = 0; article < counts.length; article++) {
      assertThat(counts[article])
          .as("article %s: acknowledged <= counted <= attempted", article)
          .isBetween(impatient.acknowledged.get(article), impatient.expected[article]);
    }
    for (var process : processes) {
      assertThat(impatient.counts(process)).as("every process tells the same").isEqualTo(counts);
    }
    System.out.println(
        "Without retries: acknowledged "
            + impatient.acknowledged()
            + " <= counted "
            + IntStream.of(counts).sum()
            + " <= attempted "
            + impatient.distinct());
    assertThat(impatient.acknowledged()).isPositive();
  }

  /** So many views of articles of its own. */
  private static final class Storm {
    final String name;
    final boolean retries;
    final List<Peer> processes;
    final int articles;

    /** What is sent, in this order: visitor times articles plus article. */
    final int[] pairs;

    /** How many distinct visitors an article is sent. */
    final int[] expected;

    final AtomicInteger next = new AtomicInteger();
    final AtomicInteger done = new AtomicInteger();
    final AtomicInteger refused = new AtomicInteger();
    final AtomicInteger broken = new AtomicInteger();

    /** Answers that said that it counted, by article. */
    final AtomicIntegerArray acknowledged;

    /** Pairs of which an answer said so. */
    final BitSet told = new BitSet();

    final ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();

    /** How much is done between the troubles, and in how long. */
    long calmNanos;

    int calmlyDone;

    /** All processes are back. */
    final CountDownLatch whole = new CountDownLatch(1);

    Storm(String name, boolean retries, int views, Random random, List<Peer> processes) {
      this.name = name;
      this.retries = retries;
      this.processes = processes;
      this.articles = Math.max(50, views / 1_000);
      int visitors = Math.max(1, views / 10);
      this.pairs = new int[views];
      this.expected = new int[articles];
      this.acknowledged = new AtomicIntegerArray(articles);
      var distinct = new BitSet();
      for (int i = 0; i < views; i++) {
        pairs[i] =
            i > LATELY && random.nextInt(REPEAT_EVERY) == 0
                ? pairs[i - 1 - random.nextInt(LATELY)]
                : random.nextInt(visitors) * articles + random.nextInt(articles);
        if (!distinct.get(pairs[i])) {
          distinct.set(pairs[i]);
          expected[pairs[i] % articles]++;
        }
      }
    }

    int distinct() {
      return IntStream.of(expected).sum();
    }

    int acknowledged() {
      return IntStream.range(0, articles).map(acknowledged::get).sum();
    }

    /** Sends everything while the troubles come; returns when all is sent, and everyone serves. */
    void rage(Trouble trouble) throws InterruptedException {
      var clients =
          IntStream.range(0, CLIENTS)
              .mapToObj(number -> new Thread(this::send, name + '-' + number))
              .toList();
      long start = System.nanoTime();
      clients.forEach(Thread::start);
      try {
        disturb(trouble);
        awaitDone(1);
      } catch (InterruptedException | RuntimeException | Error e) {
        faults.add("the troubles ended: " + e);
        throw e;
      } finally {
        whole.countDown();
        for (var client : clients) {
          client.join();
        }
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf(
          "%s: %d views (%d distinct, %d articles) in %.1f s, %.0f a second between the troubles; asked again after"
              + " %d refusals and %d broken connections; %d acknowledged%n",
          name,
          pairs.length,
          distinct(),
          articles,
          seconds,
          calmlyDone * 1e9 / calmNanos,
          refused.get(),
          broken.get(),
          acknowledged());
      assertThat(faults.stream().limit(5)).as(name + ": what went wrong").isEmpty();
    }

    /** Moments of silence, and about half way a process is killed. */
    private void disturb(Trouble trouble) throws InterruptedException {
      for (int moment = 1; moment <= MOMENTS; moment++) {
        awaitDone((double) moment / (MOMENTS + 1));
        if (moment == MOMENTS / 2) {
          processes.get(VICTIM).child().kill();
          awaitDone(0.55);
          processes.get(VICTIM).start();
          whole.countDown();
        }
        trouble.begin.accept(moment);
        try {
          // The time that is tested, not a wait.
          Thread.sleep(moment % LONG_EVERY == 0 ? LONG_MS : SHORT_MS);
        } finally {
          trouble.end.accept(moment);
        }
      }
    }

    private void awaitDone(double share) throws InterruptedException {
      long start = System.nanoTime();
      int before = done.get();
      while (done.get() < share * pairs.length && faults.isEmpty()) {
        Thread.sleep(2);
      }
      calmNanos += System.nanoTime() - start;
      calmlyDone += done.get() - before;
    }

    /** One client's work. */
    private void send() {
      var lines = new KeptAlive[PROCESSES];
      try {
        for (int i = next.getAndIncrement();
            i < pairs.length && faults.isEmpty();
            i = next.getAndIncrement()) {
          if (i >= pairs.length / 4 * 3) {
            // The last quarter finds every process there.
            whole.await();
          }
          send(i, lines);
          done.incrementAndGet();
        }
        for (int i = 0; i < PROCESSES; i++) {
          hangUp(lines, i);
        }
      } catch (InterruptedException | RuntimeException | IOException e) {
        faults.add("a client failed: " + e);
      }
    }

    private void send(int i, KeptAlive[] lines) throws InterruptedException, IOException {
      long start = System.nanoTime();
      for (int attempt = 0; !sendOnce(pairs[i], (i + attempt) % PROCESSES, lines); attempt++) {
        if (!retries) {
          return;
        }
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          faults.add("view " + i + " is not answered after " + attempt + " attempts");
          return;
        }
        Thread.sleep(20);
      }
    }

    /** Whether it was answered. */
    private boolean sendOnce(int pair, int process, KeptAlive[] lines)
        throws InterruptedException, IOException {
      int visitor = pair / articles;
      int article = pair % articles;
      KeptAlive.Reply reply;
      try {
        if (lines[process] == null) {
          lines[process] = new KeptAlive(processes.get(process).url(), ANSWER_MS);
        }
        reply =
            lines[process].send(
                "POST",
                "/api/v1/demo/views?article=" + path(article),
                "User-Agent",
                TestServer.BROWSER,
                "X-Forwarded-For",
                "10." + (visitor >> 16) + '.' + (visitor >> 8 & 0xFF) + '.' + (visitor & 0xFF));
      } catch (IOException e) {
        broken.incrementAndGet();
        hangUp(lines, process);
        return false;
      }
      if (!lines[process].isOpen()) {
        hangUp(lines, process);
      }
      if (reply.status() == 503) {
        refused.incrementAndGet();
        return false;
      }
      judge(pair, reply);
      return true;
    }

    private void judge(int pair, KeptAlive.Reply reply) {
      var body = reply.body();
      if (reply.status() == 200 && body.contains("\"counted\":true")) {
        acknowledged.incrementAndGet(pair % articles);
        synchronized (told) {
          if (told.get(pair)) {
            faults.add("visitor " + pair / articles + " was counted twice: " + body);
          }
          told.set(pair);
        }
      } else if (reply.status() != 200 || !body.contains("\"reason\":\"repeat\"")) {
        faults.add(reply.status() + " " + body);
      }
    }

    private static void hangUp(KeptAlive[] lines, int process) throws IOException {
      if (lines[process] != null) {
        lines[process].close();
        lines[process] = null;
      }
    }

    private String path(int article) {
      return "/" + name + '-' + article;
    }

    /** The views of every article, as a process tells them. */
    int[] counts(Peer process) {
      var counts = new int[articles];
      for (int from = 0; from < articles; from += 100) {
        int first = from;
        int end = Math.min(articles, from + 100);
        // A process may still be connecting anew.
        Eventually.passes(
            "the counts are told", PATIENCE, () -> readCounts(process, first, end, counts));
      }
      return counts;
    }

    private void readCounts(Peer process, int from, int end, int[] counts) throws IOException {
      var query =
          IntStream.range(from, end)
              .mapToObj(article -> "article=" + path(article))
              .collect(Collectors.joining("&"));
      try (var line = new KeptAlive(process.url(), ANSWER_MS)) {
        var reply = line.send("GET", "/api/v1/demo/counts?" + query);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        var told = new JsonObject(reply.body()).getJsonObject("counts");
        for (int article = from; article < end; article++) {
          counts[article] = told.getJsonObject(path(article)).getInteger("views");
        }
      }
    }

    /** What of the counts is not what was sent. */
    List<String> differing(int[] counts) {
      return IntStream.range(0, articles)
          .filter(article -> counts[article] != expected[article])
          .mapToObj(
              article ->
                  path(article) + ": " + counts[article] + " instead of " + expected[article])
          .toList();
    }
  }
}
