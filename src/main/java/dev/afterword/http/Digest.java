package dev.afterword.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Short names for long things: the beginning of SHA-256 as base64url text. */
public final class Digest {
  private Digest() {}

  /**
   * The digest of some bytes.
   *
   * @param length in characters of 6 bits, 1–43
   */
  public static String of(byte[] bytes, int length) {
    try {
      var sha = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(sha).substring(0, length);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The digest of a text in UTF-8; {@code length} as above. */
  public static String of(String text, int length) {
    return of(text.getBytes(StandardCharsets.UTF_8), length);
  }
}
