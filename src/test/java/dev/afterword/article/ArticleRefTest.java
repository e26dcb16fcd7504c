package dev.afterword.article;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArticleRefTest {
  private static final ArticleKey KEY = ArticleKey.of("/a", List.of());

  /** Computed apart: {@code printf 'demo\0/a' | sha256sum} begins with 59d24ceb45040870. */
  @Test
  void of_siteAndKey_isTheFirstSixtyBits() {
    var ref = ArticleRef.of("demo", 16, KEY);
    assertThat(ref.number()).isEqualTo(0x59D24CEB4504087L);
    assertThat(ref.bucket()).isEqualTo((int) (ref.number() % 16));
    assertThat(ref.id()).hasSize(12).isEqualTo("b794pqq50g47");
    assertThat(ref.tag()).isEqualTo("{demo:07}");
    assertThat(ref.at("thread")).isEqualTo("{demo:07}:thread:b794pqq50g47");
    assertThat(ref).isEqualTo(new ArticleRef("demo", KEY, ref.number(), ref.bucket()));
  }

  @Test
  void id_everyNumber_readsBack() {
    for (long number : new long[] {0, 1, 31, 32, (1L << 60) - 1, 123_456_789_012L}) {
      assertThat(ArticleRef.id(number)).hasSize(12);
      assertThat(ArticleRef.numberOf(ArticleRef.id(number))).hasValue(number);
    }
    assertThat(ArticleRef.id(31)).isEqualTo("00000000000v");
    for (String no :
        List.of("", "0", "00000000000V", "00000000000w", "0000000000000", "-0000000000")) {
      assertThat(ArticleRef.numberOf(no)).as(no).isEmpty();
    }
    assertThatThrownBy(() -> ArticleRef.id(1L << 60)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ArticleRef.id(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tag_everyBucket_hasTwoDigitsAtLeast() {
    assertThat(ArticleRef.tag("news", 0)).isEqualTo("{news:00}");
    assertThat(ArticleRef.tag("news", 15)).isEqualTo("{news:15}");
    assertThat(ArticleRef.tag("news", 4095)).isEqualTo("{news:4095}");
    assertThatThrownBy(() -> ArticleRef.tag("a}b", 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ArticleRef.tag("a", 4096))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ArticleRef.bucketOf(1, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void of_manyArticles_spreadsOverAllBuckets() {
    var counts = new int[16];
    IntStream.range(0, 16_000)
        .map(i -> ArticleRef.of("demo", 16, new ArticleKey("/" + i)).bucket())
        .forEach(bucket -> counts[bucket]++);
    assertThat(IntStream.of(counts)).allSatisfy(n -> assertThat(n).isBetween(850, 1150));
  }
}
