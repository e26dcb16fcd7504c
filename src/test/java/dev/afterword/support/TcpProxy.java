package dev.afterword.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A wire to a store that a test may cut, slow down, or make swallow what goes over it, as networks
 * do.
 */
public final class TcpProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
  private volatile String fatal = "";
  private volatile long delayMs;
  private volatile boolean losesAnswers;
  private final AtomicLong lost = new AtomicLong();

  private static final class Wire {
    final Socket client;
    final Socket server;
    volatile boolean swallows;
    volatile boolean answerIsLost;
    volatile boolean lacksAnswers;

    Wire(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void cut() {
      try {
        client.close();
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Opens one to a port of loopback. */
  public TcpProxy(int target) {
    this.target = target;
    try {
      this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    daemon(this::accept);
  }

  /** The store's address through the wire, as Vert.x writes it. */
  public String address() {
    return "redis://127.0.0.1:" + listening.getLocalPort();
  }

  /** Whatever goes over the connections of now is lost from now on, without a word. */
  public void swallow() {
    wires.forEach(wire -> wire.swallows = true);
  }

  /** What comes back from the store is held up for so long from now on; 0 ends that. */
  public void delay(long ms) {
    delayMs = ms;
  }

  /** Where the wire begins. */
  public int port() {
    return listening.getLocalPort();
  }

  /** Cuts the connections of now. */
  public void cut() {
    wires.forEach(Wire::cut);
  }

  /** How many connections are open. */
  public int open() {
    return wires.size();
  }

  /**
   * The next request that contains the text reaches the store, but its connection is cut instead of
   * bringing back the answer.
   */
  public void loseAnswerTo(String text) {
    fatal = text;
  }

  /** Whether the answer was lost as asked. */
  public boolean hasLost() {
    return fatal.isEmpty();
  }

  /** From now on requests reach the store, but what comes back is lost, on new connections too. */
  public void loseAnswers() {
    losesAnswers = true;
  }

  /** Answers come through again; a connection that lacks some is of no use, and is cut. */
  public void bringAnswers() {
    losesAnswers = false;
    wires.stream().filter(wire -> wire.lacksAnswers).forEach(Wire::cut);
  }

  /** How many times something that came back was lost that way. */
  public long lost() {
    return lost.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        var client = listening.accept();
        client.setTcpNoDelay(true);
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        server.setTcpNoDelay(true);
        var wire = new Wire(client, server);
        wires.add(wire);
        daemon(() -> carry(wire, true));
        daemon(() -> carry(wire, false));
      } catch (IOException closedOrRefused) {
        // The client sees it too.
      }
    }
  }

  private void carry(Wire wire, boolean request) {
    var from = request ? wire.client : wire.server;
    var to = request ? wire.server : wire.client;
    var buffer = new byte[64 * 1024];
    try (InputStream in = from.getInputStream()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (wire.swallows) {
          continue;
        }
        if (request && isFatal(buffer, n)) {
          wire.answerIsLost = true;
        }
        if (!request && wire.answerIsLost) {
          break;
        }
        if (!request && losesAnswers) {
          wire.lacksAnswers = true;
          lost.incrementAndGet();
          continue;
        }
        if (!request && wire.lacksAnswers) {
          break;
        }
        if (!request && delayMs > 0) {
          Thread.sleep(delayMs);
        }
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException cut) {
      // As intended.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    wire.cut();
    wires.remove(wire);
  }

  private synchronized boolean isFatal(byte[] bytes, int length) {
    var word = fatal;
    if (word.isEmpty()
        || !new String(bytes, 0, length, StandardCharsets.ISO_8859_1).contains(word)) {
      return false;
    }
    fatal = "";
    return true;
  }

  private static void daemon(Runnable task) {
    var thread = new Thread(task, "tcp-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
