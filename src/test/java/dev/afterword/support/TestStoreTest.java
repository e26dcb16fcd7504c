package dev.afterword.support;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

@OnStore
class TestStoreTest {
  @Test
  void answersAndSaysWhatItIs() {
    try (Resp resp = TestStore.connect()) {
      assertThat(resp.text("PING")).isEqualTo("PONG");
      assertThat(resp.list("CONFIG", "GET", "append*"))
          .containsSequence("appendonly", "yes")
          .containsSequence("appendfsync", "always");
    }
    assertThat(TestStore.kind()).startsWith("Redis ");
    System.out.println(TestStore.kind());
  }

  @Test
  void isEmptyWhenFresh() {
    try (Resp resp = Resp.connect(TestStore.fresh())) {
      resp.call("SET", "greeting", "grüß dich\r\n");
      assertThat(resp.text("GET", "greeting")).isEqualTo("grüß dich\r\n");
      TestStore.fresh();
      assertThat(resp.number("DBSIZE")).isZero();
    }
  }

  @Test
  @NeedsDocker
  void runsInDockerWhereDockerAnswers() {
    assertThat(TestStore.kind()).contains("in Docker");
  }
}
