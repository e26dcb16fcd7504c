package dev.afterword.live;

import dev.afterword.http.Proxies;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many live connections of this process lead to which network, so that nobody can have them
 * all. Safe for any thread.
 */
public final class Connections {
  /** Of one network: an office behind one address, or a campus that reads the same page. */
  static final int MOST = 256;

  private final boolean limited;
  private final ConcurrentHashMap<ByteBuffer, Integer> open = new ConcurrentHashMap<>();

  /**
   * @param limited false for as many as anybody likes
   */
  public Connections(boolean limited) {
    this.limited = limited;
  }

  /**
   * Takes one more in.
   *
   * @param address of the client, 4 or 16 bytes
   * @return false when there are too many already
   */
  boolean enter(byte[] address) {
    if (!limited || open.merge(network(address), 1, Integer::sum) <= MOST) {
      return true;
    }
    leave(address);
    return false;
  }

  /** Whether anything is limited. */
  boolean areLimited() {
    return limited;
  }

  /** One that was taken in is gone. */
  void leave(byte[] address) {
    if (limited) {
      open.computeIfPresent(network(address), (same, count) -> count > 1 ? count - 1 : null);
    }
  }

  private static ByteBuffer network(byte[] address) {
    return ByteBuffer.wrap(Proxies.network(address));
  }
}
