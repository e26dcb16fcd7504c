package dev.afterword.http;

import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which proxies are believed when they say for whom they ask. {@code X-Forwarded-For} is read from
 * the right: each trusted address hands on to the one it names, the first that is not trusted is
 * the client. What a client wrote itself stands further left and is never reached.
 */
public final class Proxies {
  private final List<Network> trusted = new ArrayList<>();

  /**
   * @param networks addresses or networks in CIDR form
   * @throws IllegalArgumentException for one that is neither
   */
  public Proxies(List<String> networks) {
    networks.forEach(network -> trusted.add(Network.of(network)));
  }

  /**
   * Looks whether a text is an address or a network.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static void check(String network) {
    var unused = Network.of(network);
  }

  /** Addresses that begin with the same bits. */
  private static final class Network {
    private final byte[] address;
    private final int bits;

    private Network(byte[] address, int bits) {
      this.address = address;
      this.bits = bits;
    }

    static Network of(String text) {
      int slash = text.indexOf('/');
      var bytes =
          NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
      if (bytes == null) {
        throw new IllegalArgumentException(text + " is not a network");
      }
      var address = plain(bytes);
      int most = 8 * address.length;
      int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > most) {
        throw new IllegalArgumentException(text + " is not a network");
      }
      return new Network(address, bits);
    }

    boolean holds(byte[] other) {
      if (other.length != address.length) {
        return false;
      }
      int whole = bits / 8;
      int rest = 0xff00 >> bits % 8 & 0xff;
      return Arrays.equals(address, 0, whole, other, 0, whole)
          && (rest == 0 || ((address[whole] ^ other[whole]) & rest) == 0);
    }
  }

  /**
   * The address of the one who asks, as 4 or 16 bytes.
   *
   * @return never a name: nothing is looked up
   */
  public byte[] client(HttpServerRequest request) {
    // Not what the request says of it: that would look for forwarding headers, each time.
    return client(request.connection().remoteAddress().hostAddress(), request.headers());
  }

  /** The same, of the connection's other end and the headers that came from there. */
  byte[] client(@Nullable String host, MultiMap headers) {
    var peer = addressOf(host);
    if (trusted.isEmpty() || !isTrusted(peer)) {
      return peer;
    }
    var forwarded = headers.getAll("X-Forwarded-For");
    if (forwarded.isEmpty()) {
      return peer;
    }
    var hops = forwarded.size() == 1 ? forwarded.get(0) : String.join(",", forwarded);
    var client = peer;
    for (int end = hops.length(); end >= 0 && isTrusted(client); ) {
      int comma = hops.lastIndexOf(',', end - 1);
      var entry = withoutPort(hops.substring(comma + 1, end).trim());
      var hop = NetUtil.createByteArrayFromIpAddressString(entry);
      end = comma;
      if (hop == null) {
        break;
      }
      client = plain(hop);
    }
    return client;
  }

  /** Some proxies tell the port as well. Of an IPv6 address it stands behind brackets. */
  private static String withoutPort(String entry) {
    int colon = entry.lastIndexOf(':');
    boolean port =
        colon > 0
            && (entry.charAt(colon - 1) == ']' || entry.indexOf(':') == colon)
            && isPort(entry, colon + 1);
    return port ? entry.substring(0, colon) : entry;
  }

  private static boolean isPort(String text, int start) {
    int port = 0;
    for (int i = start; i < text.length(); i++) {
      char c = text.charAt(i);
      port = 10 * port + c - '0';
      if (c < '0' || c > '9' || port > 65_535) {
        return false;
      }
    }
    return start < text.length();
  }

  /**
   * What limits and visitors are told apart by: an IPv4 address, or the /64 of an IPv6 one (a
   * household has 2^64 of those at least).
   */
  public static byte[] network(byte[] address) {
    return address.length == 4 ? address : Arrays.copyOf(address, 8);
  }

  private boolean isTrusted(byte[] address) {
    for (var network : trusted) {
      if (network.holds(address)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] addressOf(@Nullable String host) {
    var bytes = host == null ? null : NetUtil.createByteArrayFromIpAddressString(host);
    return bytes == null ? new byte[4] : plain(bytes);
  }

  /** An IPv4 address that came as an IPv6 one is an IPv4 address: InetAddress sees to that. */
  private static byte[] plain(byte[] address) {
    if (address.length == 4) {
      return address;
    }
    try {
      return InetAddress.getByAddress(address).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
