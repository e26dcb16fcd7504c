package dev.afterword.redis;

import java.nio.file.Path;
import java.util.List;

/** The embedded store as on a machine without a Redis of its own. */
public final class BundledStore {
  private BundledStore() {}

  public static EmbeddedStore start(Path directory) throws StoreStartException {
    return EmbeddedStore.start(directory, List.of());
  }
}
