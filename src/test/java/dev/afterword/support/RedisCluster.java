package dev.afterword.support;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A real Redis Cluster of three primaries on loopback, without replicas unless asked for. Nodes are
 * numbered from 0; a test that harms it starts its own, others take the {@link #shared()} one. Its
 * tests are annotated {@link NeedsCluster}.
 */
public final class RedisCluster implements AutoCloseable {
  private static final int NODES = 3;
  private static final int SLOTS = 16_384;
  private static final Duration MEETING = Duration.ofSeconds(20);

  private static RedisCluster shared;

  private final List<RedisServer> nodes;

  /** By the number of their primary. */
  private final List<RedisServer> replicas = new ArrayList<>();

  private RedisCluster(List<RedisServer> nodes) {
    this.nodes = nodes;
  }

  /** Starts a cluster that serves all slots; further options as on redis-server's command line. */
  public static RedisCluster start(String... options) {
    return start(StoreProgram.REDIS, false, options);
  }

  /** Starts one of another program in which each primary has a replica. */
  public static RedisCluster startWithReplicas(StoreProgram program, String... options) {
    return start(program, true, options);
  }

  private static RedisCluster start(StoreProgram program, boolean copied, String... options) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("--cluster-enabled", "yes", "--cluster-node-timeout", "2000"));
    all.addAll(List.of(options));
    List<RedisServer> nodes = new ArrayList<>();
    RedisCluster cluster = new RedisCluster(nodes);
    try {
      for (int i = 0; i < NODES; i++) {
        nodes.add(RedisServer.start(program, true, all));
      }
      cluster.form();
      if (copied) {
        for (int i = 0; i < NODES; i++) {
          cluster.replicas.add(RedisServer.start(program, true, all));
        }
        cluster.copy();
      }
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  /** The cluster of this JVM, started when first asked for, emptied each time. */
  public static synchronized RedisCluster shared() {
    if (shared == null) {
      shared = start();
      OnExit.run(shared::close);
    }
    shared.flush();
    return shared;
  }

  private void form() {
    for (int i = 0; i < NODES; i++) {
      int from = SLOTS * i / NODES;
      int to = SLOTS * (i + 1) / NODES;
      try (Resp node = connect(i)) {
        node.call("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
        // ADDSLOTSRANGE came with Redis 7.
        node.call(
            Stream.concat(
                    Stream.of("CLUSTER", "ADDSLOTS"),
                    IntStream.range(from, to).mapToObj(String::valueOf))
                .toArray(String[]::new));
        node.call("CLUSTER", "MEET", "127.0.0.1", String.valueOf(nodes.get(0).port()));
      }
    }
    awaitOk();
  }

  private void copy() {
    for (RedisServer replica : replicas) {
      try (Resp node = replica.connect()) {
        node.call("CLUSTER", "MEET", "127.0.0.1", String.valueOf(nodes.get(0).port()));
      }
    }
    awaitOk();
    for (int i = 0; i < NODES; i++) {
      try (Resp primary = connect(i);
          Resp replica = replicas.get(i).connect()) {
        String id = primary.text("CLUSTER", "MYID");
        Eventually.passes(
            "the replica knows its primary", () -> replica.call("CLUSTER", "REPLICATE", id));
      }
      nodes.get(i).awaitInSync(replicas.get(i));
    }
  }

  /** The replica of a primary. */
  public RedisServer replicaOf(int primary) {
    return replicas.get(primary);
  }

  /** Waits until every node knows every other and serves all slots. */
  public void awaitOk() {
    for (int i = 0; i < NODES; i++) {
      int node = i;
      Eventually.holds(
          "node " + i + " says cluster_state:ok",
          MEETING,
          () -> {
            try (Resp resp = connect(node)) {
              String info = resp.text("CLUSTER", "INFO");
              return info.contains("cluster_state:ok")
                  && info.contains("cluster_known_nodes:" + (NODES + replicas.size()))
                  && info.contains("cluster_slots_ok:" + SLOTS);
            }
          });
    }
  }

  /** The nodes' addresses as Vert.x writes them, separated by commas. */
  public String addresses() {
    return nodes.stream().map(RedisServer::address).collect(Collectors.joining(","));
  }

  public int size() {
    return nodes.size();
  }

  public RedisServer node(int node) {
    return nodes.get(node);
  }

  public Resp connect(int node) {
    return nodes.get(node).connect();
  }

  /** A connection to the node that serves the key. */
  public Resp connect(String key) {
    return connect(nodeOf(slotOf(key)));
  }

  public int slotOf(String key) {
    try (Resp resp = connect(0)) {
      return (int) resp.number("CLUSTER", "KEYSLOT", key);
    }
  }

  public int nodeOf(int slot) {
    for (int i = 0; i < NODES; i++) {
      try (Resp resp = connect(i)) {
        if (owns(resp.text("CLUSTER", "NODES"), slot)) {
          return i;
        }
      }
    }
    throw new IllegalStateException("No node serves slot " + slot);
  }

  private static boolean owns(String nodes, int slot) {
    String me = nodes.lines().filter(line -> line.contains("myself")).findFirst().orElseThrow();
    String[] words = me.split(" ", -1);
    for (int i = 8; i < words.length; i++) {
      String[] range = words[i].split("-", -1);
      if (words[i].startsWith("[")) {
        continue;
      }
      if (slot >= Integer.parseInt(range[0]) && slot <= Integer.parseInt(range[range.length - 1])) {
        return true;
      }
    }
    return false;
  }

  public void kill(int node) {
    nodes.get(node).kill();
  }

  /** Starts a node again and waits until the cluster is whole. */
  public void restart(int node) {
    nodes.get(node).restart();
    awaitOk();
  }

  public void pause(int node) {
    nodes.get(node).pause();
  }

  public void resume(int node) {
    nodes.get(node).resume();
  }

  /**
   * Begins to move a slot: {@code from} now says {@code ASK} for keys it does not have. The keys
   * stay until {@link #moveKey} or {@link #finish}.
   */
  public void migrate(int slot, int from, int to) {
    try (Resp source = connect(from);
        Resp target = connect(to)) {
      String number = String.valueOf(slot);
      target.call("CLUSTER", "SETSLOT", number, "IMPORTING", source.text("CLUSTER", "MYID"));
      source.call("CLUSTER", "SETSLOT", number, "MIGRATING", target.text("CLUSTER", "MYID"));
    }
  }

  /** Moves one key of a slot that is being moved. */
  public void moveKey(String key, int from, int to) {
    try (Resp source = connect(from)) {
      String port = String.valueOf(nodes.get(to).port());
      source.call("MIGRATE", "127.0.0.1", port, key, "0", "5000");
    }
  }

  /** Moves what is left in the slot and makes {@code to} its owner. */
  public void finish(int slot, int from, int to) {
    String number = String.valueOf(slot);
    try (Resp source = connect(from);
        Resp target = connect(to)) {
      for (List<Object> keys = keys(source, number); !keys.isEmpty(); keys = keys(source, number)) {
        keys.forEach(key -> moveKey((String) key, from, to));
      }
      String owner = target.text("CLUSTER", "MYID");
      target.call("CLUSTER", "SETSLOT", number, "NODE", owner);
      source.call("CLUSTER", "SETSLOT", number, "NODE", owner);
    }
  }

  private static List<Object> keys(Resp node, String slot) {
    return node.list("CLUSTER", "GETKEYSINSLOT", slot, "100");
  }

  /** Gives up moving a slot of which no key has moved. */
  public void stay(int slot, int from, int to) {
    for (int node : new int[] {from, to}) {
      try (Resp resp = connect(node)) {
        resp.call("CLUSTER", "SETSLOT", String.valueOf(slot), "STABLE");
      }
    }
  }

  /** Empties all nodes. */
  public void flush() {
    for (int i = 0; i < NODES; i++) {
      try (Resp resp = connect(i)) {
        resp.call("FLUSHALL");
      }
    }
  }

  @Override
  public void close() {
    replicas.forEach(RedisServer::close);
    nodes.forEach(RedisServer::close);
  }
}
