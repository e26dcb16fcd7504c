package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import dev.afterword.support.TestStore;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A thread speaks the language of the page that it stands on. */
@OnStore
@NeedsBrowser
class LanguagesTest {
  @AutoClose private TestServer server;

  @BeforeEach
  void start() {
    TestStore.fresh();
    server = TestServer.unlimited();
  }

  /** The demo article, as if its author had said that it is in a language. */
  private Page blank(Browser browser, String language) {
    var page = browser.open("about:blank", options -> options.setViewportSize(360, 740));
    // Before any module runs.
    page.addInitScript(
        "document.addEventListener('readystatechange', () => { const page = document.documentElement;"
            + " page.lang = '%s'; page.dir = '%s' })"
                .formatted(language, language.matches("(ar|fa).*") ? "rtl" : "ltr"));
    return page;
  }

  @Test
  void aThread_speaksAsItsPageDoes(Browser browser) {
    var page = blank(browser, "DE-at");
    page.navigate(server.url() + "/");
    assertThat(page.locator("[part=counts]")).hasText("1 Aufruf");
    assertThat(page.locator(".empty")).hasText("Noch keine Kommentare.");
    var arabic = blank(browser, "ar");
    arabic.navigate(server.url() + "/");
    assertThat(arabic.locator(".thread")).hasAttribute("aria-label", "التعليقات");
    for (var each : new Page[] {page, arabic}) {
      Browser.assertAccessible(each, "in its language");
      assertThat((int) each.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);
    }
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void whatIsNotInThePagesLanguage_saysSo_andCommentsDoNot(Browser browser) {
    server.desk("demo").post("/", "سلام");
    var page = blank(browser, "fa");
    page.navigate(server.url() + "/");
    assertThat(page.locator(".thread")).hasAttribute("lang", "en");
    assertThat(page.locator(".thread")).hasCSS("direction", "ltr");
    assertThat(page.locator("[part=text]")).hasAttribute("lang", "fa");
    assertThat(page.locator("[part=text]")).hasCSS("direction", "rtl");
    Browser.assertAccessible(page, "in two languages");
    assertThat((int) page.evaluate("document.documentElement.scrollWidth")).isEqualTo(360);

    var german = blank(browser, "DE-at");
    german.navigate(server.url() + "/");
    assertThat(german.locator("[part=counts]")).containsText("Aufruf");
    assertThat(german.locator(".thread[lang], .thread[dir]")).hasCount(0);
  }

  @Test
  void chinese_isOfOneKind_whereverItIsRead(Browser browser) {
    server.desk("demo").post("/", "好");
    var page = blank(browser, "zh-TW");
    page.clock().setFixedTime(System.currentTimeMillis() + 180_000);
    page.navigate(server.url() + "/");
    assertThat(page.locator("[data-comment] time")).hasText("3分钟前");
  }

  @Test
  void whatTheServerRefuses_isToldInThePagesLanguage(Browser browser) {
    server.addStaff("demo", Caller.Role.MODERATOR);
    var page = blank(browser, "de");
    page.navigate(server.url() + "/");
    page.locator("[part=invite]").click();
    page.locator("[part=textarea]").fill("Hallo.");
    page.locator("[part=name]").fill("Staff of demo");
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=problem]"))
        .hasText("Dieser Name gehört hier schon jemand anderem.");
    page.locator("[part=name]").fill("\u200B");
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=problem]")).hasText("Hier fehlt noch ein Name.");
    page.locator("[part=name]").fill("Ada");
    page.locator("[part=textarea]").fill(">>>>>>>>>>a\n\n".repeat(700));
    page.locator("[part=submit]").click();
    assertThat(page.locator("[part=problem]"))
        .hasText("Der Kommentar enthält zu viel Formatierung.");
  }

  @Test
  void wordsThatDoNotCome_areNotWaitedForLong(Browser browser) {
    var page = blank(browser, "de");
    page.route("**/words/de.json", held -> {});
    page.navigate(server.url() + "/");
    assertThat(page.locator(".empty"))
        .hasText(
            "No comments yet.",
            new com.microsoft.playwright.assertions.LocatorAssertions.HasTextOptions()
                .setTimeout(20_000));
  }
}
