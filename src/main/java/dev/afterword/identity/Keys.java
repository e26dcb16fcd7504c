package dev.afterword.identity;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What is derived from the server's secret: one key for each purpose (HMAC-SHA256 of the purpose's
 * name), so that no value made for one purpose serves another. Confined to one event loop, because
 * a {@link Mac} is.
 */
public final class Keys {
  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  private final Mac visitor;
  private final Mac network;
  private final Mac guestId;
  private final Mac check;

  /** One for each secret: guests of before a rotation stay guests. The first one signs. */
  private final List<Mac> guestTokens = new ArrayList<>();

  /**
   * @param secrets at least one of at least 32 bytes; the first signs, all are believed
   */
  public Keys(List<byte[]> secrets) {
    var first = secrets.get(0);
    this.visitor = derive(first, "visitor");
    this.network = derive(first, "network");
    this.guestId = derive(first, "guest id");
    this.check = derive(first, "check value");
    secrets.forEach(secret -> guestTokens.add(derive(secret, "guest token")));
  }

  /** Whether a secret looks like one that was never meant to be used. */
  public static boolean isGuessable(String secret) {
    return secret.chars().distinct().count() < 8
        || secret.toLowerCase(Locale.ROOT).matches(".*(change-?me|example|secret).*");
  }

  /**
   * A visitor of a site, as 16 characters that lead back to nobody.
   *
   * @param salt of the day: once it is gone, nobody can make the same characters again
   */
  public String visitor(String site, String salt, byte[] address, String agent) {
    return text(visitor, 12, site, salt, address, agent);
  }

  /** A network on a site, for limits. */
  public String network(String site, byte[] address) {
    return text(network, 12, site, address);
  }

  /** The id of the guest who comments for the first time under an idempotency key. */
  String guestId(String site, String seed) {
    return "g" + letters(text(guestId, 12, site, seed));
  }

  /**
   * The id of a site's member, which outlives the server's secret: unlike a guest's token, the
   * site's does not carry the id, so what it is derived from has to stay.
   *
   * @param memberKey the site's, which is random and never changes
   * @param subject what the site calls the account; it cannot be told from the id
   */
  static String memberId(String memberKey, String subject) {
    return "m" + letters(text(mac(memberKey.getBytes(StandardCharsets.UTF_8)), 12, subject));
  }

  /** The proof that a guest is who it says, as the token carries it. */
  String guestProof(String site, String guest) {
    return text(guestTokens.get(0), 16, site, guest);
  }

  /** Whether a proof is one of ours, compared in constant time. */
  boolean isGuestProof(String site, String guest, String proof) {
    boolean found = false;
    for (var key : guestTokens) {
      found |=
          MessageDigest.isEqual(
              text(key, 16, site, guest).getBytes(StandardCharsets.US_ASCII),
              proof.getBytes(StandardCharsets.UTF_8));
    }
    return found;
  }

  /** A value that tells this secret from another and gives nothing of it away. */
  public String checkValue() {
    return text(check, 12, "afterword");
  }

  private static String letters(String base64url) {
    return base64url.replace('-', 'a').replace('_', 'b');
  }

  private static Mac derive(byte[] secret, String purpose) {
    var root = mac(secret);
    return mac(root.doFinal(("afterword " + purpose).getBytes(StandardCharsets.UTF_8)));
  }

  private static Mac mac(byte[] key) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Parts are told apart by their lengths, so that no two lists of parts look the same. */
  private static String text(Mac mac, int bytes, Object... parts) {
    for (var part : parts) {
      var raw =
          part instanceof byte[] given ? given : ((String) part).getBytes(StandardCharsets.UTF_8);
      mac.update((byte) (raw.length >>> 8));
      mac.update((byte) raw.length);
      mac.update(raw);
    }
    return TEXT.encodeToString(mac.doFinal()).substring(0, bytes * 4 / 3);
  }
}
