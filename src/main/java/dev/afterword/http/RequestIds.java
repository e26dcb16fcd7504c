package dev.afterword.http;

import java.security.SecureRandom;

/** Names for requests: unique over processes, cheap to make. Confined to one event loop. */
final class RequestIds {
  private final String prefix = Long.toString(new SecureRandom().nextLong() >>> 24, 32);
  private long last;

  String next() {
    return prefix + '-' + Long.toString(++last, 32);
  }
}
