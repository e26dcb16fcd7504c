package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.Article.State;
import dev.afterword.comment.Comment.Written;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.http.Html;
import dev.afterword.http.Times;
import dev.afterword.identity.Site;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A thread as HTML that needs no script, in the classes and the order of the widget. It says only
 * what the article's version covers and nothing of the one who reads it, so that anybody may keep
 * it: no views, no times that pass, nothing that waits.
 */
final class ThreadPage {
  /** Levels that are told apart on the screen; what is deeper goes on flat (see comment.css). */
  private static final int DEEPEST = 5;

  /** From this level on a comment says whom it answers. */
  private static final int ADDRESSED = 3;

  private static final Words WORDS = Words.in(Locale.ENGLISH);

  private final Renderer renderer;
  private final Site site;
  private final Asked asked;
  private final Page page;
  private final @Nullable Context context;
  private final Article article;
  private final PageLinks links;
  private final Html html = new Html();
  private final Map<String, String> names = new HashMap<>();

  /**
   * What is asked of a thread's pages.
   *
   * @param list which part; its parent is the comment that the page is about
   * @param fragment whether it is for standing in another page
   * @param held whether to say that a comment waits
   */
  record Asked(ListQuery list, boolean fragment, boolean held) {}

  /**
   * The comment that a page is about.
   *
   * @param above what stands above it, the root first
   */
  record Context(Shown shown, List<Shown> above) {}

  private ThreadPage(
      Renderer renderer,
      String baseUrl,
      Site site,
      Asked asked,
      Page page,
      @Nullable Context context) {
    this.renderer = renderer;
    this.site = site;
    this.asked = asked;
    this.context = context;
    this.page = page;
    this.article = page.article();
    this.links =
        new PageLinks(asked.fragment() ? baseUrl : "", site.name(), article.ref().key().value());
  }

  /**
   * Writes a page; not for the event loop.
   *
   * @param baseUrl what readers use, without a trailing slash
   * @param page of an article that is not closed, else without comments
   * @param context what the page is about when that is a comment
   */
  static String of(
      Renderer renderer,
      String baseUrl,
      Site site,
      Asked asked,
      Page page,
      @Nullable Context context) {
    var writing = new ThreadPage(renderer, baseUrl, site, asked, page, context);
    if (asked.fragment()) {
      writing.section();
      return writing.html.toString();
    }
    return writing.document();
  }

  /**
   * Writes the form once more, alone: it has to be there when the store is not.
   *
   * @param links to the thread it is about
   */
  static String again(PageLinks links, PageForm form) {
    var html = new Html();
    head(html, WORDS.say("thread"));
    html.close().open("body").open("main");
    html.open("h1").element("a", WORDS.say("thread"), "href", links.thread()).close();
    html.open("section", "class", "afterword", "aria-label", WORDS.say("yourComment"));
    html.open("div", "class", "thread");
    form.writeTo(html, WORDS, WORDS.say("yourComment"));
    return html.close().close().close().close().close().toString();
  }

  private static void head(Html html, String title) {
    html.markup("<!doctype html>\n").open("html", "lang", WORDS.language()).open("head");
    html.single("meta", "charset", "utf-8");
    html.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.single("meta", "name", "color-scheme", "content", "light dark");
    html.element("title", title);
    html.single("link", "rel", "stylesheet", "href", "/thread.css");
  }

  private String document() {
    var address = site.addressOf(article.ref(), article.url());
    head(html, WORDS.say("thread") + " · " + title());
    if (address != null) {
      html.single("link", "rel", "canonical", "href", address);
    }
    var next = page.next();
    if (next != null) {
      html.single("link", "rel", "next", "href", links.list(parent(), sort(), next));
    }
    html.close().open("body").open("main").open("h1", "dir", "auto");
    if (address == null) {
      html.text(title());
    } else {
      html.element("a", title(), "href", address);
    }
    html.close();
    section();
    return html.close().close().close().toString();
  }

  private String title() {
    var title = article.title();
    return title == null ? article.ref().key().value() : title;
  }

  private void section() {
    html.open(
        "section", "class", "afterword", "lang", WORDS.language(), "aria-label", say("thread"));
    html.open("div", "class", "thread");
    counts();
    if (asked.held()) {
      html.element("p", say("held"), "class", "notice", "role", "status");
    }
    if (context == null) {
      roots();
      write();
    } else {
      about(context);
    }
    html.close();
    if (site.stateOf(article) != State.CLOSED) {
      var data = ThreadData.of(site, article, title(), shown());
      html.open("script", "type", "application/ld+json").markup(data).close();
    }
    html.close();
  }

  private List<Shown> shown() {
    return context == null
        ? page.comments()
        : List.of(
            new Shown(context.shown().comment(), 0, page.total(), page.comments(), page.next()));
  }

  /** The one quiet line. Views are not in it: they change without the version. */
  private void counts() {
    html.open("p", "class", "counts");
    var count = WORDS.say("comments", article.comments());
    if (context != null) {
      html.element("a", count, "href", links.thread());
    } else if (article.comments() > 0) {
      html.text(count);
    }
    html.close();
  }

