package dev.afterword.identity;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.jose4j.lang.JoseException;

/**
 * The demo site's part in single sign-on, which any other site plays on its own server: it signs a
 * token for a reader who has an account there. Its secret is made when the demo first starts, and
 * used by name, so that a key that an operator gives the demo site takes its place.
 */
public final class DemoSignOn {
  private static final String KID = "demo";
  private static final int SECRET_BYTES = 32;
  private static final long LIFE_SECONDS = 300;

  private DemoSignOn() {}

  /** A new secret, as a site keeps it. */
  public static String newKeys() {
    var secret = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(secret);
    var key =
        new JsonObject()
            .put("kty", "oct")
            .put("kid", KID)
            .put("alg", "HS256")
            .put("k", b64(secret));
    return new JsonObject().put("keys", JsonArray.of(key)).encode();
  }

  /**
   * A token that says that its bearer is Ada, good for five minutes.
   *
   * @param now milliseconds since 1970
   * @return empty when the site has other keys than {@link #newKeys} made
   */
  public static Optional<String> token(Site site, long now) {
    if (!site.sso().isOn()) {
      return Optional.empty();
    }
    return new JsonObject(site.sso().keys())
        .getJsonArray("keys").stream()
            .map(JsonObject.class::cast)
            .filter(key -> KID.equals(key.getString("kid")) && key.containsKey("k"))
            .map(key -> signed(key.getString("k"), claims(site, now)))
            .findFirst();
  }

  private static JsonObject claims(Site site, long now) {
    return new JsonObject()
        .put("sub", "ada")
        .put("name", "Ada")
        .put("aud", site.name())
        .put("exp", now / 1_000 + LIFE_SECONDS);
  }

  private static String signed(String secret, JsonObject claims) {
    var signing = new JsonWebSignature();
    signing.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
    signing.setKeyIdHeaderValue(KID);
    signing.setKey(new HmacKey(Base64.getUrlDecoder().decode(secret)));
    signing.setPayload(claims.encode());
    try {
      return signing.getCompactSerialization();
    } catch (JoseException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String b64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
