package dev.afterword.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A file system of a test's own, which it may fill, or whose image it may copy. */
public final class Mount implements AutoCloseable {
  private final Path point;

  private Mount(Path point) {
    this.point = point;
    OnExit.run(this::detach);
  }

  /** An empty one in memory. */
  public static Mount ofMemory(int megabytes) {
    return at("-t", "tmpfs", "-o", "size=" + megabytes + "m", "afterword-test");
  }

  /** What is in an image, through a loop device. */
  public static Mount ofImage(Path image) {
    return at("-o", "loop", image.toString());
  }

  /** Makes an image with an empty ext4 in it. */
  public static void makeImage(Path image, int megabytes) {
    run("truncate", "-s", megabytes + "M", image.toString());
    run("mkfs.ext4", "-q", "-F", image.toString());
  }

  private static Mount at(String... what) {
    var point = Temporary.folder();
    var command = new ArrayList<>(List.of("mount"));
    command.addAll(List.of(what));
    command.add(point.toString());
    run(command.toArray(String[]::new));
    return new Mount(point);
  }

  /** Why nothing can be mounted here; empty when it can. */
  static Optional<String> missing() {
    var folder = Temporary.folder();
    try {
      makeImage(folder.resolve("image"), 4);
      ofImage(folder.resolve("image")).close();
      return Optional.empty();
    } catch (IllegalStateException e) {
      return Optional.of("no file system can be mounted: " + e.getMessage());
    } finally {
      Temporary.delete(folder);
    }
  }

  public Path point() {
    return point;
  }

  private static void run(String... command) {
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      var words =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IllegalStateException(words.lines().findFirst().orElse(command[0] + " failed"));
      }
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void detach() {
    if (Files.exists(point)) {
      run("umount", "--lazy", point.toString());
      remove();
    }
  }

  private void remove() {
    try {
      Files.delete(point);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Unmounts it; nothing may use it any more. */
  @Override
  public void close() {
    if (Files.exists(point)) {
      // A process that has just ended may hold it for a moment.
      Eventually.passes("it is unmounted", () -> run("umount", point.toString()));
      remove();
    }
  }
}
