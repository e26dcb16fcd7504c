package dev.afterword.identity;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.OctetKeyPairJsonWebKey;
import org.jose4j.jwk.OctetSequenceJsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJsonWebKey;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * What verifies a site's tokens, as an operator gives it: a public key (PEM), several (a JSON Web
 * Key Set, RFC 7517), or a secret. Each kind of key stands for one algorithm (RFC 7518, RFC 8037),
 * so that no token can choose another: a public key never becomes a secret.
 */
public final class KeyFile {
  /** The most bytes of a file. */
  public static final int LARGEST = 64 * 1024;

  private static final int MOST_KEYS = 4;
  private static final int LONGEST_KID = 256;
  private static final int SECRET_BYTES = 32;
  private static final int LEAST_RSA_BITS = 2_048;

  /** Larger ones make each verification slow and nothing safer. */
  private static final int MOST_RSA_BITS = 8_192;

  private static final Pattern PUBLIC_KEY =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----");

  /**
   * Other forms of public keys (OpenSSH, .NET, a list, the base64 of DER), and the address of some.
   * As a secret, one would let everybody sign.
   */
  private static final Pattern PUBLIC_OTHERWISE =
      Pattern.compile(
          "ssh-|ecdsa-sha2-|PUBLIC KEY|KeyValue>|\"kty\"|://|^MI[GI]|^MFkwEwYH|^MCowBQYD",
          Pattern.CASE_INSENSITIVE);

  /** What only a private key or a secret has. */
  private static final Set<String> PRIVATE_MEMBERS =
      Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

  private KeyFile() {}

  /**
   * The keys of some files as a site keeps them: a JSON Web Key Set in which each key names its
   * algorithm.
   *
   * @param files at least one; up to four keys in all are valid at once, so that they can change
   * @throws InvalidKeyFileException when there is anything else in one of them
   */
  public static String stored(List<byte[]> files) throws InvalidKeyFileException {
    var keys = new ArrayList<JsonWebKey>();
    for (var file : files) {
      keys.addAll(read(file));
    }
    if (keys.isEmpty() || keys.size() > MOST_KEYS) {
      throw new InvalidKeyFileException("There are " + keys.size() + " keys; 1 to 4 can be used.");
    }
    var kids = new HashSet<String>();
    for (var key : keys) {
      if (key.getKeyId() != null && !kids.add(key.getKeyId())) {
        throw new InvalidKeyFileException("Two keys have the same kid.");
      }
    }
    return new JsonWebKeySet(keys).toJson(OutputControlLevel.INCLUDE_SYMMETRIC);
  }

  private static List<JsonWebKey> read(byte[] file) throws InvalidKeyFileException {
    var text = text(file);
    if (text.contains("PRIVATE KEY-----")) {
      throw new InvalidKeyFileException(
          "That is a private key, which stays with the site. Its public key: openssl pkey -pubout");
    }
    if (text.contains("-----BEGIN ")) {
      return List.of(pem(text));
    }
    return text.stripLeading().startsWith("{") ? jwks(text) : List.of(secret(text));
  }

