package dev.afterword.comment;

/**
 * Whose decision a change of a comment is, as it is noted with the comment. One that is asked for
 * again is carried out where that was broken off, but not over anything newer.
 *
 * @param verdict the entry of the site's journal; empty when the author decided
 * @param undoes the entry that it takes back, or empty
 * @param by the name of who decided
 * @param reason as it was given, or empty
 * @param again whether it is asked for another time
 */
public record Decision(String verdict, String undoes, String by, String reason, boolean again) {
  /** One that is new, or that looks itself whether it was carried out. */
  public Decision(String verdict, String undoes, String by, String reason) {
    this(verdict, undoes, by, reason, false);
  }

  /** The author's own, which no journal tells. */
  static final Decision OF_AUTHOR = new Decision("", "", "", "");

  /** Nobody's: what a check found, or readers reported, has the comment wait. */
  static Decision automatic(String reason) {
    return new Decision("", "", "", reason);
  }

  /** By whom and why, as the scripts note it; a tab is in neither. */
  String told() {
    return by + '\t' + reason;
  }

  /** Whether it is asked for another time, as the scripts are told. */
  String repeated() {
    return again ? "again" : "";
  }
}
