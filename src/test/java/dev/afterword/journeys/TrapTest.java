package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.afterword.TestServer;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A field that no reader sees, and what fills it in. */
@OnStore
@NeedsBrowser
class TrapTest {
  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start(Map.of());
  }

  @Test
  void whoFillsInTheTrap_waits_andNobodyElse(Browser browser) {
    var page = browser.open(server.url() + "/");
    page.locator(".invite").click();
    page.locator("[part=textarea]").fill("Read all about it.");
    page.locator("[part=name]").fill("Robot");
    var trap = page.locator("[name=homepage]");
    assertThat(trap).hasAttribute("aria-hidden", "true");
    Browser.assertAccessible(page, "the form and its trap");
    var box = trap.boundingBox();
    assertThat(box.width * box.height).as("square pixels").isLessThanOrEqualTo(1);
    assertThat(isReachedByKeys(page)).isFalse();

    page.locator("[part=textarea]").fill("Read all about it.");
    trap.evaluate("field => { field.value = 'https://spam.example' }");
    page.locator("[part=submit]").click();
    assertThat(page.locator("[data-comment]")).hasAttribute("data-state", "pending");
    var waiting = waiting();
    assertThat(waiting.getJsonArray("comments").getJsonObject(0).getString("reason"))
        .isEqualTo("honeypot");

    page.locator(".invite").click();
    page.locator("[part=textarea]").fill("Nothing in it.");
    page.locator("[part=submit]").click();
    assertThat(page.locator("[data-comment]")).hasCount(2);
    assertThat(waiting().getJsonObject("counts").getInteger("pending")).isEqualTo(1);
    assertThat(browser.complaints()).isEmpty();
  }

  /** From the text on to the end of the form. */
  private static boolean isReachedByKeys(Page page) {
    page.locator("[part=textarea]").focus();
    for (int i = 0; i < 6; i++) {
      page.keyboard().press("Tab");
      if (page.locator("[name=homepage]:focus").count() > 0) {
        return true;
      }
    }
    return false;
  }

  private static JsonObject waiting() {
    return server.desk("demo").get("admin/queue");
  }
}
