package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Other people's hostile inputs, which live beside the repository and not in it. */
class MarkupCorpusTest {
  private static final Path CORPORA = Path.of("..", "shared", "corpora");

  @Test
  void naughtyStrings_rendered_areAllowedHtml() throws IOException {
    check("blns.json", JsonNode::asText, 500);
  }

  @Test
  void domPurifyPayloads_rendered_areAllowedHtml() throws IOException {
    check("dompurify-expect.json", node -> node.get("payload").asText(), 200);
  }

  @Test
  void commonMarkExamples_rendered_areAllowedHtml() throws IOException {
    check(
        "commonmark-spec-0.31.2.json",
        node -> node.get("markdown").asText().replace('→', '\t'),
        600);
  }

  private static void check(String file, Function<JsonNode, String> input, int atLeast)
      throws IOException {
    Path path = CORPORA.resolve(file);
    assumeTrue(Files.exists(path), () -> "skipped: there is no " + path.toAbsolutePath());
    int count = 0;
    for (JsonNode node : new ObjectMapper().readTree(path.toFile())) {
      checkEverywhere(input.apply(node));
      count++;
    }
    assertThat(count).isGreaterThanOrEqualTo(atLeast);
  }

  /** The input as a comment, inside every construct that carries text, and past the Markdown. */
  private static void checkEverywhere(String input) {
    for (String frame :
        new String[] {
          "%s",
          "> %s",
          "- %s",
          "# %s",
          "```\n%s\n```",
          "`%s`",
          "**%s**",
          "~~%s~~",
          "[%s](http://a)",
          "[a](%s)",
          "[a](<%s>)",
          "![%s](%s)",
          "<%s>",
          "[a]\n\n[a]: %s",
          "a (%s) b",
          "http://a/%s",
          "```%s\na\n```",
          "[a](http://a \"%s\")"
        }) {
      String text = frame.replace("%s", input);
      AllowedHtml.check(html(Markup.render(text)), text);
    }
    AllowedHtml.check(Markup.plainHtml(input), input);
    AllowedHtml.checkAllowed(SafeHtml.of(input), input);
  }

  private static String html(Markup.Rendering rendering) {
    return rendering instanceof Markup.Rendered rendered ? rendered.html() : "";
  }
}
