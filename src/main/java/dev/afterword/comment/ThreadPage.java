package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.article.Article.State;
import dev.afterword.comment.Cursor.Sort;
import dev.afterword.http.Answers;
import dev.afterword.http.Html;
import dev.afterword.identity.Site;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A thread as HTML that needs no script, in the classes and the order of the widget. It says only
 * what the article's version covers and nothing of the one who reads it, so that anybody may keep
 * it: no views, no times that pass, nothing that waits.
 */
final class ThreadPage {
  private final Renderer renderer;
  private final Site site;
  private final Asked asked;
  private final Page page;
  private final @Nullable Context context;
  private final Article article;
  private final Words words;
  private final PageLinks links;
  private final Html html = new Html();

  /**
   * What is asked of a thread's pages.
   *
   * @param list which part; its parent is the comment that the page is about
   * @param fragment whether it is for standing in another page
   * @param held whether to say that a comment waits
   * @param language in which the page speaks; {@code null} when none was named
   */
  record Asked(ListQuery list, boolean fragment, boolean held, @Nullable String language) {}

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
        new PageLinks(
            asked.fragment() ? baseUrl : Answers.pathOf(baseUrl),
            site.name(),
            article.ref().key().value(),
            asked.language());
    this.words = Words.in(asked.language());
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
    var words = Words.in(links.language());
    head(html, words, links.base(), words.say("thread"));
    html.close().open("body").open("main");
    html.open("h1").element("a", words.say("thread"), "href", links.thread()).close();
    html.open("section", "class", "afterword", "aria-label", words.say("yourComment"));
    html.open("div", "class", "thread");
    form.writeTo(html, words, words.say("yourComment"));
    return html.close().close().close().close().close().toString();
  }

  private static void head(Html html, Words words, String base, String title) {
    html.markup("<!doctype html>\n");
    html.open("html", "lang", words.language(), "dir", words.direction()).open("head");
    html.single("meta", "charset", "utf-8");
    html.single("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.single("meta", "name", "color-scheme", "content", "light dark");
    html.element("title", title);
    html.single("link", "rel", "stylesheet", "href", base + "/thread.css");
  }

  private String document() {
    var address = site.addressOf(article.ref(), article.url());
    head(html, words, links.base(), say("thread") + " · " + title());
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
        "section",
        "class",
        "afterword",
        "lang",
        words.language(),
        "dir",
        words.direction(),
        "aria-label",
        say("thread"));
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
    var count = words.say("comments", article.comments());
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
    comments().roots(page.comments());
    next();
  }

  /** A page about one comment: what it answers, itself, the form to reply, its replies. */
  private void about(Context at) {
    var comment = at.shown().comment();
    if (!at.above().isEmpty()) {
      html.open("nav", "class", "above", "aria-label", say("above"));
      for (var each : at.above()) {
        html.open("a", "href", links.comment(each.comment().id()));
        var name = PageComments.nameOf(each.comment());
        html.element("bdi", name.isEmpty() ? say("deleted") : name).close();
      }
      html.close();
    }
    // Below it stands what the page lists, and the rest of that a page away.
    var shown = new Shown(comment, 0, page.total(), page.comments(), null);
    comments()
        .one(
            shown,
            () -> {
              if (comment.isVisible()) {
                html.open("div", "class", "answer");
                write();
                html.close();
              }
              if (page.total() > 1) {
                sort(List.of(Sort.OLDEST, Sort.NEWEST, Sort.BEST));
              }
            });
    next();
  }

  private PageComments comments() {
    return new PageComments(html, renderer, words, links, sort().below(), mayWrite(), parent());
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

  private void next() {
    var next = page.next();
    if (next != null) {
      html.open("p", "class", "more");
      html.element("a", say("more"), "href", links.list(parent(), sort(), next), "rel", "next");
      html.close();
    }
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
    new PageForm(links.thread(), fields, null).writeTo(html, words, label());
  }

  private String label() {
    return context == null
        ? say("yourComment")
        : words.say("yourReply", PageComments.nameOf(context.shown().comment()));
  }

  private boolean mayWrite() {
    return site.stateOf(article) == State.OPEN && site.rules().guests();
  }

  private @Nullable String parent() {
    return asked.list().parent();
  }

  private Sort sort() {
    return asked.list().sort();
  }

  private String say(String key) {
    return words.say(key);
  }
}
