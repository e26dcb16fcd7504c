package dev.afterword.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import io.netty.util.NetUtil;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** How many come from one neighbourhood, by a clock that stands still. */
class CrowdsTest {
  private static final ArticleRef ARTICLE = ArticleRef.of("news", 16, new ArticleKey("/a"));

  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final Crowds crowds = new Crowds(true, clock::get);

  @Test
  void aBurstEnters_thenOneInEachPeriod() {
    assertThat(entering("192.0.2.1", 1_000)).isEqualTo(Crowds.BURST);
    assertThat(crowds.wouldEnter(ARTICLE, address("192.0.2.200"))).isFalse();
    clock.addAndGet(Crowds.PERIOD_MS - 1);
    assertThat(entering("192.0.2.2", 10)).isZero();
    clock.addAndGet(1);
    assertThat(crowds.wouldEnter(ARTICLE, address("192.0.2.2"))).isTrue();
    assertThat(entering("192.0.2.2", 10)).isEqualTo(1);
    clock.addAndGet(5 * Crowds.PERIOD_MS);
    assertThat(entering("192.0.2.3", 10)).isEqualTo(5);
  }

  @Test
  void anEntryThatWasNoView_isGivenBack() {
    for (int i = 0; i < 5 * Crowds.BURST; i++) {
      assertThat(crowds.enter(ARTICLE, address("192.0.2.1"))).isTrue();
      crowds.leave(ARTICLE, address("192.0.2.1"));
    }
    assertThat(entering("192.0.2.1", 1_000)).isEqualTo(Crowds.BURST);
  }

  @Test
  void whoIsElsewhere_isAnotherCrowd() {
    entering("192.0.2.1", 1_000);
    entering("2001:db8:1::1", 1_000);
    assertThat(crowds.wouldEnter(ARTICLE, address("192.0.3.1"))).isTrue();
    assertThat(crowds.wouldEnter(ARTICLE, address("2001:db8:1:ffff::1"))).isFalse();
    assertThat(crowds.wouldEnter(ARTICLE, address("2001:db8:2::1"))).isTrue();
    var other = ArticleRef.of("news", 16, new ArticleKey("/b"));
    assertThat(crowds.wouldEnter(other, address("192.0.2.1"))).isTrue();
  }

  @Test
  void withoutLimits_everybodyEnters() {
    var open = new Crowds(false, clock::get);
    for (int i = 0; i < 2 * Crowds.BURST; i++) {
      assertThat(open.enter(ARTICLE, address("192.0.2.1"))).isTrue();
    }
  }

  private int entering(String from, int tries) {
    int entered = 0;
    for (int i = 0; i < tries; i++) {
      entered += crowds.enter(ARTICLE, address(from)) ? 1 : 0;
    }
    return entered;
  }

  private static byte[] address(String text) {
    return NetUtil.createByteArrayFromIpAddressString(text);
  }
}
