package dev.afterword.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A reader's Chromium, handed to the methods of a {@link NeedsBrowser} test as a parameter. Each
 * page opened is another reader: own storage, and a user agent that is not headless. When the test
 * fails, every open page is kept as a picture in {@code target/screenshots}.
 */
public final class Browser {
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");

  private static final List<String> FLAGS =
      List.of(
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync");

  private final com.microsoft.playwright.Browser chromium;
  private final List<BrowserContext> readers = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();

  private Browser(com.microsoft.playwright.Browser chromium) {
    this.chromium = chromium;
  }

  /** Where a Chromium is: the variable {@code CHROMIUM}, else the usual names and places. */
  static Optional<Path> executable() {
    String named = System.getenv("CHROMIUM");
    if (named != null && !named.isBlank()) {
      return Optional.of(Path.of(named)).filter(Files::isExecutable);
    }
    String path = System.getenv("PATH");
    Stream<Path> onPath =
        Stream.of((path == null ? "" : path).split(File.pathSeparator, -1))
            .flatMap(
                folder ->
                    Stream.of("chromium", "google-chrome", "google-chrome-stable", "chrome")
                        .map(name -> Path.of(folder, name)));
    Stream<Path> places =
        Stream.of(
                "/usr/bin/chromium",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                "/Applications/Chromium.app/Contents/MacOS/Chromium")
            .map(Path::of);
    return Stream.concat(onPath, places).filter(Files::isExecutable).findFirst();
  }

  /** Most tests are about threads that are there, not about the way down to them. */
  private static final String NEAR =
      """
      window.IntersectionObserver = class extends IntersectionObserver {
        constructor(look) { super(look, { rootMargin: '20000px' }); }
      };
      """;

  /**
   * Opens a page as a new reader on a desk, in a window of 1280 by 800. However long the page is, a
   * thread on it is taken for near, and wakes.
   */
  public Page open(String url) {
    return open(url, options -> {});
  }

  /**
   * Opens a page as a new reader whose window, theme, language or scripts are set by the caller.
   */
  public Page open(String url, Consumer<com.microsoft.playwright.Browser.NewContextOptions> how) {
    var options = desk();
    how.accept(options);
    BrowserContext reader = chromium.newContext(options);
    reader.addInitScript(NEAR);
    return opened(reader, url);
  }

  /** Opens a page as a new reader on a phone; a thread on it sleeps until they come near. */
  public Page openFarAbove(String url) {
    return opened(chromium.newContext(desk().setViewportSize(360, 640)), url);
  }

  private com.microsoft.playwright.Browser.NewContextOptions desk() {
    String major = chromium.version().replaceFirst("\\..*", "");
    return new com.microsoft.playwright.Browser.NewContextOptions()
        .setViewportSize(1280, 800)
        .setLocale("en-GB")
        .setUserAgent(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/"
                + (major + ".0.0.0 Safari/537.36"));
  }

  private Page opened(BrowserContext reader, String url) {
    reader.setDefaultTimeout(10_000);
    readers.add(reader);
    Page page = reader.newPage();
    page.onPageError(complaints::add);
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error")) {
            complaints.add(message.text());
          }
        });
    page.navigate(url);
    return page;
  }

  /** What the pages wrote as errors to their consoles, uncaught exceptions among them. */
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  private void photograph(String name) {
    int number = 1;
    for (BrowserContext reader : readers) {
      for (Page page : reader.pages()) {
        Path file = SCREENSHOTS.resolve(name + "-" + number++ + ".png");
        try {
          page.screenshot(new Page.ScreenshotOptions().setPath(file));
          System.err.println("Screenshot: " + file);
        } catch (PlaywrightException e) {
          System.err.println("No screenshot " + file + ": " + e.getMessage());
        }
      }
    }
  }

  private void close() {
    readers.forEach(BrowserContext::close);
  }

  /** One Playwright and one Chromium for the JVM; closed with the last test. */
  private static final class Chromium implements AutoCloseable {
    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;

    Chromium() {
      playwright =
          Playwright.create(
              new Playwright.CreateOptions()
                  .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
      browser =
          playwright
              .chromium()
              .launch(
                  new BrowserType.LaunchOptions()
                      .setExecutablePath(executable().orElseThrow())
                      .setArgs(FLAGS));
    }

    @Override
    public void close() {
      playwright.close();
    }
  }

  /** Hands out the browser, takes the pictures, closes the pages. */
  static final class Extension implements ParameterResolver, AfterEachCallback {
    private static final ExtensionContext.Namespace HERE =
        ExtensionContext.Namespace.create(Browser.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Browser.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      Chromium chromium =
          context
              .getRoot()
              .getStore(HERE)
              .computeIfAbsent("chromium", key -> new Chromium(), Chromium.class);
      return context
          .getStore(HERE)
          .computeIfAbsent("browser", key -> new Browser(chromium.browser), Browser.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
      Browser browser = context.getStore(HERE).get("browser", Browser.class);
      if (browser != null) {
        if (context.getExecutionException().isPresent()) {
          String method = context.getRequiredTestMethod().getName();
          browser.photograph(context.getRequiredTestClass().getSimpleName() + "." + method);
        }
        browser.close();
      }
    }
  }

  /** Those of the comments on a page that say something, or are by somebody of that name. */
  public static Locator comment(Page page, String text) {
    return page.locator("[data-comment]").filter(new Locator.FilterOptions().setHasText(text));
  }

  /** Ends what moves now; what is to move later is left alone. */
  private static final String COME_TO_REST =
      """
      [document, ...[...document.querySelectorAll('*')].map((each) => each.shadowRoot)]
        .flatMap((root) => root?.getAnimations() ?? [])
        .filter(({ effect }) => {
          const { localTime, delay, endTime } = effect.getComputedTiming();
          return localTime >= delay && endTime < Infinity;
        })
        .forEach((animation) => animation.finish())
      """;

  /**
   * No violation that axe-core knows, in what the page shows once it has come to rest: what is just
   * fading in has no contrast yet.
   */
  public static void assertAccessible(Page page, String what) {
    page.evaluate(COME_TO_REST);
    var violations =
        new AxeBuilder(page)
            .analyze().getViolations().stream()
                .map(rule -> rule.getId() + ": " + rule.getNodes().get(0).getHtml())
                .toList();
    assertThat(violations).as(what).isEmpty();
  }
}
