package dev.afterword.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import io.netty.util.NetUtil;
import org.junit.jupiter.api.Test;

class CrowdTest {
  @Test
  void whoComesFromNearby_isTheSameCrowd() {
    assertThat(crowd("/a", "192.0.2.200")).isEqualTo(crowd("/a", "192.0.2.1"));
    assertThat(crowd("/a", "2001:db8:1:ffff::1")).isEqualTo(crowd("/a", "2001:db8:1::1"));
  }

  @Test
  void whoIsElsewhere_isAnother() {
    assertThat(crowd("/a", "192.0.3.1")).isNotEqualTo(crowd("/a", "192.0.2.1"));
    assertThat(crowd("/a", "2001:db8:2::1")).isNotEqualTo(crowd("/a", "2001:db8:1::1"));
    assertThat(crowd("/b", "192.0.2.1")).isNotEqualTo(crowd("/a", "192.0.2.1"));
    // The first bits of one family are not those of the other.
    assertThat(crowd("/a", "0:c0:2::1")).isNotEqualTo(crowd("/a", "192.0.2.1"));
  }

  private static Crowd crowd(String article, String address) {
    return Crowd.of(
        ArticleRef.of("news", 16, new ArticleKey(article)),
        NetUtil.createByteArrayFromIpAddressString(address));
  }
}
