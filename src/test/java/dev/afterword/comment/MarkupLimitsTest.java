package dev.afterword.comment;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Texts of 10,000 code points made to be slow, deep or long. */
class MarkupLimitsTest {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Each repeated until the text is full; ␣ ⏎ ⇥ ␀ ⇐ are space, line, tab, NUL and U+202E. */
  private static final String REPEATED =
      """
      > >␣ [ ] [] ![] * _ ~ ~~a ` \\ & < *a␣ **a␣ *a**a␣ a**b *a_␣ _a*␣ -␣ 1.␣ 1)␣-␣ >␣-␣ -␣a⏎
      ⏎ >⏎ #␣⏎ ---⏎ [a]( [a](< [a][b] [a]:␣b⏎ [a]:␣b⏎[a] [a](b) ![a](b) ![ <a␣ <a␣href=' <!--
      <? <![CDATA[ &#0; &amp; a@ a@b.c␣ http:// http://a.b␣ http://a.b( www. www.a.b␣ a.
      <http://a.b> " 🙂 ␀ ⇐ ```⏎ ~~~⏎ ␣␣␣␣a⏎ a⏎=⏎ ⇥ a␣ a⏎ a⏎⏎ @a␣ (@ "@'s *a*⏎ `a` [a](http://a.b)
      """;

  private static Map<String, String> texts() {
    var texts = new LinkedHashMap<String, String>();
    for (String shown : REPEATED.trim().split("\\s+", -1)) {
      String piece =
          shown
              .replace('␣', ' ')
              .replace('⏎', '\n')
              .replace('⇥', '\t')
              .replace('␀', '\0')
              .replace('⇐', '\u202E');
      texts.put(
          shown + " again and again",
          piece.repeat(10_000 / piece.codePointCount(0, piece.length())));
    }
    texts.put(
        "nested lists",
        IntStream.range(0, 120)
            .mapToObj(i -> " ".repeat(2 * i % 120) + "- a\n")
            .reduce("", String::concat));
    texts.put(
        "ever deeper lists",
        IntStream.range(0, 98)
            .mapToObj(i -> " ".repeat(2 * i) + "- a\n")
            .reduce("", String::concat));
    texts.put("brackets", "[".repeat(5000) + "]".repeat(5000));
    texts.put("links in links", "[".repeat(1600) + "a" + "](b)".repeat(2000));
    texts.put("pictures in pictures", "![".repeat(1600) + "a" + "](b)".repeat(1600));
    texts.put("strong in strong", "*".repeat(5000) + "a" + "*".repeat(4999));
    texts.put("emphasis in emphasis", "*a ".repeat(2000) + "a*".repeat(2000));
    texts.put("mixed emphasis", "*a _a ".repeat(1000) + "a_ a*".repeat(800));
    texts.put("struck in struck", "~~a ".repeat(1500) + "a~~ ".repeat(1000));
    texts.put(
        "backticks of every length",
        IntStream.range(1, 140).mapToObj(i -> "`".repeat(i) + "a").reduce("", String::concat));
    texts.put("quotes and fences", "> ```\n> a\n".repeat(1000));
    texts.put("one word", "a".repeat(10000));
    texts.put("long link label", "[" + "a".repeat(999) + "]\n\n[" + "a".repeat(8000) + "]: b");
    texts.put("mentions and possessives", ("@a" + "'s".repeat(49) + " a b ").repeat(95));
    texts.put("quoted lines", "> > > > a\n".repeat(1000));
    return texts;
  }

  /** On a stack of a quarter of the usual size, so that depth shows long before it hurts. */
  @Test
  void render_pathologicalText_isBoundedInTimeDepthAndSize() throws InterruptedException {
    var failure = new AtomicReference<Throwable>();
    var thread = new Thread(null, MarkupLimitsTest::renderPathological, "small stack", 256 * 1024);
    thread.setUncaughtExceptionHandler((t, thrown) -> failure.set(thrown));
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }

  private static void renderPathological() {
    var slowest = new ArrayList<String>();
    texts()
        .forEach(
            (name, text) -> {
              assertThat(text.codePointCount(0, text.length()))
                  .as(name)
                  .isLessThanOrEqualTo(10_000);
              var rendering = Markup.render(text);
              long millis = bestMillis(text);
              slowest.add("%5d ms  %s -> %s".formatted(millis, name, size(rendering)));
              assertThat(millis).as(name).isLessThan(500);
              if (rendering instanceof Markup.Rendered rendered) {
                AllowedHtml.check(rendered.html(), name);
              }
              assertThat(Markup.plainHtml(text).getBytes(StandardCharsets.UTF_8).length)
                  .as(name)
                  .isLessThanOrEqualTo(Markup.MAX_BYTES);
            });
    slowest.stream().sorted().skip(slowest.size() - 6).forEach(System.out::println);
  }

  /** Processor time, because a machine that builds pauses everybody; the best of three. */
  private static long bestMillis(String text) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long start = THREADS.getCurrentThreadCpuTime();
      Markup.render(text);
      best = Math.min(best, THREADS.getCurrentThreadCpuTime() - start);
    }
    return best / 1_000_000;
  }

  private static String size(Markup.Rendering rendering) {
    return rendering instanceof Markup.Rendered rendered
        ? rendered.html().length() + " characters"
        : rendering.toString();
  }

  @Test
  void render_thousandsOfLinks_isRefusedAsTooLong() {
    String text = "www.a.b ".repeat(1250);
    assertThat(Markup.render(text))
        .isInstanceOfSatisfying(
            Markup.TooLong.class,
            refused -> assertThat(refused.bytes()).isGreaterThan(Markup.MAX_BYTES));
  }
}
