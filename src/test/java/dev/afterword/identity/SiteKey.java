package dev.afterword.identity;

import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a site signs its readers' tokens with: made and used with the JDK alone. */
final class SiteKey {
  private final String algorithm;
  private final Signer signer;
  private final KeyPair pair;

  private SiteKey(String algorithm, Signer signer, KeyPair pair) {
    this.algorithm = algorithm;
    this.signer = signer;
    this.pair = pair;
  }

  @FunctionalInterface
  private interface Signer {
    byte[] sign(byte[] input) throws GeneralSecurityException;
  }

  static SiteKey rsa(int bits) {
    return pair("RS256", "RSA", "SHA256withRSA", bits);
  }

  static SiteKey ec() {
    return pair("ES256", "EC", "SHA256withECDSAinP1363Format", 256);
  }

  static SiteKey ed() {
    return pair("EdDSA", "Ed25519", "Ed25519", 0);
  }

  static SiteKey secret(byte[] secret) {
    return new SiteKey(
        "HS256",
        input -> {
          var mac = Mac.getInstance("HmacSHA256");
          mac.init(new SecretKeySpec(secret, "HmacSHA256"));
          return mac.doFinal(input);
        },
        null);
  }

  static SiteKey secret(String secret) {
    return secret(secret.getBytes(StandardCharsets.UTF_8));
  }

  private static SiteKey pair(String algorithm, String kind, String signature, int bits) {
    try {
      var generator = KeyPairGenerator.getInstance(kind);
      if (kind.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp" + bits + "r1"));
      } else if (bits > 0) {
        generator.initialize(bits);
      }
      return new SiteKey(algorithm, null, generator.generateKeyPair()).signingAs(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same key, used for another kind of signature (a name of the JDK's). */
  SiteKey signingAs(String signature) {
    return new SiteKey(
        algorithm,
        input -> {
          var signing = Signature.getInstance(signature);
          signing.initSign(pair.getPrivate());
          signing.update(input);
          return signing.sign();
        },
        pair);
  }

  /** A signature that no key makes. */
  SiteKey signingWith(byte[] signature) {
    return new SiteKey(algorithm, input -> signature, pair);
  }

  String algorithm() {
    return algorithm;
  }

  JsonObject header() {
    return new JsonObject().put("alg", algorithm).put("typ", "JWT");
  }

  /** A token of just these texts. */
  String sign(String header, String payload) {
    return sign(header, payload.getBytes(StandardCharsets.UTF_8));
  }

  String sign(String header, byte[] payload) {
    var input = base64(header) + '.' + base64(payload);
    try {
      return input + '.' + base64(signer.sign(input.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  String sign(JsonObject payload) {
    return sign(header().encode(), payload.encode());
  }

  byte[] der() {
    return pair.getPublic().getEncoded();
  }

  String pem() {
    return pem("PUBLIC KEY", der());
  }

  String privatePem() {
    return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
  }

  static String pem(String label, byte[] der) {
    return "-----BEGIN "
        + label
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
        + "\n-----END "
        + label
        + "-----\n";
  }

  /** As a member of a JSON Web Key Set. */
  JsonObject jwk(String kid) {
    var jwk = new JsonObject().put("kid", kid).put("use", "sig").put("alg", algorithm);
    PublicKey key = pair.getPublic();
    if (key instanceof RSAPublicKey rsa) {
      return jwk.put("kty", "RSA")
          .put("n", base64(unsigned(rsa.getModulus().toByteArray(), 0)))
          .put("e", base64(unsigned(rsa.getPublicExponent().toByteArray(), 0)));
    }
    if (key instanceof ECPublicKey ec) {
      return jwk.put("kty", "EC")
          .put("crv", "P-" + ec.getParams().getCurve().getField().getFieldSize())
          .put("x", base64(unsigned(ec.getW().getAffineX().toByteArray(), 32)))
          .put("y", base64(unsigned(ec.getW().getAffineY().toByteArray(), 32)));
    }
    assert key instanceof EdECPublicKey;
    var der = der();
    return jwk.put("kty", "OKP")
        .put("crv", "Ed25519")
        .put("x", base64(Arrays.copyOfRange(der, der.length - 32, der.length)));
  }

  private static byte[] unsigned(byte[] number, int least) {
    var bare = number[0] == 0 ? Arrays.copyOfRange(number, 1, number.length) : number;
    if (bare.length >= least) {
      return bare;
    }
    var wide = new byte[least];
    System.arraycopy(bare, 0, wide, least - bare.length, bare.length);
    return wide;
  }

  static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }
}
