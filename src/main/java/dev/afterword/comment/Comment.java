package dev.afterword.comment;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A comment as it is kept: one packed string, a line of what scripts read and change, then a JSON
 * object of what only we read.
 *
 * <pre>{@code
 * 1 v <up> <down> <sequence> <created> <edited or -> <depth> <parent or -> <root or -> <flags>
 * {"a":…}
 * }</pre>
 *
 * <p>The first field is the format's version, the second the state. State and votes have fixed
 * places, so that a change of them writes a few bytes. Its HTML is kept only when it is more than
 * the escaped text in paragraphs.
 *
 * @param id which one
 * @param state who may see it
 * @param up votes for it
 * @param down votes against it
 * @param sequence its place in its article's order of creation, below 2^30
 * @param created when it was written
 * @param edited when its text was last changed; {@code null} when it never was
 * @param depth 0 for a root
 * @param parent what it replies to
 * @param root the root of its branch, {@code null} for a root
 * @param flags what staff marked it with: {@code P} pinned, {@code F} featured; or {@code E}: its
 *     author was erased; mostly empty, then it is left out
 * @param body who wrote what
 */
public record Comment(
    String id,
    State state,
    int up,
    int down,
    long sequence,
    Instant created,
    @Nullable Instant edited,
    int depth,
    @Nullable String parent,
    @Nullable String root,
    String flags,
    Written body) {
  /** Staff put it first. */
  public static final String PINNED = "P";

  /** Staff found it worth showing elsewhere. */
  public static final String FEATURED = "F";

  /** Its author was erased, and with them what it said. */
  static final String ERASED = "E";

  /** Who may see a comment. */
  public enum State {
    /** Everybody. */
    VISIBLE('v'),
    /** Nobody: its author or staff took it away. */
    DELETED('d'),
    /** Its author: it waits for a moderator. */
    PENDING('p'),
    /** Its author: a moderator refused it. */
    REJECTED('r'),
    /** Its author, as refused: a moderator took it for an advertisement. */
    SPAM('s'),
    /** Its author, as visible: it was written under a ban in the shadow. */
    SHADOWED('h');

    private final char letter;

    State(char letter) {
      this.letter = letter;
    }

    /** As it is kept. */
    public String letter() {
      return String.valueOf(letter);
    }

    /** The state that is kept so. */
    static State of(String letter) {
      for (var state : values()) {
        if (state.letter().equals(letter)) {
          return state;
        }
      }
      throw new IllegalArgumentException("No comment has the state " + letter);
    }

    /** The word that staff read: a comment in the shadow is among those that were rejected. */
    public String word() {
      return (this == SHADOWED ? REJECTED : this).name().toLowerCase(Locale.ROOT);
    }

    /** As its author is told, who does not learn what it was taken for. */
    State toAuthor() {
      return switch (this) {
        case SPAM -> REJECTED;
        case SHADOWED -> VISIBLE;
        case VISIBLE, DELETED, PENDING, REJECTED -> this;
      };
    }
  }

  /**
   * Who wrote what.
   *
   * @param author the author's id
   * @param name as it was when this was written
   * @param kind {@code guest}, {@code member} or {@code staff}
   * @param text as it was typed
   * @param html what {@code renderer} made of it; {@code null} when that is plain paragraphs
   * @param renderer the version of {@link Markup} that decided so
   * @param people whom the text could mention when it was written: a comment's id for each name
   */
  public record Written(
      String author,
      String name,
      String kind,
      String text,
      @Nullable String html,
      int renderer,
      Map<String, String> people) {

    static Written unpack(String json) {
      var object = new JsonObject(json);
      return new Written(
          object.getString("a"),
          object.getString("n"),
          object.getString("k"),
          object.getString("x"),
          object.getString("h"),
          object.getInteger("v"),
          people(object.getJsonObject("m")));
    }

    String pack() {
      var object = new JsonObject().put("a", author).put("n", name).put("k", kind).put("x", text);
      if (html != null) {
        object.put("h", html);
      }
      if (!people.isEmpty()) {
        object.put("m", new JsonObject(new TreeMap<>(people)));
      }
      return object.put("v", renderer).encode();
    }

    /** Its HTML, when today's renderer made it. */
    @Nullable String currentHtml() {
      if (renderer != Markup.VERSION) {
        return null;
      }
      return html == null ? Markup.plainHtml(text) : html;
    }

    /** Nobody, nothing. */
    static final Written NOTHING = new Written("", "", "guest", "", null, 0, Map.of());

    /** The same author with another text. */
    Written with(String otherText, Markup.Rendered rendered, Map<String, String> otherPeople) {
      return of(author, name, kind, otherText, rendered, otherPeople);
    }

    /** A text that was just rendered. */
    static Written of(
        String author,
        String name,
        String kind,
        String text,
        Markup.Rendered rendered,
        Map<String, String> people) {
      var html = rendered.plain() ? null : rendered.html();
      return new Written(author, name, kind, text, html, Markup.VERSION, people);
    }

    private static Map<String, String> people(@Nullable JsonObject kept) {
      var people = new HashMap<String, String>();
      if (kept != null) {
        kept.forEach(each -> people.put(each.getKey(), (String) each.getValue()));
      }
      return people;
    }
  }

  static Comment unpack(String id, String packed) {
    int line = packed.indexOf('\n');
    var head = CommentHead.of(packed.substring(0, line));
    return new Comment(
        id,
        head.state(),
        head.up(),
        head.down(),
        head.sequence(),
        head.created(),
        head.edited(),
        head.depth(),
        head.parent(),
        head.root(),
        head.flags(),
        Written.unpack(packed.substring(line + 1)));
  }

  /** Which of its texts it says. */
  public String edition() {
    return edition(edited);
  }

  /**
   * Which text it is, as it is kept and as scripts compare it.
   *
   * @param edited when the text was last changed; {@code null} when it never was
   */
  public static String edition(@Nullable Instant edited) {
    return edited == null ? "-" : Long.toString(edited.toEpochMilli());
  }

  /** Its state and flags, as its history has them. */
  String condition() {
    return state.letter() + flags;
  }

  /** Whether only its place is left. */
  boolean isErased() {
    return flags.contains(ERASED);
  }

  boolean isVisible() {
    return state == State.VISIBLE;
  }

  /** Whether it is somebody's own, of which they do not know that nobody else sees it. */
  boolean isInShadowOf(String author) {
    return state == State.SHADOWED && body.author().equals(author);
  }

  /** The root of the branch it stands in: itself for a root. */
  String branch() {
    return root == null ? id : root;
  }
}
