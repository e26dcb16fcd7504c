package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.article.AliasStore;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.comment.Check;
import dev.afterword.comment.Finding;
import dev.afterword.comment.Submission;
import dev.afterword.comment.Submission.Author;
import dev.afterword.comment.Submission.Form;
import dev.afterword.identity.ArticleRule;
import dev.afterword.identity.Rules;
import dev.afterword.identity.SingleSignOn;
import dev.afterword.identity.Site;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each check by itself. */
class ChecksTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static final Form PLAIN = new Form(false, null);
  private static final String LONG = "A text of more than twenty characters.";

  private final Words words = new Words(VERTX);

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void all_tellsTheStrictest() {
    Check holds = submission -> Future.succeededFuture(Finding.hold("one"));
    Check holdsToo = submission -> Future.succeededFuture(Finding.hold("two"));
    Check refuses = submission -> Future.succeededFuture(Finding.refuse("three"));
    Check allows = submission -> Future.succeededFuture(Finding.ALLOWED);
    var any = submission("Hello", 0, PLAIN);
    assertThat(look(Check.all(List.of()), any)).isEqualTo(Finding.ALLOWED);
    assertThat(look(Check.all(List.of(allows, holds, holdsToo)), any))
        .isEqualTo(Finding.hold("one"));
    assertThat(look(Check.all(List.of(holds, refuses, allows)), any))
        .isEqualTo(Finding.refuse("three"));
  }

  @ParameterizedTest
  @CsvSource({"0,false", "5,false", "6,true", "100,true"})
  void links_holdsMoreThanTheSiteLetsThrough(int links, boolean held) {
    assertThat(look(new Links(), submission("Hello", links, PLAIN)))
        .isEqualTo(held ? Finding.hold("links") : Finding.ALLOWED);
  }

  @Test
  void honeypot_holdsWhoFellIntoIt() {
    assertThat(look(new Honeypot(), submission("Hello", 0, new Form(true, null))))
        .isEqualTo(Finding.hold("honeypot"));
    assertThat(look(new Honeypot(), submission("Hello", 0, PLAIN))).isEqualTo(Finding.ALLOWED);
  }

  @Test
  void speed_holdsWhatNobodyTypesInThatTime() {
    assertThat(speed(LONG, 1_499L)).isEqualTo(Finding.hold("speed"));
    assertThat(speed("\uD83D\uDE00".repeat(21), 0L)).isEqualTo(Finding.hold("speed"));
    assertThat(speed("\uD83D\uDE00".repeat(20), 0L)).isEqualTo(Finding.ALLOWED);
    assertThat(speed("Thank you.", 0L)).isEqualTo(Finding.ALLOWED);
    assertThat(speed(LONG, 1_500L)).isEqualTo(Finding.ALLOWED);
    assertThat(speed(LONG, null)).isEqualTo(Finding.ALLOWED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Some waiting here",
        "Some w.a.i.t.i.n.g here",
        "Some wai**ting** here",
        "Some w&#97;iting here",
        "See [this](https://waiting.example)",
      })
  void words_holdsWhatIsWrittenAndWhatIsShown(String text) {
    assertThat(look(words, submission(text, 0, PLAIN))).isEqualTo(Finding.hold("words"));
  }

  @Test
  void words_refusesBeforeItHolds() {
    assertThat(look(words, submission("waiting, worse", 0, PLAIN)))
        .isEqualTo(Finding.refuse("words"));
    assertThat(look(words, submission("Hello", 0, PLAIN))).isEqualTo(Finding.ALLOWED);
  }

  @Test
  void words_looksAtTheName() {
    var named = submission(site(1, List.of()), "Hello", "Worse Luck", 0, PLAIN);
    assertThat(look(words, named)).isEqualTo(Finding.refuse("words"));
  }

  @Test
  void words_knowsWhenTheSettingsHaveChanged() {
    var text = "Something fresh";
    assertThat(look(words, submission(site(1, List.of()), text, "Ada", 0, PLAIN)))
        .isEqualTo(Finding.ALLOWED);
    assertThat(look(words, submission(site(2, List.of("fresh")), text, "Ada", 0, PLAIN)))
        .isEqualTo(Finding.hold("words"));
  }

  private static Finding speed(String text, Long openMs) {
    return look(new Speed(), submission(text, 0, new Form(false, openMs)));
  }

  private static Finding look(Check check, Submission submission) {
    try {
      return check
          .look(submission)
          .toCompletionStage()
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Submission submission(String text, int links, Form form) {
    return submission(site(1, List.of()), text, "Ada", links, form);
  }

  private static Submission submission(Site site, String text, String name, int links, Form form) {
    var author = new Author("g1", name, "guest", true);
    var article = ArticleRef.of("checked", 16, ArticleKey.of("/a", List.of()));
    return new Submission(
        site, article, author, text, List.of(), links, "network", "attempt", form);
  }

  private static Site site(long version, List<String> moreHeld) {
    var held = new ArrayList<>(List.of("waiting"));
    held.addAll(moreHeld);
    var rules = new Rules(false, 0, 5, 0, false, held, List.of("worse"), 0, true, Map.of());
    return new Site(
        "checked",
        version,
        16,
        List.of(),
        Set.of(),
        Duration.ofMinutes(30),
        Duration.ofMinutes(15),
        ArticleRule.ANY,
        new SingleSignOn("", "", ""),
        List.of(),
        rules,
        new AliasStore(null));
  }
}
