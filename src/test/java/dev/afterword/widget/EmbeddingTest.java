package dev.afterword.widget;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What site owners may rely on, as {@code embedding.md} lists it, is what the sources have. */
class EmbeddingTest {
  private static final Path THREAD = Path.of("src", "main", "web", "thread");
  private static final Path PAGE = Path.of("src", "main", "web", "page");
  private static final Path DOCUMENT = Path.of("src", "docs", "embedding.md");

  /** Those that an expression names. */
  private static final Set<String> CHOSEN =
      Set.of("list", "replies", "views", "comments", "reading", "writing", "voteUp", "voteDown");

  private static final Pattern PART = Pattern.compile("part(?:=\"|: ')([a-zA-Z-]+)");

  /** A button is a part by the name of its action, unless it says another. */
  private static final Pattern BUTTON =
      Pattern.compile(
          "(?:buttonView\\(|\\bact\\(|actView\\(ui, id,)\\s*'(\\w+)'(?!(?:(?!buttonView)[\\s\\S]){0,300}?\\bpart:)");

  private static String text(Path folder, String ending) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(ending))
          .sorted()
          .map(EmbeddingTest::read)
          .collect(Collectors.joining("\n"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> found(String text, Pattern pattern) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What stands as code in the rows of the table that has a word in its head. */
  private static Set<String> documented(String head, int column) {
    var table = read(DOCUMENT).split("\\n\\| " + head + " \\|", 2)[1].split("\n\n", 2)[0];
    var cells =
        table
            .lines()
            .skip(2)
            .map(row -> row.split("\\|", -1)[column])
            .collect(Collectors.joining("\n"));
    return found(cells, Pattern.compile("`([^`]+)`"));
  }

  @Test
  void theParts() {
    var source = text(THREAD, ".js");
    var parts = new TreeSet<>(CHOSEN);
    parts.addAll(found(source, PART));
    parts.addAll(found(source, BUTTON));
    assertThat(documented("where", 2)).isEqualTo(parts);
  }

  @Test
  void theCustomProperties() {
    assertThat(documented("property", 1))
        .isEqualTo(found(text(THREAD, ".css"), Pattern.compile("(--aw-[a-z]+)")));
  }

  @Test
  void theAttributesAndEvents() {
    var element = read(THREAD.resolve("element.js"));
    var attributes = found(element, Pattern.compile("getAttribute\\('(\\w+)'\\)"));
    attributes.addAll(found(text(THREAD, ".css"), Pattern.compile(":host\\(\\[(theme)=")));
    assertThat(documented("attribute", 1)).isEqualTo(attributes);
    var events = found(text(THREAD, ".js"), Pattern.compile("\\.emit\\('([a-z-]+)'"));
    events.addAll(found(text(PAGE, ".js"), Pattern.compile("afterword:([a-z]+-[a-z]+)'")));
    assertThat(documented("event", 1))
        .isEqualTo(events.stream().map(name -> "afterword:" + name).collect(Collectors.toSet()));
  }
}
