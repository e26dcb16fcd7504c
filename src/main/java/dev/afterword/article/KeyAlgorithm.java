package dev.afterword.article;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * Algorithm 1: turns the many spellings of a page's address into one key.
 *
 * <p>A site keeps the number of its algorithm, so a step may never be changed here: a different
 * rule is a new number, held to a new fixture file. The steps, each named where it is done:
 *
 * <ol>
 *   <li>Refuse the blank, what is longer than 4,096 bytes of UTF-8, control characters (C0, DEL,
 *       C1) and unpaired surrogates.
 *   <li>A value that starts with {@code http://} or {@code https://}, in any case, is a URL; one
 *       that starts with {@code /} is a path of the site; anything else is opaque and kept as given
 *       ({@code javascript:…} and {@code http:a} too: a key is only ever text).
 *   <li>Drop the fragment, from the first {@code #}.
 *   <li>Of a URL, lower-case the scheme, drop the user-info (a password has no place in a public
 *       key), bring the host to its one spelling ({@link HostName}), drop the default port and an
 *       empty one. What is not a host and a port is refused.
 *   <li>In path and query, upper-case percent triplets, decode those of unreserved characters only
 *       (RFC 3986, 6.2.2), and encode as UTF-8 whatever RFC 3986 does not allow there: non-ASCII,
 *       spaces, quotes, backslashes, brackets, and a percent sign that begins no triplet. So {@code
 *       %2F} and {@code %00} stay as they are, and {@code %zz} becomes {@code %25zz}.
 *   <li>In the path, remove dot-segments (RFC 3986, 5.2.4; encoded ones were decoded in step 5 and
 *       cannot climb above the root), then empty segments, which collapses {@code //} and drops the
 *       trailing slash, then {@code index.html} at the end. The root is {@code /}.
 *   <li>In the query, drop empty parameters and tracking parameters ({@link Tracking}), and sort
 *       the rest by name; parameters of the same name keep their order, which may mean something.
 *       An empty query goes with its {@code ?}.
 *   <li>Under one of the site's origins, of either scheme, keep path and query only.
 *   <li>Refuse what is now longer than 512 bytes ({@link ArticleKey}).
 * </ol>
 */
final class KeyAlgorithm {
  private static final String UNRESERVED_MARKS = "-._~";
  private static final String SUB_DELIMITERS = "!$&'()*+,;=";
  private static final boolean[] UNRESERVED = letters(UNRESERVED_MARKS);
  private static final boolean[] PATH = letters(UNRESERVED_MARKS + SUB_DELIMITERS + ":@/");
  private static final boolean[] QUERY = letters(UNRESERVED_MARKS + SUB_DELIMITERS + ":@/?");
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();
  private static final Comparator<String> BY_NAME = Comparator.comparing(KeyAlgorithm::name);

  private KeyAlgorithm() {}

  /** Knows the common case, a path that normalising would not change, from one look at it. */
  static boolean isNormalPath(String raw) {
    int length = raw.length();
    if (length == 0 || length > ArticleKey.MAX_BYTES || raw.charAt(0) != '/') {
      return false;
    }
    char before = '/';
    for (int i = 1; i < length; i++) {
      char c = raw.charAt(i);
      if (c >= 128 || !PATH[c] || (before == '/' && (c == '/' || c == '.'))) {
        return false;
      }
      before = c;
    }
    return length == 1 || (before != '/' && !raw.endsWith("/index.html"));
  }

  static String normalise(String raw, Collection<String> origins) {
    // Step 1
    if (raw.isBlank()) {
      throw new InvalidArticleKeyException("An article key is 1 to 512 bytes after normalising.");
    }
    if (bytes(raw) > ArticleKey.MAX_RAW_BYTES) {
      throw new InvalidArticleKeyException(
          "An article key is at most 4096 bytes before normalising.");
    }
    // Step 2
    int slashes = schemeLength(raw);
    if (slashes > 0) {
      return url(raw, slashes, origins);
    }
    return raw.charAt(0) == '/' ? pathAndQuery(raw, 0) : raw;
  }

  /**
   * Counts the bytes of a value in UTF-8.
   *
   * @throws InvalidArticleKeyException at a control character or an unpaired surrogate
   */
  static int bytes(String value) {
    int bytes = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c)) {
        throw new InvalidArticleKeyException("An article key has no control characters.");
      }
      if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < value.length()
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        throw new InvalidArticleKeyException("An article key is well-formed Unicode.");
      }
    }
    return bytes;
  }

  private static String url(String raw, int authorityStart, Collection<String> origins) {
    int end = authorityStart;
    while (end < raw.length() && "/?#".indexOf(raw.charAt(end)) < 0) {
      end++;
    }
    String scheme = authorityStart == "https://".length() ? "https" : "http";
    String authority = authority(scheme, raw.substring(authorityStart, end));
    String rest = pathAndQuery(raw, end);
    return isOneOf(authority, origins) ? rest : scheme + "://" + authority + rest; // Step 8
  }

  /** Says where the authority starts when the value is an http or https URL, else 0. */
  private static int schemeLength(String raw) {
    for (String start : List.of("https://", "http://")) {
      if (raw.regionMatches(true, 0, start, 0, start.length())) {
        return start.length();
      }
    }
    return 0;
  }

  // Step 4
  private static String authority(String scheme, String raw) {
    String hostAndPort = raw.substring(raw.lastIndexOf('@') + 1);
    int colon = hostAndPort.lastIndexOf(':');
    boolean hasPort = colon > hostAndPort.lastIndexOf(']');
    String host = HostName.of(hasPort ? hostAndPort.substring(0, colon) : hostAndPort);
    int port = hasPort ? port(hostAndPort.substring(colon + 1)) : -1;
    int usual = scheme.equals("https") ? 443 : 80;
    return port < 0 || port == usual ? host : host + ":" + port;
  }

  /** Reads a port; -1 for an empty one, which RFC 3986 takes for the default. */
  private static int port(String digits) {
    int port = digits.isEmpty() ? -1 : 0;
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9' || port > 65535) {
        throw HostName.refused();
      }
      port = port * 10 + (c - '0');
    }
    if (port > 65535) {
      throw HostName.refused();
    }
    return port;
  }

  private static boolean isOneOf(String authority, Collection<String> origins) {
    for (String origin : origins) {
      int start = schemeLength(origin);
      int slash = origin.indexOf('/', start);
      String hostAndPort = origin.substring(start, slash < 0 ? origin.length() : slash);
      if (start > 0 && authority.equals(authorityOrNothing(start, hostAndPort))) {
        return true;
      }
    }
    return false;
  }

  private static String authorityOrNothing(int schemeLength, String hostAndPort) {
    try {
      return authority(schemeLength == "https://".length() ? "https" : "http", hostAndPort);
    } catch (InvalidArticleKeyException unreadable) {
      return ""; // no authority is empty: an origin that cannot be read is nobody's
    }
  }

  private static String pathAndQuery(String raw, int start) {
    int fragment = raw.indexOf('#', start); // Step 3
    int end = fragment < 0 ? raw.length() : fragment;
    int mark = raw.indexOf('?', start);
    boolean hasQuery = mark >= 0 && mark < end;
    String path = path(percent(raw, start, hasQuery ? mark : end, PATH));
    String query = hasQuery ? query(percent(raw, mark + 1, end, QUERY)) : "";
    return query.isEmpty() ? path : path + "?" + query;
  }

  // Step 5
  private static String percent(String raw, int start, int end, boolean[] allowed) {
    var out = new StringBuilder(end - start + 16);
    for (int i = start; i < end; ) {
      int c = raw.codePointAt(i);
      if (c == '%' && triplet(raw, i, end) >= 0) {
        int octet = triplet(raw, i, end);
        if (octet < 128 && UNRESERVED[octet]) {
          out.append((char) octet);
        } else {
          escape(octet, out);
        }
        i += 3;
        continue;
      }
      if (c < 128 && allowed[c]) {
        out.append((char) c);
      } else {
        for (byte octet : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          escape(octet & 0xFF, out);
        }
      }
      i += Character.charCount(c);
    }
    return out.toString();
  }

  /** Reads the octet of a percent triplet; -1 when there is none at this place. */
  static int triplet(String raw, int at, int end) {
    if (at + 2 >= end) {
      return -1;
    }
    int high = hexDigit(raw.charAt(at + 1));
    int low = hexDigit(raw.charAt(at + 2));
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  // Not Character.digit, which takes full-width digits for digits.
  static int hexDigit(char c) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' && c < 128 ? letter - 'a' + 10 : -1;
  }

  private static void escape(int octet, StringBuilder out) {
    out.append('%').append(HEX[octet >> 4]).append(HEX[octet & 15]);
  }

  // Step 6
  private static String path(String path) {
    var segments = new ArrayList<String>();
    for (int start = 0; start <= path.length(); ) {
      int slash = path.indexOf('/', start);
      int end = slash < 0 ? path.length() : slash;
      String segment = path.substring(start, end);
      if (segment.equals("..")) {
        // The first, empty segment stands for the root and is never removed.
        if (segments.size() > 1) {
          segments.remove(segments.size() - 1);
        }
      } else if (!segment.equals(".")) {
        segments.add(segment);
      }
      start = end + 1;
    }
    segments.removeIf(String::isEmpty);
    while (!segments.isEmpty() && segments.get(segments.size() - 1).equals("index.html")) {
      segments.remove(segments.size() - 1);
    }
    return "/" + String.join("/", segments);
  }

  // Step 7
  private static String query(String query) {
    var kept = new ArrayList<String>();
    for (int start = 0; start <= query.length(); ) {
      int and = query.indexOf('&', start);
      int end = and < 0 ? query.length() : and;
      String parameter = query.substring(start, end);
      if (!parameter.isEmpty() && !Tracking.knows(name(parameter))) {
        kept.add(parameter);
      }
      start = end + 1;
    }
    kept.sort(BY_NAME);
    return String.join("&", kept);
  }

  private static String name(String parameter) {
    int equals = parameter.indexOf('=');
    return equals < 0 ? parameter : parameter.substring(0, equals);
  }

  private static boolean[] letters(String marks) {
    var table = new boolean[128];
    for (char c = 0; c < 128; c++) {
      table[c] =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || marks.indexOf(c) >= 0;
    }
    return table;
  }
}
