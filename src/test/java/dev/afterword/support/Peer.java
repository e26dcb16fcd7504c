package dev.afterword.support;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A server in a process of its own, on a store that others use, too: it may end and start again.
 */
public final class Peer implements AutoCloseable {
  private static final String SECRET = "q7-Tz0w_long-enough-and-random-Kx93mP";

  private final Path data = Temporary.folder();
  private final String[] settings;
  private Child child;
  private volatile URI url;

  /**
   * Starts one.
   *
   * @param addresses of the store
   * @param mode of the store, empty for the usual
   */
  public Peer(String addresses, String mode) {
    this.settings =
        new String[] {
          "AFTERWORD_REDIS", addresses,
          "AFTERWORD_REDIS_MODE", mode,
          "AFTERWORD_SECRET", SECRET,
          "AFTERWORD_DEMO", "true"
        };
    start();
  }

  /** Starts it again, on another port; what still runs of it is killed. */
  public void start() {
    if (child != null) {
      child.close();
    }
    child = Child.serve(data, settings);
    try {
      url = URI.create(Files.readAllLines(data.resolve("address")).get(0));
    } catch (IOException e) {
      throw new AssertionError("a server without an address", e);
    }
  }

  /** Where it is, or was last. */
  public URI url() {
    return url;
  }

  public Child child() {
    return child;
  }

  @Override
  public void close() {
    child.close();
    Temporary.delete(data);
  }
}
