package dev.afterword.comment;

import dev.afterword.comment.Comment.Written;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.http.Html;
import dev.afterword.http.Times;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes comments, each with what stands below it, for a page without JavaScript. */
final class PageComments {
  /** Levels that are told apart on the screen; what is deeper goes on flat (see comment.css). */
  private static final int DEEPEST = 5;

  /** From this level on a comment says whom it answers. */
  private static final int ADDRESSED = 3;

  private final Html html;
  private final Renderer renderer;
  private final Words words;
  private final PageLinks links;
  private final Sort below;
  private final boolean open;
  private final @Nullable String about;
  private final Map<String, String> names = new HashMap<>();

  /**
   * @param below the order of replies
   * @param open whether they can be answered
   * @param about the comment whose page it is, where the form to answer it stands; or {@code null}
   */
  PageComments(
      Html html,
      Renderer renderer,
      Words words,
      PageLinks links,
      Sort below,
      boolean open,
      @Nullable String about) {
    this.html = html;
    this.renderer = renderer;
    this.words = words;
    this.links = links;
    this.below = below;
    this.open = open;
    this.about = about;
  }

  /** The list of an article's comments. */
  void roots(List<Shown> roots) {
    list("list", roots, 0);
  }

  /**
   * A comment in a list of its own.
   *
   * @param between what to write between it and its replies
   */
  void one(Shown shown, Runnable between) {
    names.put(shown.comment().id(), nameOf(shown.comment()));
    html.open("ol", "class", "list").open("li");
    comment(shown.comment(), 0);
    between.run();
    branch(shown, 1);
    html.close().close();
  }

  /** By what name a comment's author is known; nobody's when it is hidden. */
  static String nameOf(Comment comment) {
    return comment.isVisible() ? comment.body().name() : "";
  }

  private void list(String kind, List<Shown> comments, int level) {
    html.open("ol", "class", kind);
    for (var each : comments) {
      names.put(each.comment().id(), nameOf(each.comment()));
      html.open("li");
      comment(each.comment(), level);
      branch(each, level + 1);
      html.close();
    }
    html.close();
  }

  /** What stands below a comment, as far as the page has it, and the way to the rest. */
  private void branch(Shown shown, int level) {
    var next = shown.next();
    if (shown.replies().isEmpty() && next == null) {
      return;
    }
    html.open("div", "class", "branch level-" + Math.min(level, DEEPEST));
    if (!shown.replies().isEmpty()) {
      html.open("span", "class", "guide").close();
      list("replies", shown.replies(), level);
    }
    if (next != null) {
      // Of a branch that was cut off whole, the page of its comment has the beginning.
      var from = shown.replies().isEmpty() ? null : next;
      long left = shown.total() - shown.replies().size();
      var href = links.list(shown.comment().id(), below, from);
      html.open("p", "class", "more");
      html.element("a", words.say("moreReplies", left), "href", href).close();
    }
    html.close();
  }

  private void comment(Comment comment, int level) {
    if (!comment.isVisible()) {
      tombstone(comment);
      return;
    }
    var id = comment.id();
    var body = comment.body();
    html.open(
        "article",
        "class",
        "comment",
        "id",
        "aw-" + id,
        "data-state",
        "visible",
        "aria-labelledby",
        "by-" + id);
    html.single(
        "img",
        "class",
        "avatar",
        "src",
        links.avatar(body.author()),
        "width",
        "32",
        "height",
        "32",
        "loading",
        "lazy",
        "alt",
        "");
    byline(comment, body, level);
    html.open("div", "class", "text", "dir", "auto").markup(renderer.htmlOf(body)).close();
    actions(comment, body);
    html.close();
  }

  /** Who and when, in one line. */
  private void byline(Comment comment, Written body, int level) {
    html.open("p", "class", "by", "id", "by-" + comment.id());
    html.element("bdi", body.name(), "class", "author").text(" ");
    if (body.kind().equals("staff")) {
      html.element("span", words.say("staff"), "class", "badge").text(" ");
    }
    var created = comment.created();
    html.element("time", words.moment(created), "datetime", Times.format(created));
    if (comment.edited() != null) {
      html.text(" ").element("span", words.say("edited"), "class", "edited");
    }
    var parent = comment.parent();
    if (parent != null && level >= ADDRESSED) {
      var name = names.getOrDefault(parent, "");
      html.text(" ")
          .element(
              "a",
              name.isEmpty() ? words.say("inReplyToDeleted") : words.say("inReplyTo", name),
              "class",
              "address level-" + Math.min(level, DEEPEST),
              "href",
              "#aw-" + parent);
    }
    html.close();
  }

  private void actions(Comment comment, Written body) {
    int score = comment.up() - comment.down();
    if (score == 0 && !open) {
      return;
    }
    html.open("div", "class", "actions");
    if (score != 0) {
      html.element("span", words.say("points", score), "class", "score");
    }
    if (open && !comment.id().equals(about)) {
      html.element(
          "a",
          words.say("reply"),
          "class",
          "reply",
          "href",
          links.comment(comment.id()) + "#aw-text",
          "aria-label",
          words.say("replyTo", body.name()));
    }
    html.close();
  }

  private void tombstone(Comment comment) {
    html.open(
        "article",
        "class",
        "comment tombstone",
        "id",
        "aw-" + comment.id(),
        "data-state",
        "deleted");
    html.open("span", "class", "avatar").close().element("p", words.say("deleted"), "class", "by");
    html.close();
  }
}
