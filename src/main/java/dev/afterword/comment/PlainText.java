package dev.afterword.comment;

import dev.afterword.http.CleanText;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;

/** The words of a document without its markup, for where no HTML can stand. */
final class PlainText extends AbstractVisitor {
  /** What a reader takes for one character, however many it is made of. */
  private static final Pattern CLUSTER = Pattern.compile("\\X");

  private final StringBuilder out = new StringBuilder();

  private PlainText() {}

  /** The words of a whole document or block, in one line. */
  static String of(Node node) {
    var text = new PlainText();
    node.accept(text);
    return CleanText.line(text.out.toString());
  }

  /** A picture's description. */
  static String describing(Image image) {
    var text = new PlainText();
    text.visitChildren(image);
    return text.out.toString();
  }

  /**
   * A line, or as many whole words of it as fit, with an ellipsis. A last word that would leave
   * half of the room empty is cut instead (a language without spaces, a long address), but never
   * within what is one character to a reader.
   *
   * @param most how many code points there may be, at least one
   */
  static String shorten(String line, int most) {
    if (line.codePointCount(0, line.length()) <= most) {
      return line;
    }
    var cluster = CLUSTER.matcher(line);
    int fits = 0;
    int words = 0;
    for (int count = 0; cluster.find(); fits = cluster.end()) {
      if (line.charAt(cluster.start()) == ' ') {
        words = cluster.start();
      }
      count += line.codePointCount(cluster.start(), cluster.end());
      if (count >= most) {
        break;
      }
    }
    return line.substring(0, 2 * words > fits ? words : fits).stripTrailing() + "…";
  }

  @Override
  public void visit(Text node) {
    out.append(node.getLiteral());
  }

  @Override
  public void visit(Code node) {
    out.append(node.getLiteral());
  }

  @Override
  public void visit(HtmlInline node) {
    out.append(node.getLiteral());
  }

  @Override
  public void visit(FencedCodeBlock node) {
    out.append(node.getLiteral()).append(' ');
  }

  @Override
  public void visit(IndentedCodeBlock node) {
    out.append(node.getLiteral()).append(' ');
  }

  @Override
  public void visit(SoftLineBreak node) {
    out.append(' ');
  }

  @Override
  public void visit(HardLineBreak node) {
    out.append(' ');
  }

  /** A picture without a description is shown by its address. */
  @Override
  public void visit(Image node) {
    var description = describing(node);
    out.append(description.isBlank() ? node.getDestination() : description);
  }

  @Override
  protected void visitChildren(Node parent) {
    super.visitChildren(parent);
    if (parent instanceof Block) {
      out.append(' ');
    }
  }
}
