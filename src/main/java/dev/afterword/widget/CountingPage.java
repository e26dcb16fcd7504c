package dev.afterword.widget;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * {@code src/docs/counting.md} as a page for the readers of a privacy policy: what is counted, and
 * what is kept of whom. The build packs the document itself, so that there is one text.
 */
final class CountingPage {
  private CountingPage() {}

  /** The page; its title is the document's heading, its style sheet the API pages'. */
  static Buffer render() {
    var markdown = WidgetRoutes.read("counting.md").toString(StandardCharsets.UTF_8);
    var extensions = List.of(TablesExtension.create());
    var document = Parser.builder().extensions(extensions).build().parse(markdown);
    document.accept(new Unlinking());
    return Buffer.buffer(
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>%s · Afterword</title>
        <link rel="stylesheet" href="../docs.css">
        </head>
        <body>
        <main class="text">
        %s</main>
        </body>
        </html>
        """
            .formatted(
                words(document.getFirstChild()),
                HtmlRenderer.builder()
                    .extensions(extensions)
                    .escapeHtml(true)
                    .sanitizeUrls(true)
                    .build()
                    .render(document)));
  }

  /** Of a heading of ours, which needs no escaping. */
  private static String words(Node heading) {
    return TextContentRenderer.builder().build().render(heading).strip();
  }

  /** The other documents are not served: a link to one becomes its words. */
  private static final class Unlinking extends AbstractVisitor {
    @Override
    public void visit(Link link) {
      if (link.getDestination().startsWith("https:")) {
        return;
      }
      for (var word = link.getFirstChild(); word != null; word = link.getFirstChild()) {
        link.insertBefore(word);
      }
      link.unlink();
    }
  }
}
