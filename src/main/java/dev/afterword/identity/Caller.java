package dev.afterword.identity;

import java.util.Locale;

/** Who is asking. */
public sealed interface Caller {
  /** Nobody said. */
  Caller ANONYMOUS = new Anonymous();

  /** Nobody said. */
  record Anonymous() implements Caller {}

  /** Somebody: with an identity that writes and votes are of. */
  sealed interface Known extends Caller {
    /** Public, unique on the site. */
    String id();

    /** As others see it. */
    String name();

    /** {@code guest}, {@code member} or {@code staff}. */
    String kind();

    /** When the token that said so stops being valid: milliseconds since 1970, by the store. */
    default long validUntil() {
      return Long.MAX_VALUE;
    }
  }

  /**
   * A reader who gave a name and got a token for it.
   *
   * @param id public, unique on the site
   */
  record Guest(String id, String name) implements Known {
    @Override
    public String kind() {
      return "guest";
    }
  }

  /**
   * A reader with an account on the site, who came with a token that the site has signed.
   *
   * @param id public, unique on the site, the same for each token of the account
   * @param validUntil when the token stops being valid: milliseconds since 1970, by the store
   */
  record Member(String id, String name, long validUntil) implements Known {
    @Override
    public String kind() {
      return "member";
    }
  }

  /**
   * One of the site's staff.
   *
   * @param id public, unique on the site
   */
  record Staff(String id, String name, Role role) implements Known {
    @Override
    public String kind() {
      return "staff";
    }
  }

  /** What staff may do, least first. */
  enum Role {
    /** See. */
    VIEWER,
    /** Decide. */
    MODERATOR,
    /** Configure. */
    OWNER;

    /** The word that the API uses. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
