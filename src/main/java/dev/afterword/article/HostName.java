package dev.afterword.article;

import java.io.ByteArrayOutputStream;
import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Brings the host of a URL to its one spelling: ASCII (IDNA 2003, as the JDK has it), lower case,
 * no trailing dot, IPv6 after RFC 5952.
 */
final class HostName {
  private static final int MAX_LENGTH = 253; // RFC 1035, 2.3.4, without the last dot

  private HostName() {}

  static InvalidArticleKeyException refused() {
    return new InvalidArticleKeyException("That URL has no valid host and port.");
  }

  /**
   * Normalises a host.
   *
   * @param raw the host as it stands in the URL, IPv6 addresses in their brackets
   * @throws InvalidArticleKeyException when it is not a host
   */
  static String of(String raw) {
    if (isPlain(raw)) {
      return raw;
    }
    if (raw.startsWith("[")) {
      return address(raw);
    }
    String ascii = ascii(raw.indexOf('%') < 0 ? raw : decoded(raw)).toLowerCase(Locale.ROOT);
    String host = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
    // Checked after IDN, whose compatibility mapping makes slashes and at-signs of other
    // characters.
    if (!isPlain(host)) {
      throw refused();
    }
    return host;
  }

  /** Knows letters, digits, hyphens and underscores in labels of 1 to 63, parted by single dots. */
  private static boolean isPlain(String host) {
    int label = 0;
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c == '.' ? label == 0 : !isLabel(c) || label == 63) {
        return false;
      }
      label = c == '.' ? 0 : label + 1;
    }
    return label > 0 && host.length() <= MAX_LENGTH;
  }

  private static boolean isLabel(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  private static String ascii(String host) {
    try {
      return IDN.toASCII(host, IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException notAHost) {
      throw refused();
    }
  }

  private static String decoded(String host) {
    var octets = new ByteArrayOutputStream(host.length());
    for (int i = 0; i < host.length(); i++) {
      if (host.charAt(i) != '%') {
        octets.writeBytes(character(host, i));
        i += Character.isHighSurrogate(host.charAt(i)) ? 1 : 0;
        continue;
      }
      int octet = KeyAlgorithm.triplet(host, i, host.length());
      if (octet < 0) {
        throw refused();
      }
      octets.write(octet);
      i += 2;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets.toByteArray()))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      throw refused();
    }
  }

  private static byte[] character(String host, int at) {
    return Character.toString(host.codePointAt(at)).getBytes(StandardCharsets.UTF_8);
  }

  private static String address(String raw) {
    if (!raw.endsWith("]") || raw.indexOf(':') < 0) {
      throw refused();
    }
    for (int i = 1; i < raw.length() - 1; i++) {
      if (KeyAlgorithm.hexDigit(raw.charAt(i)) < 0
          && raw.charAt(i) != ':'
          && raw.charAt(i) != '.') {
        throw refused(); // scope ids too: they mean something on one machine only
      }
    }
    try {
      return written(InetAddress.getAllByName(raw)[0].getAddress()); // a literal: asks no resolver
    } catch (UnknownHostException notAnAddress) {
      throw refused();
    }
  }

  /**
   * Writes an address after RFC 5952: lower case, no leading zeros, the longest run as {@code ::}.
   */
  private static String written(byte[] octets) {
    var groups = new int[8];
    // The JDK hands out an IPv4-mapped address as the IPv4 address in it.
    int offset = 16 - octets.length;
    if (offset > 0) {
      groups[5] = 0xFFFF;
    }
    for (int i = 0; i < octets.length; i += 2) {
      groups[(offset + i) / 2] = (octets[i] & 0xFF) << 8 | (octets[i + 1] & 0xFF);
    }
    int from = 0;
    int zeros = 0;
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && groups[i + run] == 0) {
        run++;
      }
      if (run > zeros) {
        from = i;
        zeros = run;
      }
    }
    var out = new StringBuilder("[");
    for (int i = 0; i < 8; i++) {
      if (zeros > 1 && i == from) {
        out.append("::");
        i += zeros - 1;
      } else {
        out.append(i == 0 || out.charAt(out.length() - 1) == ':' ? "" : ":");
        out.append(Integer.toHexString(groups[i]));
      }
    }
    return out.append(']').toString();
  }
}
