package dev.afterword.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Free ports on loopback, below those that the system hands out to clients. */
public final class Ports {
  private static final int CLUSTER_BUS = 10_000;

  private Ports() {}

  public static int free() {
    return free(0);
  }

  /** A free port whose cluster bus port, ten thousand higher, is free too. */
  static int freeWithBus() {
    return free(CLUSTER_BUS);
  }

  private static int free(int bus) {
    for (int i = 0; i < 1000; i++) {
      int port = ThreadLocalRandom.current().nextInt(12_000, 22_000);
      if (isFree(port) && isFree(port + bus)) {
        return port;
      }
    }
    throw new IllegalStateException("No free port on loopback after a thousand tries");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }
}
