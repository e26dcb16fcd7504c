package dev.afterword.identity;

import dev.afterword.http.CleanText;
import dev.afterword.identity.Caller.Member;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.jwt.consumer.JwtContext;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Web Token (RFC 7519) in its compact form, signed by a site (RFC 7515). jose4j verifies it;
 * what a library has to let through, and nobody needs here, is refused around it, as RFC 8725
 * advises: only the site's own keys count, each for the one algorithm that it was stored with.
 */
final class SignedToken {
  /** The most characters of a token. */
  static final int LONGEST = 4_096;

  /** How far the clocks of a site and the store may lie apart. */
  private static final int LEEWAY_SECONDS = 30;

  /** The end of the year 9999; what lies behind it was meant in milliseconds. */
  private static final long LAST_SECOND = 253_402_300_799L;

  private static final int LONGEST_SUBJECT = 128;
  private static final int LONGEST_NAME = 60;
  private static final Pattern THREE_PARTS =
      Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

  /** Keys of the sender's own, extensions that must be understood, and other ways to read it. */
  private static final Set<String> REFUSED_HEADERS =
      Set.of("jwk", "jku", "x5c", "x5u", "crit", "b64", "zip", "enc");

  private SignedToken() {}

  /**
   * Who a token says that its bearer is.
   *
   * @param now milliseconds since 1970
   * @return empty when it is not valid on the site now, for whatever reason
   */
  static Optional<Member> verify(Site site, String token, long now) {
    try {
      if (!isCanonical(token)) {
        return Optional.empty();
      }
      var jws = new JsonWebSignature();
      jws.setCompactSerialization(token);
      var claims = JwtClaims.parse(jws.getUnverifiedPayload());
      for (var key : candidates(site.sso().keys(), jws)) {
        if (isValid(consumer(site, key, now), new JwtContext(token, claims, List.of(jws)))) {
          return member(site, claims);
        }
      }
      return Optional.empty();
    } catch (JoseException | InvalidJwtException | MalformedClaimException | RuntimeException e) {
      // Of the last kind none is known; a forger who finds one gets the same answer.
      return Optional.empty();
    }
  }

  /**
   * Whether it has three parts, each in the one spelling that base64url has for its bytes, and two
   * of them are UTF-8: a reader that mends what is not would take two accounts for one.
   */
  private static boolean isCanonical(String token) {
    if (!THREE_PARTS.matcher(token).matches()) {
      return false;
    }
    try {
      var parts = token.split("\\.", -1);
      for (int i = 0; i < parts.length; i++) {
        var bytes = Base64.getUrlDecoder().decode(parts[i]);
        if (!Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(parts[i])) {
          return false;
        }
        if (i < 2) {
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        }
      }
      return true;
    } catch (IllegalArgumentException | CharacterCodingException e) {
      return false;
    }
  }

  /**
   * The site's keys that may have signed it. The header chooses among them and says nothing that
   * they do not: its algorithm has to be the key's, and its {@code kid} the key's when both have
   * one.
   */
  private static List<JsonWebKey> candidates(String keys, JsonWebSignature jws)
      throws JoseException {
    var headers = jws.getHeaders();
    var type = headers.getObjectHeaderValue("typ");
    var kid = headers.getObjectHeaderValue("kid");
    if ((type != null && !(type instanceof String text && text.equalsIgnoreCase("JWT")))
        || (kid != null && !(kid instanceof String))
        || REFUSED_HEADERS.stream().anyMatch(each -> headers.getObjectHeaderValue(each) != null)) {
      return List.of();
    }
    var algorithm = headers.getObjectHeaderValue("alg");
    return new JsonWebKeySet(keys)
        .getJsonWebKeys().stream()
            .filter(key -> key.getAlgorithm().equals(algorithm))
            .filter(key -> kid == null || key.getKeyId() == null || key.getKeyId().equals(kid))
            .toList();
  }

  private static JwtConsumer consumer(Site site, JsonWebKey key, long now) {
    var builder =
        new JwtConsumerBuilder()
            .setVerificationKey(key.getKey())
            .setJwsAlgorithmConstraints(ConstraintType.PERMIT, key.getAlgorithm())
            .setExpectedAudience(site.name())
            .setRequireExpirationTime()
            .setRequireSubject()
            .setIssuedAtRestrictions(0, Integer.MAX_VALUE)
            .setAllowedClockSkewInSeconds(LEEWAY_SECONDS)
            .setEvaluationTime(NumericDate.fromMilliseconds(now));
    var issuer = site.sso().issuer();
    return issuer.isEmpty() ? builder.build() : builder.setExpectedIssuer(issuer).build();
  }

  private static boolean isValid(JwtConsumer consumer, JwtContext context) {
    try {
      consumer.processContext(context);
      return true;
    } catch (InvalidJwtException e) {
      return false;
    }
  }

  private static Optional<Member> member(Site site, JwtClaims claims)
      throws MalformedClaimException {
    var subject = claims.getSubject();
    var name = name(claims.getClaimValue("name"));
    if (subject.isEmpty()
        || !StandardCharsets.UTF_8.newEncoder().canEncode(subject)
        || subject.codePointCount(0, subject.length()) > LONGEST_SUBJECT
        || name == null
        || !List.of("exp", "nbf", "iat").stream().allMatch(time -> isTime(claims, time))) {
      return Optional.empty();
    }
    long until = claims.getExpirationTime().getValueInMillis() + LEEWAY_SECONDS * 1_000L;
    return Optional.of(new Member(Keys.memberId(site.sso().memberKey(), subject), name, until));
  }

  /** Whether a claim is not there, or a whole number of seconds. */
  private static boolean isTime(JwtClaims claims, String claim) {
    var value = claims.getClaimValue(claim);
    return value == null || (value instanceof Long time && time >= 0 && time <= LAST_SECOND);
  }

  /** A name as others may see it; an account's may be longer than a guest's, and is cut. */
  private static @Nullable String name(@Nullable Object claim) {
    if (!(claim instanceof String given)) {
      return null;
    }
    var line = CleanText.line(given);
    int length = Math.min(LONGEST_NAME, line.codePointCount(0, line.length()));
    var cut = line.substring(0, line.offsetByCodePoints(0, length)).strip();
    return CleanText.showsNothing(cut) ? null : cut;
  }
}