  private void roots() {
    if (site.stateOf(article) == State.CLOSED) {
      return;
    }
    if (page.comments().isEmpty() && asked.list().after() == null) {
      html.element("p", say("empty"), "class", "empty");
      return;
    }
    if (page.total() > 1) {
      sort(List.of(Sort.values()));
    }
    list("list", page.comments(), 0);
    next();
  }

  /** A page about one comment: what it answers, itself, the form to reply, its replies. */
  private void about(Context at) {
    var comment = at.shown().comment();
    if (!at.above().isEmpty()) {
      html.open("nav", "class", "above", "aria-label", say("above"));
      for (var each : at.above()) {
        html.open("a", "href", links.comment(each.comment().id()));
        var name = nameOf(each.comment());
        html.element("bdi", name.isEmpty() ? say("deleted") : name).close();
      }
      html.close();
    }
    at.above().forEach(each -> names.put(each.comment().id(), nameOf(each.comment())));
    html.open("ol", "class", "list").open("li");
    comment(at.shown(), 0);
    if (comment.isVisible()) {
      html.open("div", "class", "answer");
      write();
      html.close();
    }
    if (page.total() > 1) {
      sort(List.of(Sort.OLDEST, Sort.NEWEST, Sort.BEST));
    }
    names.put(comment.id(), nameOf(comment));
    branch(new Shown(comment, 0, page.total(), page.comments(), null), 1);
    html.close().close();
    next();
  }

  private void sort(List<Sort> sorts) {
    html.open("nav", "class", "sort", "aria-label", say("sort"));
    for (var each : sorts) {
      html.element(
          "a",
          say(each.word()),
          "href",
          links.list(parent(), each, null),
          "aria-current",
          each == sort() ? "true" : null);
    }
    html.close();
  }

  private void list(String kind, List<Shown> comments, int level) {
    html.open("ol", "class", kind);
    for (var each : comments) {
      names.put(each.comment().id(), nameOf(each.comment()));
      html.open("li");
      comment(each, level);
      branch(each, level + 1);
      html.close();
    }
    html.close();
  }

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
      var href = links.list(shown.comment().id(), sort().below(), from);
      more(WORDS.say("moreReplies", left), href, null);
    }
    html.close();
  }

  private void next() {
    var next = page.next();
    if (next != null) {
      more(say("more"), links.list(parent(), sort(), next), "next");
    }
  }

  private void more(String label, String href, @Nullable String rel) {
    html.open("p", "class", "more").element("a", label, "href", href, "rel", rel).close();
  }

  private void comment(Shown shown, int level) {
    var comment = shown.comment();
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
      html.element("span", say("staff"), "class", "badge").text(" ");
    }
    var created = comment.created();
    html.element("time", WORDS.moment(created), "datetime", Times.format(created));
    if (comment.edited() != null) {
      html.text(" ").element("span", say("edited"), "class", "edited");
    }
    var parent = comment.parent();
    if (parent != null && level >= ADDRESSED) {
      var name = names.getOrDefault(parent, "");
      html.text(" ")
          .element(
              "a",
              name.isEmpty() ? say("inReplyToDeleted") : WORDS.say("inReplyTo", name),
              "class",
              "address level-" + Math.min(level, DEEPEST),
              "href",
              "#aw-" + parent);
    }
    html.close();
  }

  private void actions(Comment comment, Written body) {
    int score = comment.up() - comment.down();
    boolean open = mayWrite();
    if (score == 0 && !open) {
      return;
    }
    html.open("div", "class", "actions");
    if (score != 0) {
      html.element("span", WORDS.say("points", score), "class", "score");
    }
    if (open && (context == null || !isAbout(comment))) {
      html.element(
          "a",
          say("reply"),
          "class",
          "reply",
          "href",
          links.comment(comment.id()) + "#aw-text",
          "aria-label",
          WORDS.say("replyTo", body.name()));
    }
    html.close();
  }

  private boolean isAbout(Comment comment) {
    return comment.id().equals(parent());
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
    html.open("span", "class", "avatar").close().element("p", say("deleted"), "class", "by");
    html.close();
  }

  /** The place to write, or why there is none. */
  private void write() {
    if (!mayWrite()) {
      boolean open = site.stateOf(article) == State.OPEN;
      html.element("p", say(open ? "membersOnly" : "closed"), "class", "notice");
      return;
    }
    var fields = new JsonObject().put("key", article.position().toString()).put("parent", parent());
    if (asked.fragment() && context == null) {
      // Where it stands; a reply may not be on what stands there.
      fields.put("back", "article");
    }
    new PageForm(links.thread(), fields, null).writeTo(html, WORDS, label());
  }

  private String label() {
    return context == null
        ? say("yourComment")
        : WORDS.say("yourReply", nameOf(context.shown().comment()));
  }

  private boolean mayWrite() {
    return site.stateOf(article) == State.OPEN && site.rules().guests();
  }

  /** Of a comment that is hidden, nobody's. */
  private static String nameOf(Comment comment) {
    return comment.isVisible() ? comment.body().name() : "";
  }

  private @Nullable String parent() {
    return asked.list().parent();
  }

  private Sort sort() {
    return asked.list().sort();
  }

  private static String say(String key) {
    return WORDS.say(key);
  }
}
