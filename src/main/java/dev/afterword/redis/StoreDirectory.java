package dev.afterword.redis;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The files of one embedded store, and the lock that makes them ours. */
final class StoreDirectory implements AutoCloseable {
  private static final String ADDRESS_LINE = "# address ";

  /** Redis 7 takes such a path for a pattern, finds nothing, and starts unconfigured. */
  private static final Pattern GLOB = Pattern.compile("[*?\\[]");

  /** How long a start outlasts somebody who only asks whether the lock is held. */
  private static final Duration LOCK_PATIENCE = Duration.ofMillis(500);

  /**
   * The directories that this process holds. A POSIX lock belongs to the process and is lost when
   * any channel to its file is closed, so a file that is ours must not be opened a second time;
   * guarded by the class.
   */
  private static final Set<Path> HELD = new HashSet<>();

  private final Path directory;
  private final FileChannel lock;

  private StoreDirectory(Path directory, FileChannel lock) {
    this.directory = directory;
    this.lock = lock;
  }

  /** Makes the directory where there is none (for our user only) and locks it. */
  static StoreDirectory lock(Path dataDir) throws StoreStartException {
    try {
      createPrivate(dataDir);
      var directory = dataDir.toRealPath();
      if (GLOB.matcher(directory.toString()).find()) {
        throw new StoreStartException(
            "The path of the data directory " + dataDir + " must not contain * ? or [");
      }
      var lock = tryLock(directory);
      for (long end = System.nanoTime() + LOCK_PATIENCE.toNanos();
          lock.isEmpty() && System.nanoTime() < end;
          lock = tryLock(directory)) {
        Pause.briefly();
      }
      if (lock.isEmpty()) {
        throw new StoreStartException(
            "The data directory " + dataDir + " is in use by another Afterword process.");
      }
      return new StoreDirectory(directory, lock.get());
    } catch (IOException e) {
      throw new StoreStartException(
          "The data directory " + dataDir + " cannot be used: " + reason(e), e);
    }
  }

  /** The address recorded by the process that holds the directory now; empty when none does. */
  static Optional<StoreAddress> addressOfHolder(Path dataDir) {
    try {
      var directory = dataDir.toRealPath();
      var address = recordedAddress(directory);
      return address.isPresent() && isLocked(directory) ? address : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  /**
   * Waits until no command keeps a store of its own in the directory; until the channel is closed
   * no other does. The system closes it with the process.
   */
  static FileChannel awaitTurn(Path dataDir) throws IOException {
    createPrivate(dataDir);
    var channel =
        FileChannel.open(
            dataDir.resolve("command.lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    channel.lock();
    return channel;
  }

  private static synchronized Optional<FileChannel> tryLock(Path directory) throws IOException {
    if (HELD.contains(directory)) {
      return Optional.empty();
    }
    var channel =
        FileChannel.open(
            directory.resolve("lock"),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (channel.tryLock() != null) {
        HELD.add(directory);
        return Optional.of(channel);
      }
    } catch (OverlappingFileLockException heldByAnotherClassLoader) {
      // The same refusal as for another process.
    }
    channel.close();
    return Optional.empty();
  }

  private static synchronized boolean isLocked(Path directory) throws IOException {
    if (HELD.contains(directory)) {
      return true;
    }
    try (var channel = FileChannel.open(directory.resolve("lock"), StandardOpenOption.WRITE);
        var lock = channel.tryLock()) {
      return lock == null;
    } catch (OverlappingFileLockException heldByAnotherClassLoader) {
      return true;
    }
  }

  Path path() {
    return directory;
  }

  /** Where Redis keeps its append-only file. */
  Path data() {
    return directory.resolve("store");
  }

  Path binaries() {
    return directory.resolve("bin");
  }

  Path conf() {
    return directory.resolve("store.conf");
  }

  Path log() {
    return directory.resolve("store.log");
  }

  Path socket() {
    return directory.resolve("store.sock");
  }

  private Path pid() {
    return directory.resolve("store.pid");
  }

  /** Since Redis 7 the log is a directory; an older one would not see it and would start empty. */
  boolean holdsDataOfRedis7() {
    return Files.isDirectory(data().resolve("appendonlydir"));
  }

  /**
   * Writes the configuration. The password stands in this file, readable for our user alone, and
   * not on the command line, which everybody can read.
   */
  void writeConf(StoreAddress address) throws IOException {
    createPrivate(data());
    var lines =
        List.of(
            "# Written by Afterword at each start: changes are lost.",
            ADDRESS_LINE + address.uri(),
            String.join("\n", address.directives()),
            "protected-mode yes",
            "daemonize no",
            // Keeps the path of this file in the process list: how an orphan is known.
            "set-proc-title no",
            "dir " + quoted(data().toString()),
            // Acknowledged means on the disk.
            "appendonly yes",
            "appendfsync always",
            "no-appendfsync-on-rewrite no",
            // A crash may cut the last command short: it was not acknowledged.
            "aof-load-truncated yes",
            "save \"\"",
            "maxmemory-policy noeviction");
    replace(conf(), String.join("\n", lines) + "\n");
  }

  /** The address of the latest start, whether or not anything still listens there. */
  Optional<StoreAddress> recordedAddress() throws IOException {
    return recordedAddress(directory);
  }

  private static Optional<StoreAddress> recordedAddress(Path directory) throws IOException {
    try {
      return Files.readAllLines(directory.resolve("store.conf")).stream()
          .filter(line -> line.startsWith(ADDRESS_LINE))
          .findFirst()
          .flatMap(line -> StoreAddress.parse(line.substring(ADDRESS_LINE.length())));
    } catch (NoSuchFileException none) {
      return Optional.empty();
    }
  }

  void writePid(long pid) throws IOException {
    replace(pid(), pid + "\n");
  }

  Optional<Long> recordedPid() throws IOException {
    try {
      return Optional.of(Long.valueOf(Files.readString(pid()).strip()));
    } catch (NoSuchFileException | NumberFormatException none) {
      return Optional.empty();
    }
  }

  /** Removes what only a running store needs. */
  void sweep() throws IOException {
    Files.deleteIfExists(socket());
    Files.deleteIfExists(pid());
    Files.deleteIfExists(conf());
  }

  /** Releases the lock. The file stays: deleting it would let two processes lock two files. */
  @Override
  public void close() throws IOException {
    synchronized (StoreDirectory.class) {
      lock.close();
      HELD.remove(directory);
    }
  }

  static void createPrivate(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  /** Replaces a file whole, readable for our user alone. */
  private static void replace(Path file, String text) throws IOException {
    // A temporary file is created with mode 0600, and the move keeps it.
    var draft = Files.createTempFile(file.toAbsolutePath().getParent(), "store", ".tmp");
    try {
      Files.writeString(draft, text);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** A word as the configuration file wants it, whatever characters a path has. */
  static String quoted(String word) {
    return '"' + word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** What went wrong with a file, in words: the bare message is often only the path. */
  static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " " + e.getMessage();
  }
}