  private static String text(byte[] file) throws InvalidKeyFileException {
    try {
      if (file.length <= LARGEST) {
        var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(file)).toString();
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
      }
    } catch (CharacterCodingException e) {
      // Told below, like a file that is too large.
    }
    throw new InvalidKeyFileException(
        "That is not a text of at most 64 KiB: a public key in PEM, a JWKS, or a secret.");
  }

  private static JsonWebKey pem(String text) throws InvalidKeyFileException {
    var block = PUBLIC_KEY.matcher(text);
    if (!block.find() || block.replaceFirst("").contains("-----BEGIN ")) {
      throw new InvalidKeyFileException(
          "That is not one PUBLIC KEY in PEM. The key of a certificate: openssl x509 -pubkey -noout");
    }
    var key = publicKey(block.group(1));
    if (key.isEmpty()) {
      throw unusable();
    }
    return checked(key.get(), null, null);
  }

  private static Optional<PublicKey> publicKey(String base64) {
    try {
      var spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(base64));
      for (var kind : List.of("RSA", "EC", "Ed25519")) {
        try {
          return Optional.of(KeyFactory.getInstance(kind).generatePublic(spec));
        } catch (GeneralSecurityException e) {
          // Perhaps of the next kind.
        }
      }
    } catch (IllegalArgumentException e) {
      // Not even base64.
    }
    return Optional.empty();
  }

  private static List<JsonWebKey> jwks(String text) throws InvalidKeyFileException {
    var keys = new ArrayList<JsonWebKey>();
    try {
      var json = JsonUtil.parseJson(text);
      var list = json.get("keys") instanceof List<?> several ? several : List.of(json);
      for (var each : list) {
        if (!(each instanceof Map<?, ?> members)) {
          throw unusable();
        }
        // What a site encrypts with stands in the same set, and is none of ours (RFC 7517, 4.2).
        if (!"enc".equals(members.get("use"))) {
          keys.add(jwk(members));
        }
      }
      return keys;
    } catch (JoseException | RuntimeException e) {
      // The library and the JDK throw all kinds at members of the wrong type or length.
      throw new InvalidKeyFileException("That is not a JSON Web Key Set of public keys.");
    }
  }

  private static JsonWebKey jwk(Map<?, ?> members) throws InvalidKeyFileException, JoseException {
    var plain = new LinkedHashMap<String, Object>();
    members.forEach((name, value) -> plain.put((String) name, value));
    if (plain.keySet().stream().anyMatch(PRIVATE_MEMBERS::contains)) {
      throw new InvalidKeyFileException(
          "The set holds a private key or a secret. Give public keys alone; a secret, as its text.");
    }
    var key = PublicJsonWebKey.Factory.newPublicJwk(plain);
    if (key.getKeyId() != null && key.getKeyId().length() > LONGEST_KID) {
      throw new InvalidKeyFileException("A kid has at most 256 characters.");
    }
    var verifies = key.getKeyOps() == null || key.getKeyOps().contains("verify");
    if (!verifies || (key.getUse() != null && !key.getUse().equals("sig"))) {
      throw unusable();
    }
    var checked = checked(key.getPublicKey(), key.getKeyId(), key.getAlgorithm());
    var kept = checked.toParams(OutputControlLevel.PUBLIC_ONLY);
    if (!Objects.equals(kept.get("x"), plain.get("x"))
        || !Objects.equals(kept.get("y"), plain.get("y"))) {
      // Too short or too long: it would have been taken for another point.
      throw unusable();
    }
    return checked;
  }

  /** A public key with its name, and with nothing else that came along. */
  private static JsonWebKey checked(
      PublicKey given, @Nullable String kid, @Nullable String algorithm)
      throws InvalidKeyFileException {
    try {
      var key = JsonWebKey.Factory.newJwk(given);
      var pinned = algorithm(key);
      if (algorithm != null && !algorithm.equals(pinned)) {
        throw unusable();
      }
      key.setKeyId(kid);
      key.setAlgorithm(pinned);
      return key;
    } catch (JoseException e) {
      throw unusable();
    }
  }

  private static String algorithm(JsonWebKey key) throws InvalidKeyFileException {
    if (key instanceof RsaJsonWebKey rsa) {
      int bits = rsa.getRsaPublicKey().getModulus().bitLength();
      if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
        throw new InvalidKeyFileException("An RSA key has 2048 to 8192 bits, not " + bits + '.');
      }
      return "RS256";
    }
    if (key instanceof EllipticCurveJsonWebKey ec && "P-256".equals(ec.getCurveName())) {
      return "ES256";
    }
    if (key instanceof OctetKeyPairJsonWebKey okp && "Ed25519".equals(okp.getSubtype())) {
      return "EdDSA";
    }
    throw unusable();
  }

  private static JsonWebKey secret(String file) throws InvalidKeyFileException {
    var text = file.replaceFirst("\\R$", "");
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    if (text.chars().anyMatch(Character::isISOControl) || !text.equals(text.strip())) {
      throw new InvalidKeyFileException("A secret is one line of text, without spaces around it.");
    }
    if (PUBLIC_OTHERWISE.matcher(text).find()) {
      throw new InvalidKeyFileException(
          "That looks like a public key; give it in PEM: ssh-keygen -e -m pkcs8, or openssl pkey"
              + " -pubin -inform der");
    }
    if (bytes.length < SECRET_BYTES || Keys.isGuessable(text)) {
      throw new InvalidKeyFileException(
          "A secret has at least 32 bytes that nobody guesses; try: openssl rand -base64 32");
    }
    var key = new OctetSequenceJsonWebKey(new SecretKeySpec(bytes, "HmacSHA256"));
    key.setAlgorithm("HS256");
    return key;
  }

  private static InvalidKeyFileException unusable() {
    return new InvalidKeyFileException(
        "That is no key for RS256 (RSA), ES256 (EC on P-256) or EdDSA (Ed25519).");
  }
}
