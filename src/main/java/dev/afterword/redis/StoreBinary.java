package dev.afterword.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A Redis-compatible server program that runs on this machine.
 *
 * @param command its path, or its name when it stands on the PATH
 */
record StoreBinary(String command, String description) {
  /** Found through the PATH by the system itself, in this order. */
  static final List<String> ON_THE_PATH = List.of("redis-server", "valkey-server");

  private static final Pattern VERSION =
      Pattern.compile("(?:Redis|Valkey) server v=((\\d{1,4})\\.(\\d{1,4})\\S*)");
  private static final String REMEDY = ": install redis-server or set AFTERWORD_REDIS.";

  private record Version(String text, int major, int minor) {
    boolean isAtLeast(int otherMajor, int otherMinor) {
      return major > otherMajor || (major == otherMajor && minor >= otherMinor);
    }
  }

  /**
   * Finds one that can read the data of the directory.
   *
   * @param names the programs to try before the bundled ones
   * @throws StoreStartException when none runs here, saying what to do
   */
  static StoreBinary find(List<String> names, StoreDirectory directory) throws StoreStartException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      throw new StoreStartException(
          "There is no embedded store for Windows (the bundled Redis 5.0 is too old):"
              + " run Redis 6.2 or newer elsewhere and set AFTERWORD_REDIS.");
    }
    boolean needs7 = directory.holdsDataOfRedis7();
    int major = needs7 ? 7 : 6;
    int minor = needs7 ? 0 : 2;
    for (var name : names) {
      var version = versionOf(name).filter(v -> v.isAtLeast(major, minor));
      if (version.isPresent()) {
        var file = Path.of(name).getFileName();
        return new StoreBinary(name, file + " " + version.get().text() + " from the PATH");
      }
    }
    for (var name : bundled()) {
      var program = extract(name, directory.binaries());
      var version = versionOf(program.toString()).filter(v -> v.isAtLeast(major, minor));
      if (version.isPresent()) {
        return new StoreBinary(program.toString(), "bundled Redis " + version.get().text());
      }
    }
    if (needs7) {
      throw new StoreStartException(
          "The data in "
              + directory.data()
              + " was written by Redis 7 or newer, and there is none on the PATH"
              + REMEDY);
    }
    throw new StoreStartException(
        "There is no Redis or Valkey of version 6.2 or newer on the PATH, and no bundled one"
            + " runs on this machine ("
            + System.getProperty("os.name")
            + ", "
            + System.getProperty("os.arch")
            + ")"
            + REMEDY);
  }

  /** The bundled programs that may run here, the best first. */
  private static List<String> bundled() {
    boolean mac = System.getProperty("os.name").startsWith("Mac");
    return switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
      // The first is linked to OpenSSL 3 and glibc; the second has everything inside, and room
      // for 3 GB of data, which is better than not to start.
      case "amd64", "x86_64" ->
          mac
              ? List.of("redis-server-6.2.6-v5-darwin-amd64")
              : List.of("redis-server-6.2.6-v5-linux-amd64", "redis-server-6.2.7-linux-386");
      case "aarch64", "arm64" ->
          mac
              ? List.of("redis-server-6.2.6-v5-darwin-arm64", "redis-server-6.2.6-v5-darwin-amd64")
              : List.of("redis-server-6.2.7-linux-arm64");
      case "i386", "x86" -> mac ? List.of() : List.of("redis-server-6.2.7-linux-386");
      default -> List.of();
    };
  }

  private static Path extract(String name, Path directory) throws StoreStartException {
    var program = directory.resolve(name);
    var resource = StoreBinary.class.getResource("/" + name);
    if (resource == null) {
      throw new StoreStartException("The bundled Redis is missing from this jar" + REMEDY);
    }
    try {
      StoreDirectory.createPrivate(directory);
      var connection = resource.openConnection();
      connection.setUseCaches(false); // else the cache keeps the jar open
      try (var in = connection.getInputStream()) {
        long size = connection.getContentLengthLong();
        if (Files.isRegularFile(program) && Files.size(program) == size) {
          return program;
        }
        var draft = Files.createTempFile(directory, name, ".tmp");
        Files.copy(in, draft, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rwx------"));
        return Files.move(draft, program, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw new StoreStartException(
          "The bundled Redis cannot be unpacked: " + StoreDirectory.reason(e), e);
    }
  }

  /** Asks the program itself: that it answers also proves that it runs. */
  private static Optional<Version> versionOf(String command) {
    try {
      var process =
          new ProcessBuilder(command, "--version")
              .redirectErrorStream(true)
              .redirectInput(StoreProcess.NOTHING)
              .start();
      try (var out = process.getInputStream()) {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          return Optional.empty();
        }
        var answer = VERSION.matcher(new String(out.readAllBytes(), StandardCharsets.UTF_8));
        return answer.find()
            ? Optional.of(
                new Version(
                    answer.group(1),
                    Integer.parseInt(answer.group(2)),
                    Integer.parseInt(answer.group(3))))
            : Optional.empty();
      }
    } catch (IOException notFound) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
