package dev.afterword.support;

import dev.afterword.redis.BundledStore;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The programs that Afterword may find as its store, for what has to hold with each of them. */
public enum StoreProgram {
  /** The {@code redis-server} on the PATH. */
  REDIS(Extra.CLUSTER),
  /** Redis 6.2 as it lies in the jar. */
  BUNDLED(Extra.CLUSTER),
  /** The {@code valkey-server} on the PATH. */
  VALKEY(Extra.VALKEY);

  private static Path bundled;

  private final Extra extra;

  StoreProgram(Extra extra) {
    this.extra = extra;
  }

  /** Skips the test of the moment where the program is missing; fails it where it is required. */
  public void assumeIsThere() {
    extra.assumeIsThere();
  }

  /** Where it is; empty when it is not on this machine. */
  Optional<Path> path() {
    return this == BUNDLED ? Optional.of(unpacked()) : onThePath(this + "-server");
  }

  private static synchronized Path unpacked() {
    if (bundled == null) {
      Path folder = Temporary.folder();
      OnExit.run(() -> Temporary.delete(folder));
      bundled = BundledStore.unpack(folder);
    }
    return bundled;
  }

  private static Optional<Path> onThePath(String name) {
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, name);
      if (Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
