package dev.afterword.identity;

/**
 * How readers with an account on a site are known: by a token that the site signs. Its text says
 * nothing of the keys, which may be secret.
 *
 * @param keys what verifies their tokens, a JSON Web Key Set (RFC 7517) as {@link KeyFile#stored}
 *     writes it; empty when they are not known at all
 * @param issuer what a token's {@code iss} has to be; empty when the key alone decides
 * @param memberKey what the ids of the site's members are derived from; random, never changes
 */
public record SingleSignOn(String keys, String issuer, String memberKey) {
  /** Whether the site's own accounts can be used. */
  public boolean isOn() {
    return !keys.isEmpty();
  }

  @Override
  public String toString() {
    return "SingleSignOn[" + (isOn() ? "on" : "off") + ", issuer=" + issuer + ']';
  }
}
