package dev.afterword.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.identity.Keys;
import dev.afterword.support.OnStore;
import dev.afterword.support.Resp;
import dev.afterword.support.TestStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * How near the estimate of a day's visitors is: the hashes are the server's, the sketch Redis's.
 */
@OnStore
class VisitorsTest {
  private static final int DAYS = 30;
  private static final int VISITORS = 100_000;
  private static final int BATCH = 500;
  private static final String SKETCH = "{visitors-test}";

  @Test
  void theEstimateOfADay_isNear() {
    var secret = "k3q9-a-long-word-of-the-tests-0123456789".getBytes(StandardCharsets.UTF_8);
    var keys = new Keys(List.of(secret));
    double sum = 0;
    try (var resp = Resp.connect(TestStore.address())) {
      for (int day = 0; day < DAYS; day++) {
        resp.call("DEL", SKETCH);
        for (int first = 0; first < VISITORS; first += BATCH) {
          resp.send(add(keys, "salt " + day, first));
        }
        for (int first = 0; first < VISITORS; first += BATCH) {
          resp.read();
        }
        double error = resp.number("PFCOUNT", SKETCH) / (double) VISITORS - 1;
        assertThat(error).as("day " + day).isBetween(-0.03, 0.03);
        sum += error;
      }
      resp.call("DEL", SKETCH);
    }
    assertThat(sum / DAYS).isBetween(-0.004, 0.004);
  }

  private static String[] add(Keys keys, String salt, int first) {
    var command = new String[2 + BATCH];
    command[0] = "PFADD";
    command[1] = SKETCH;
    for (int i = 0; i < BATCH; i++) {
      int visitor = first + i;
      byte[] address = {10, (byte) (visitor >> 16), (byte) (visitor >> 8), (byte) visitor};
      command[2 + i] = keys.visitor("news", salt, address, TestServer.BROWSER);
    }
    return command;
  }
}
