package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other people's pages do to everything that stands on them. */
@OnStore
@NeedsBrowser
class HostPagesTest {
  /** What an article's own style hands down, and what resets and frameworks say of all elements. */
  private static final String STYLES =
      """
      main { text-align: justify; text-indent: 3em; text-transform: uppercase; letter-spacing: .2em;
        word-spacing: 1em; white-space: pre; font-style: italic; font-weight: 800; line-height: 3;
        font-variant: small-caps; word-break: break-all; hyphens: auto; cursor: crosshair;
        list-style: square inside; border-collapse: collapse; text-shadow: 2px 2px red;
        text-underline-offset: 9px; tab-size: 2; quotes: none; caret-color: red; }
      button, textarea, input, p, ol, li, svg, label, fieldset, form { display: block !important;
        margin: 30px !important; padding: 20px !important; border: 9px solid red !important;
        position: fixed !important; float: right !important; width: 10px !important; }
      .thread, .comment, .text, .list, .actions, .icon { display: none !important; }
      """;

  /**
   * What frameworks of old did to the builtins, and what scripts that are no modules call theirs.
   */
  private static final String GLOBALS =
      """
      const extension = function () { throw new Error('not for this object'); };
      const names = 'each extend clone inspect first last size keys values has next more find';
      for (const name of [...names.split(' '), 'reaction_like', 'constructor_']) {
        Object.prototype[name] ??= extension;
        Array.prototype[name] ??= extension;
        String.prototype[name] ??= extension;
        Function.prototype[name] ??= extension;
      }
      Array.from = (list) => Array.prototype.slice.call(list); // no iterables
      for (const name of ['name', 'status', 'event', 'parent', 'opener', 'origin', 'external',
        'find', 'stop', 'open', 'close', 'print', 'focus', 'blur', 'scroll', 'html', 'render', 'nothing',
        'words', 'thread', 'api', 'kit', 'styles', '_', '$', 'require', 'module', 'exports', 'define',
        'process', 'global', 'Comment', 'Thread', 'Position', 'Member']) {
        window[name] = name;
      }
      addEventListener('DOMContentLoaded', () => {
        document.body.insertAdjacentHTML('beforeend', `<form id="fetch" name="title">
          <input name="action"><input name="submit"><input name="id"></form>
          <img name="cookie" alt=""><a id="location"></a><a id="customElements"></a>
          <a id="navigator" name="URL"></a><form name="forms"><input name="querySelector"></form>`);
      });
      """;

  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
    var root = post("The margin is a *good* idea.\\n\\n> It is.\\n\\n- one\\n- two", null);
    post("It holds still.", root);
  }

  private String post(String text, String parent) {
    return server.desk("demo").id("/", text.replace("\\n", "\n"), parent);
  }

  /** Where each thing in the thread is, and how it looks. */
  private static Object picture(Page page) {
    return page.locator("afterword-thread")
        .evaluate(
            """
            (host) => {
              const { x, y } = host.getBoundingClientRect();
              return [...host.shadowRoot.querySelectorAll('*')].map((one) => {
                const box = one.getBoundingClientRect();
                const { fontStyle, fontWeight, textTransform, textShadow, cursor } =
                  getComputedStyle(one);
                // What has no box of its own is nowhere.
                const place = box.width
                  ? [box.x - x, box.y - y, box.width, box.height].map((n) => n.toFixed(1))
                  : [];
                return [one.localName, one.className?.baseVal ?? one.className, ...place, fontStyle,
                  fontWeight, textTransform, textShadow, cursor].join(' ');
              });
            }
            """);
  }

  @Test
  void styles_stayOutside(Browser browser) {
    var page = browser.open(server.url() + "/");
    assertThat(page.locator(".comment")).hasCount(2);
    page.locator(".invite").click();
    page.locator("[data-action=options]").first().click();
    page.locator("[data-action=report]").click();
    assertThat(page.locator(".report")).isVisible();
    var before = picture(page);
    page.evaluate(
        """
        (text) => {
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(text);
          document.adoptedStyleSheets = [sheet];
        }
        """,
        STYLES);
    assertThat(picture(page)).isEqualTo(before);
  }

  @Test
  void globals_mayBeWhateverOthersMadeOfThem(Browser browser) {
    var page = browser.open("about:blank");
    page.addInitScript(GLOBALS);
    page.navigate(server.url() + "/");
    assertThat(page.locator(".comment")).hasCount(2);
    assertThat(page.locator(".counts")).containsText("1 view");
    page.locator("[data-action=voteUp]").first().click();
    assertThat(page.locator(".score").first()).hasText("1");
    page.locator("[data-action=like]").click();
    assertThat(page.locator("[part=reaction-count]")).hasText("1");
    page.locator(".invite").click();
    page.locator("textarea").fill("Written among many.");
    page.locator("[name=name]").fill("Grace");
    page.locator(".submit").click();
    assertThat(page.locator(".comment")).hasCount(3);
    post("And heard.", null);
    assertThat(page.locator(".counts")).containsText("4 comments");

    page.navigate(server.url() + "/list");
    assertThat(page.locator("afterword-count").first()).hasText("4 comments");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aStorageThatIsFull_isNoReasonToForgetTheReader(Browser browser) {
    var page = browser.open(server.url() + "/");
    page.evaluate(
        """
        () => {
          for (let size = 1 << 20; size; size >>= 1) {
            try {
              for (let i = 0; ; i++) localStorage.setItem(`${size} ${i}`, 'x'.repeat(size));
            } catch {
              // Then less.
            }
          }
        }
        """);
    page.locator("[data-action=voteUp]").first().click();
    assertThat(page.locator(".score").first()).hasText("1");
    page.locator(".invite").click();
    page.locator("textarea").fill("Written where there is no room.");
    page.locator("[name=name]").fill("Grace");
    page.locator(".submit").click();
    assertThat(page.locator(".comment")).hasCount(3);
    assertThat(page.locator("[data-action=edit]")).hasCount(1);
    page.locator("[data-action=voteUp]").first().click();
    assertThat(page.locator(".score").filter(new Locator.FilterOptions().setHasText("1")))
        .hasCount(0);
  }

  @Test
  void shortcuts_doNotFireWhileOneWrites(Browser browser) {
    var page = browser.open(server.url() + "/");
    page.evaluate(
        """
        () => {
          window.heard = [];
          for (const type of ['keydown', 'keypress']) {
            addEventListener(type, ({ key }) => heard.push(key));
          }
        }
        """);
    page.locator(".invite").click();
    page.locator("textarea").pressSequentially("a/s");
    page.locator("[name=name]").pressSequentially("j");
    page.keyboard().press("Escape");
    page.locator(".invite").press("k");
    assertThat(page.evaluate("[...new Set(heard)]")).isEqualTo(List.of("k"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "display: flex; flex-direction: column; align-items: center",
        "display: grid; justify-items: center",
        "display: flex",
        "float: left",
        "display: inline-block",
        "inline-size: fit-content",
        "display: table"
      })
  void whereTheContentSaysHowWideItIs_thereIsRoom(String layout, Browser browser) {
    for (int width : new int[] {1280, 320}) {
      var page = browser.open(server.url() + "/", how -> how.setViewportSize(width, 800));
      assertThat(page.locator(".comment")).hasCount(2);
      page.evaluate(
          """
          (layout) => {
            const box = document.createElement('div');
            box.style.cssText = layout;
            box.append(document.querySelector('afterword-thread').cloneNode());
            document.body.replaceChildren(box);
          }
          """,
          layout);
      assertThat(page.locator(".comment")).hasCount(2);
      double wide = page.locator("afterword-thread").boundingBox().width;
      assertThat(wide).as(layout).isGreaterThan(width == 320 ? 250 : 500);
      assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(width);
    }
  }

  @Test
  void ready_comesAlsoAfterAFirstReadThatFailed(Browser browser) {
    var page = browser.open("about:blank");
    var failed = new AtomicBoolean();
    page.addInitScript(
        "window.ready = 0; addEventListener('afterword:ready', () => { window.ready += 1 });");
    page.route(
        "**/comments?*",
        route -> {
          if (failed.compareAndSet(false, true)) {
            route.abort();
          } else {
            route.resume();
          }
        });
    page.navigate(server.url() + "/");
    assertThat(page.locator(".comment")).hasCount(2);
    assertThat(page.evaluate("window.ready")).isEqualTo(1);
  }
}
