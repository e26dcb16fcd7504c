package dev.afterword.redis;

import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/**
 * The store did not do what was asked, and why. Carries no stack: it is an answer, not a defect.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why the store did not answer with a result. */
  public enum Kind {
    /** There is no connection, or it broke: whether the call was carried out is unknown. */
    DOWN,
    /** No answer in time: whether the call was carried out is unknown. */
    SLOW,
    /** It was carried out, or may have been, but too few replicas have said that they have it. */
    UNCONFIRMED,
    /** Too many calls are under way here; this one was not sent. */
    BUSY,
    /** The store's memory or disk is full; nothing was changed. */
    FULL,
    /** A replica answered, or a primary that may not write; nothing was changed. */
    READ_ONLY,
    /** The store is reading its data after a start; nothing was changed. */
    LOADING,
    /** Part of the cluster is without a primary; nothing was changed. */
    CLUSTER_DOWN,
    /** The store refuses our name or password. */
    DENIED,
    /** A script is not known to the node that was asked; the caller sends it whole. */
    NO_SCRIPT,
    /** Any other error: a defect of ours. */
    BROKEN
  }

  /**
   * Redis up to 6.2 wraps the code of an error that ends a script in a sentence: {@code ERR Error
   * running script (…): @user_script:3: -OOM command not allowed …}.
   */
  private static final Pattern WRAPPED = Pattern.compile("-([A-Z]{3,})\\b");

  /** How the Vert.x client tells of a command of a batch: {@code ERR [3] NOSCRIPT No matching…}. */
  private static final Pattern IN_BATCH = Pattern.compile("^ERR \\[\\d+] ");

  /** Why. */
  private final Kind kind;

  /**
   * @param kind why
   * @param message for the log; never shown to clients
   */
  public StoreException(Kind kind, String message) {
    super(message, null, false, false);
    this.kind = kind;
  }

  /** Why the store did not answer with a result. */
  public Kind kind() {
    return kind;
  }

  /** True when the call may have been carried out all the same. */
  public boolean outcomeUnknown() {
    return kind == Kind.DOWN || kind == Kind.SLOW || kind == Kind.UNCONFIRMED;
  }

  /** Tells failures of the client apart by the error code that the protocol puts first. */
  static StoreException from(Throwable failure) {
    if (failure instanceof StoreException known) {
      return known;
    }
    if (failure instanceof Response error && error.type() == ResponseType.ERROR) {
      var message = String.valueOf(failure.getMessage());
      return new StoreException(kindOf(codeOf(message)), message);
    }
    var kind = failure instanceof TimeoutException ? Kind.SLOW : Kind.DOWN;
    return new StoreException(kind, String.valueOf(failure.getMessage()));
  }

  private static String codeOf(String told) {
    var message = IN_BATCH.matcher(told).replaceFirst("");
    int space = message.indexOf(' ');
    var first = space < 0 ? message : message.substring(0, space);
    if (first.equals("ERR")) {
      var wrapped = WRAPPED.matcher(message);
      if (wrapped.find()) {
        return wrapped.group(1);
      }
    }
    return first;
  }

  private static Kind kindOf(String code) {
    return switch (code) {
      // The Vert.x client's own code for calls whose connection ended before the answer.
      case "CONNECTION_CLOSED" -> Kind.DOWN;
      case "OOM", "MISCONF", "NOREPLICAS" -> Kind.FULL;
      case "READONLY" -> Kind.READ_ONLY;
      case "LOADING", "MASTERDOWN" -> Kind.LOADING;
      case "BUSY" -> Kind.SLOW;
      case "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK" -> Kind.CLUSTER_DOWN;
      case "NOAUTH", "WRONGPASS", "NOPERM" -> Kind.DENIED;
      case "NOSCRIPT" -> Kind.NO_SCRIPT;
      default -> Kind.BROKEN;
    };
  }
}
