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
