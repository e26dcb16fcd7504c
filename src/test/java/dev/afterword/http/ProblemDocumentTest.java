package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code problems.md} lists all that can go wrong, and nothing else. */
class ProblemDocumentTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (\\d{3}) \\| `([a-z-]+)` \\|");

  @Test
  void eachProblem_isListedOnce() throws IOException {
    var text = Files.readString(Path.of("src", "docs", "problems.md"));
    assertThat(ROW.matcher(text).results().map(row -> row.group(1) + ' ' + row.group(2)))
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(ProblemType.values())
                .map(type -> type.status() + " " + type.code())
                .toList());
  }
}
