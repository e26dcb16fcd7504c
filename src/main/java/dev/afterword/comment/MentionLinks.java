package dev.afterword.comment;

import dev.afterword.http.CleanText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.CustomNode;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code @name} a link to a comment by that person: in words, not in code and not in links.
 *
 * <p>An {@code @} counts where it begins a word, so not within an e-mail address. The name is the
 * longest known one among the next one, two and three words. Ten places are looked at and no more,
 * so that one text cannot make the store look for thousands of names.
 */
final class MentionLinks extends AbstractVisitor {
  private static final int MOST_PLACES = 10;
  private static final int MOST_WORDS = 3;
  private static final int LONGEST_NAME = 60;

  /** Stands in no name: the long dash, the ellipsis, East Asian punctuation (no space follows). */
  private static final String BREAK =
      "\u2014\u2026\u3001-\u3003\u3008-\u301B\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF64";

  private static final String SPACE = "\\s\\p{Z}";

  /** What may stand before an {@code @}: a space, an opening quote or bracket, a bidi mark. */
  private static final String BEFORE =
      SPACE + "\\p{Ps}\\p{Pi}\"'\u00A1\u00BF\u061C\u200E\u200F" + BREAK;

  private static final String LETTER = "[^" + SPACE + "@" + BREAK + "]";

  /** A name's length and some punctuation; what is longer, or has an {@code @}, is none. */
  private static final String WORD = LETTER + "{1,99}+(?!" + LETTER + "|@)";

  private static final String NEXT_WORD = "([" + SPACE + "]{1,9}+" + WORD + ")?";

  private static final Pattern PLACE =
      Pattern.compile("(?<![^" + BEFORE + "])@(" + WORD + ")" + NEXT_WORD + NEXT_WORD);

  private final Mentions people;
  private int places;

  private MentionLinks(Mentions people) {
    this.people = people;
  }

  /** Puts a {@link Mention} in each place of a document where a known person is mentioned. */
  static void make(Node document, Mentions people) {
    document.accept(new MentionLinks(people));
  }

  /** A mention, around the text that was typed. */
  static final class Mention extends CustomNode {
    private final String comment;

    Mention(String comment) {
      this.comment = comment;
    }

    /** The id of a comment by the person. */
    String comment() {
      return comment;
    }
  }

  /** Where a known name ends, and the id of a comment by the person. */
  private record Known(int end, String comment) {}

  @Override
  public void visit(Link link) {
    // A link in a link would be no HTML.
  }

  @Override
  public void visit(Image image) {
    // It is shown as a link.
  }

  @Override
  public void visit(Text text) {
    var literal = text.getLiteral();
    if (literal.indexOf('@') < 0) {
      return;
    }
    var place = PLACE.matcher(literal);
    int done = 0;
    while (places < MOST_PLACES && place.find()) {
      if (place.start() == 0 && !mayBeginWord(text)) {
        continue;
      }
      places++;
      var known = longestKnown(literal, place);
      if (known != null) {
        var mention = new Mention(known.comment);
        mention.appendChild(new Text(literal.substring(place.start(), known.end)));
        text.insertBefore(new Text(literal.substring(done, place.start())));
        text.insertBefore(mention);
        done = known.end;
      }
    }
    text.setLiteral(literal.substring(done));
  }

  private @Nullable Known longestKnown(String literal, Matcher place) {
    for (int words = MOST_WORDS; words > 0; words--) {
      if (place.end(words) < 0) {
        continue;
      }
      var typed = CleanText.withoutEnding(literal.substring(place.start(1), place.end(words)));
      var name = CleanText.folded(typed);
      if (!name.isEmpty() && typed.codePointCount(0, typed.length()) <= LONGEST_NAME) {
        var comment = people.commentOf(name);
        if (comment != null) {
          return new Known(place.start(1) + typed.length(), comment);
        }
      }
    }
    return null;
  }

  /** Whether nothing stands before a text on its line. */
  private static boolean mayBeginWord(Text text) {
    var before = text.getPrevious();
    return before == null || before instanceof SoftLineBreak || before instanceof HardLineBreak;
  }
}
