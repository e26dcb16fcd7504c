package dev.afterword.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** The embedded store as on a machine without a Redis of its own. */
public final class BundledStore {
  private BundledStore() {}

  public static EmbeddedStore start(Path directory) throws StoreStartException {
    return EmbeddedStore.start(directory, List.of());
  }

  /** Unpacks its program into a directory and says where it is. */
  public static Path unpack(Path directory) {
    try (var held = StoreDirectory.lock(directory)) {
      return Path.of(StoreBinary.find(List.of(), held).command());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (StoreStartException e) {
      throw new IllegalStateException(e);
    }
  }
}
