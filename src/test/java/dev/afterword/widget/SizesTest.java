package dev.afterword.widget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.aayushatharva.brotli4j.encoder.Encoder;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a page has to load for us, compressed as by a proxy that does it well, in bytes. */
class SizesTest {
  /**
   * @param most of the list page's script what was promised; of the thread's two what they weigh
   *     now, so that they grow no further
   */
  @ParameterizedTest
  @CsvSource({"counts.js, 1500", "embed.js, 19050", "writing.js, 7900"})
  void aScript_isLight(String script, int most) throws IOException {
    assumeTrue(Brotli4jLoader.isAvailable(), "no Brotli for this machine");
    var quality = new Encoder.Parameters().setQuality(11).setWindow(22);
    var packed = Encoder.compress(ScriptRoutes.script(script).getBytes(), quality);
    assertThat(packed).as(script).hasSizeLessThanOrEqualTo(most);
  }
}
