package dev.afterword.comment;

import dev.afterword.comment.MentionLinks.Mention;
import java.util.Map;
import java.util.Set;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlWriter;

/** Renders the nodes that mean something else in a comment than in a document. */
final class MarkupNodes implements NodeRenderer {
  private static final String BREAK = "<br>\n";

  private final HtmlNodeRendererContext context;
  private final HtmlWriter html;

  MarkupNodes(HtmlNodeRendererContext context) {
    this.context = context;
    this.html = context.getWriter();
  }

  @Override
  public Set<Class<? extends Node>> getNodeTypes() {
    return Set.of(
        Heading.class,
        HardLineBreak.class,
        HtmlInline.class,
        Image.class,
        Mention.class,
        SoftLineBreak.class);
  }

  @Override
  public void render(Node node) {
    if (node instanceof Heading) {
      heading(node);
    } else if (node instanceof HtmlInline typed) {
      html(typed);
    } else if (node instanceof Image image) {
      image(image);
    } else if (node instanceof Mention mention) {
      mention(mention);
    } else {
      html.raw(BREAK);
    }
  }

  /** A bold paragraph: a real heading would shout, and break the outline of the article's page. */
  private void heading(Node heading) {
    html.line();
    html.tag("p");
    html.tag("strong");
    children(heading);
    html.tag("/strong");
    html.tag("/p");
    html.line();
  }

  /** As it was typed, lines too. */
  private void html(HtmlInline typed) {
    var lines = typed.getLiteral().split("\n", -1);
    html.text(lines[0]);
    for (int i = 1; i < lines.length; i++) {
      html.raw(BREAK);
      html.text(lines[i]);
    }
  }

  /** A link to the picture, named by its description; inside another link the description alone. */
  private void image(Image image) {
    String description = PlainText.describing(image);
    if (isInLink(image)) {
      html.text(description);
      return;
    }
    html.tag("a", Map.of("href", context.encodeUrl(image.getDestination())));
    html.text(description.isBlank() ? image.getDestination() : description);
    html.tag("/a");
  }

  /** What no reader can write: {@link SafeHtml} makes the link of it. */
  private void mention(Mention mention) {
    html.tag("a", Map.of(SafeHtml.MENTION, mention.comment()));
    children(mention);
    html.tag("/a");
  }

  private void children(Node parent) {
    for (Node child = parent.getFirstChild(); child != null; child = child.getNext()) {
      context.render(child);
    }
  }

  private static boolean isInLink(Node node) {
    for (Node up = node.getParent(); up != null; up = up.getParent()) {
      if (up instanceof Link) {
        return true;
      }
    }
    return false;
  }
}
