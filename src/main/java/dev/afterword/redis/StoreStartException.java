package dev.afterword.redis;

import org.jspecify.annotations.Nullable;

/** The embedded store cannot be started; the message is one line written for the operator. */
public final class StoreStartException extends Exception {
  private static final long serialVersionUID = 1L;

  StoreStartException(String line) {
    this(line, null);
  }

  StoreStartException(String line, @Nullable Throwable cause) {
    super(line, cause);
  }
}
