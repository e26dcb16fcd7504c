package dev.afterword.view;

import static dev.afterword.support.Eventually.passes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How often something may be done, by a clock that stands still. */
class PaceTest {
  private static final int BURST = 300;
  private static final long PERIOD_MS = 3_000;

  private final AtomicLong clock = new AtomicLong(1_000_000);
  private final Pace<String> pace = new Pace<>(true, BURST, PERIOD_MS, 100, clock::get);

  @Test
  void aBurstIsGranted_thenOneInEachPeriod() {
    assertThat(granted("a", 1_000)).isEqualTo(BURST);
    assertThat(pace.allows("a")).isFalse();
    clock.addAndGet(PERIOD_MS - 1);
    assertThat(granted("a", 10)).isZero();
    clock.addAndGet(1);
    assertThat(pace.allows("a")).isTrue();
    assertThat(granted("a", 10)).isEqualTo(1);
    clock.addAndGet(5 * PERIOD_MS);
    assertThat(granted("a", 10)).isEqualTo(5);
    clock.addAndGet(2 * BURST * PERIOD_MS);
    assertThat(granted("a", 1_000)).isEqualTo(BURST);
  }

  @Test
  void atOnceFromManyThreads_noneIsGrantedTwice() {
    assertThat(IntStream.range(0, 10_000).parallel().filter(i -> pace.take("a")).count())
        .isEqualTo(BURST);
  }

  @Test
  void whatDidNotCount_isGivenBack() {
    for (int i = 0; i < 5 * BURST; i++) {
      assertThat(pace.take("a")).isTrue();
      pace.giveBack("a");
    }
    assertThat(granted("a", 1_000)).isEqualTo(BURST);
    pace.giveBack("a");
    assertThat(granted("a", 10)).isEqualTo(1);
  }

  @Test
  void eachHasAPaceOfItsOwn() {
    granted("a", 1_000);
    assertThat(granted("b", 1_000)).isEqualTo(BURST);
  }

  @Test
  void noMoreThanTheBound_areRemembered() {
    var once = new Pace<Integer>(true, 1, BURST * PERIOD_MS, 100, clock::get);
    assertThat(IntStream.range(0, 1_000).allMatch(once::take)).isTrue();
    passes(
        "all but a hundred are forgotten",
        () -> assertThat(IntStream.range(0, 1_000).filter(once::allows).count()).isEqualTo(900));
  }

  @Test
  void withoutLimits_nobodyIsLookedUp() {
    var unlimited = new Pace<Object>(false, 1, PERIOD_MS, 100, clock::get);
    var who =
        new Object() {
          @Override
          public int hashCode() {
            throw new AssertionError("was looked up");
          }
        };
    for (int i = 0; i < 3; i++) {
      assertThat(unlimited.allows(who)).isTrue();
      assertThat(unlimited.take(who)).isTrue();
    }
    unlimited.giveBack(who);
  }

  private int granted(String who, int tries) {
    return (int) IntStream.range(0, tries).filter(i -> pace.take(who)).count();
  }
}
