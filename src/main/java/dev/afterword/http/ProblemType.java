package dev.afterword.http;

import java.util.Locale;

/**
 * Every kind of problem this server answers, in one place: its status, its title, and what a
 * developer who meets it should know. The code is the constant's name in kebab case and the last
 * part of the problem's {@code type}, which is served at {@code /problems/{code}}.
 */
public enum ProblemType {
  REQUEST_MALFORMED(400, "The request could not be read", "The request is not valid HTTP."),
  JSON_MALFORMED(400, "The body is not JSON", "The body must be one JSON object in UTF-8."),
  TOKEN_REQUIRED(
      401, "Please say who is asking", "Send a token in the header Authorization: Bearer."),
  TOKEN_INVALID(
      401,
      "That token is not valid",
      "The token is malformed, unknown, expired or of another site. Send no header to be anonymous."),
  ORIGIN_NOT_ALLOWED(
      403,
      "This page may not do that",
      "The request comes from a web page whose origin is not on the site's list."),
  OWN_VOTE(403, "That is your own comment", "Nobody votes on what they wrote themselves."),
  EDIT_WINDOW_OVER(
      403, "It is too late to edit", "An author may edit for as long as the site's settings say."),
  BANNED(403, "You may not do that here any more", "A moderator of this site decided so."),
  ROLE_TOO_LOW(403, "That needs another role", "The token is valid, but its role is too low."),
  NOT_FOUND(404, "There is nothing here", "The path is unknown."),
  SITE_UNKNOWN(404, "There is no such site", "Sites are added with the command line: site add."),
  COMMENT_UNKNOWN(
      404,
      "That comment is not here",
      "It does not exist, is another site's, or may not be seen by the one who asks."),
  REACTION_UNKNOWN(
      404, "There is no such reaction", "The site's list in GET comments names those there are."),
  BAN_UNKNOWN(404, "There is no such ban", "No ban of that author holds on this site."),
  JOB_UNKNOWN(404, "There is no such job", "No decision of this site has a job of that id."),
  VERDICT_UNKNOWN(404, "There is no such decision", "No entry of this site's journal has that id."),
  STAFF_UNKNOWN(404, "There is no such member of staff", "No staff of this site has that id."),
  METHOD_NOT_ALLOWED(
      405, "That is not possible here", "The header Allow lists the methods of this path."),
  REQUEST_TIMEOUT(408, "The request took too long", "The body did not arrive in time."),
  ARTICLE_READ_ONLY(
      409, "The discussion is closed", "The comments stay, but nothing may be added."),
  ARTICLE_CLOSED(409, "The discussion is closed", "The article shows no comments any more."),
  CHANGED_SINCE(
      409,
      "That was decided anew since",
      "Later decisions stand in the way. The journal tells them: take those back first."),
  ARTICLE_EXISTS(
      409,
      "There is such an article",
      "Comments of one of the two are being moved. Try again when that has ended."),
  SITE_EXISTS(409, "There is such a site", "A site of this name is there already."),
  NEVER_UNDONE(
      409, "That is not taken back here", "Entries of this kind stay; do the opposite instead."),
  SETTINGS_CHANGED(
      409,
      "The settings were changed meanwhile",
      "The version in the body is not the current one. Read them again, then decide."),
  BODY_TOO_LARGE(413, "That is too large", "A body has at most 64 KiB, as a form 192."),
  URI_TOO_LONG(414, "That address is too long", "The request line has at most 16 KiB."),
  MEDIA_TYPE_UNSUPPORTED(
      415,
      "That kind of body is not taken here",
      "The body's Content-Type must be application/json; the form of a thread's page sends"
          + " application/x-www-form-urlencoded."),
  EXPECTATION_FAILED(417, "That cannot be expected", "Only Expect: 100-continue is understood."),
  INVALID_VALUES(422, "Some values are not valid", "The member errors lists each of them."),
  ARTICLE_NOT_ALLOWED(
      422, "That article cannot be here", "The site's rules do not admit an article of this key."),
  PARENT_UNKNOWN(
      422,
      "The comment to reply to is not here",
      "It does not exist on this article, or is not shown any more."),
  COMMENT_REFUSED(
      422,
      "That cannot be posted here",
      "The site's rules refuse something in the comment, or in its author's name."),
  IDEMPOTENCY_KEY_REUSED(
      422,
      "That key was used for something else",
      "An Idempotency-Key stands for one body and one author. Use a new one."),
  UPGRADE_REQUIRED(
      426,
      "This is a live stream",
      "Connect by WebSocket, sub-protocol afterword.v1, or accept text/event-stream."),
  RATE_LIMITED(429, "That was a little fast", "Wait for the seconds that Retry-After gives."),
  HEADERS_TOO_LARGE(431, "The headers are too large", "All headers have at most 16 KiB."),
  INTERNAL(500, "Something went wrong here", "It is our fault and was logged."),
  STORE_DOWN(503, "The store is away", "Nothing is lost. Try again shortly."),
  STORE_SLOW(503, "The store is slow", "Try again shortly, with the same Idempotency-Key."),
  DURABILITY_UNCONFIRMED(
      503,
      "The copies are not confirmed yet",
      "It may be kept already, but not yet on as many servers as was asked for. Nothing is lost or"
          + " doubled: send it again, with the same Idempotency-Key, for the final answer."),
  STORE_FULL(503, "The store is full", "Nothing can be added until its operator makes room."),
  STORE_READ_ONLY(503, "The store is changing over", "Try again shortly."),
  STORE_LOADING(503, "The store is starting", "Try again shortly."),
  STORE_CLUSTER_DOWN(503, "Part of the store is away", "Try again shortly."),
  OVERLOADED(503, "Too much at once", "The server is at its limit. Try again shortly.");

  private final int status;
  private final String title;
  private final String explanation;
  private final String code;

  ProblemType(int status, String title, String explanation) {
    this.status = status;
    this.title = title;
    this.explanation = explanation;
    this.code = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** One short sentence for humans, the same for each occurrence. */
  public String title() {
    return title;
  }

  /** What a developer should know. */
  public String explanation() {
    return explanation;
  }

  /** The stable name that clients tell problems apart by. */
  public String code() {
    return code;
  }
}
