package dev.afterword;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTest {
  private static final String GOOD = "q7-Tz0w_long-enough-and-random-Kx93mP";

  @TempDir Path folder;

  private static List<String> faults(Map<String, String> environment, Path file) {
    var thrown =
        catchThrowableOfType(Config.InvalidException.class, () -> Config.from(environment, file));
    return thrown == null ? List.of() : thrown.faults();
  }

  private static List<String> faults(String name, String value) {
    return faults(Map.of(name, value), null);
  }

  @Test
  void nothingGiven_theDefaults() throws Exception {
    var config = Config.from(Map.of("PATH", "/bin"), null);
    assertThat(config.listener()).isEqualTo(new Config.Listener("127.0.0.1", 8080));
    assertThat(config.operations()).isEqualTo(new Config.Listener("127.0.0.1", 8081));
    assertThat(config.redis()).isNull();
    assertThat(config.demo()).isTrue();
    assertThat(config.limits()).isTrue();
    assertThat(config.viewWindow()).isEqualTo(Duration.ofMinutes(30));
    assertThat(config.editWindow()).isEqualTo(Duration.ofMinutes(15));
    assertThat(config.trustedProxies()).isEmpty();
    assertThat(config.secrets()).isEmpty();
    assertThat(config.replicas()).isZero();
    assertThat(config.publicUrl()).isNull();
  }

  @Test
  void aConfiguredRedis_noDemoUnlessAsked() throws Exception {
    var shared = Map.of("AFTERWORD_REDIS", "redis://localhost", "AFTERWORD_SECRET", GOOD);
    assertThat(Config.from(shared, null).demo()).isFalse();
  }

  @Test
  void fileAndEnvironment_theEnvironmentWins() throws Exception {
    var file =
        file("port: 9000\nview_window: 2h\nlimits: off\ndemo: false\nops-port: 9001\n# a word\n");
    var config = Config.from(Map.of("AFTERWORD_PORT", "9100"), file);
    assertThat(config.listener().port()).isEqualTo(9100);
    assertThat(config.operations().port()).isEqualTo(9001);
    assertThat(config.viewWindow()).isEqualTo(Duration.ofHours(2));
    assertThat(config.limits()).isFalse();
    assertThat(config.demo()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "AFTERWORD_PORT,65536",
    "AFTERWORD_PORT,-1",
    "AFTERWORD_OPS_PORT,http",
    "AFTERWORD_OPS_PORT,8080",
    "AFTERWORD_PUBLIC_URL,news.example",
    "AFTERWORD_PUBLIC_URL,ftp://news.example",
    "AFTERWORD_PUBLIC_URL,https://me@news.example",
    "AFTERWORD_PUBLIC_URL,https://news.example/?a=b",
    "AFTERWORD_PUBLIC_URL,https://news.example/#top",
    "AFTERWORD_PUBLIC_URL,https://news.example:65536",
    "AFTERWORD_PUBLIC_URL,https:news.example",
    "AFTERWORD_REDIS,localhost:6379",
    "AFTERWORD_REDIS_MODE,ring",
    "AFTERWORD_REDIS_MODE,cluster",
    "AFTERWORD_SECRET,short",
    "AFTERWORD_SECRET,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "AFTERWORD_SECRET,please-change-me-please-change-me-1234",
    "AFTERWORD_SECRET_FILE,/no/such/file",
    "AFTERWORD_DEMO,yes",
    "AFTERWORD_LIMITS,none",
    "AFTERWORD_TRUSTED_PROXIES,10.0.0.0/99",
    "AFTERWORD_VIEW_WINDOW,30",
    "AFTERWORD_VIEW_WINDOW,48h",
    "AFTERWORD_VIEW_WINDOW,86401s",
    "AFTERWORD_EDIT_WINDOW,0m",
    "AFTERWORD_EDIT_WINDOW,366d",
    "AFTERWORD_EDIT_WINDOW,999999d",
    "AFTERWORD_REPLICAS,1",
    "AFTERWORD_REPLICAS,10",
    "AFTERWORD_REPLICAS,two",
    "AFTERWORD_PROT,8080"
  })
  void aBadValue_isNamedInOneLine(String name, String value) {
    assertThat(faults(name, value)).hasSize(1).first().asString().startsWith(name + ": ");
    assertThat(faults(name, value).get(0)).doesNotContain("\n");
  }

  @Test
  void severalFaults_areAllTold() throws IOException {
    var environment =
        Map.of(
            "AFTERWORD_PORT",
            "x",
            "AFTERWORD_SECRET",
            "short",
            "AFTERWORD_REDIS",
            "localhost",
            "AFTERWORD_REDIS_MODE",
            "ring",
            "AFTERWORD_TRUSTED_PROXIES",
            "here",
            "AFTERWORD_TYPO",
            "1");
    var faults = faults(environment, file("limits: perhaps\n"));
    assertThat(faults.stream().map(fault -> fault.substring(0, fault.indexOf(':'))))
        .containsExactlyInAnyOrder(
            "AFTERWORD_PORT",
            "AFTERWORD_SECRET",
            "AFTERWORD_REDIS",
            "AFTERWORD_REDIS_MODE",
            "AFTERWORD_TRUSTED_PROXIES",
            "AFTERWORD_TYPO",
            "AFTERWORD_LIMITS");
    assertThat(faults.toString()).doesNotContain("short");
  }

  @Test
  void aSharedStoreWithoutASecret_isRefused() {
    assertThat(faults("AFTERWORD_REDIS", "redis://localhost"))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("AFTERWORD_SECRET: required");
  }

  @Test
  void windows_asLongAsASitesSettingsMayHaveThem() throws Exception {
    var longest =
        Config.from(Map.of("AFTERWORD_VIEW_WINDOW", "1d", "AFTERWORD_EDIT_WINDOW", "365d"), null);
    assertThat(longest.viewWindow()).isEqualTo(Duration.ofDays(1));
    assertThat(longest.editWindow()).isEqualTo(Duration.ofDays(365));
  }

  @ParameterizedTest
  @CsvSource({
    "https://Comments.Example:443, https://comments.example",
    "http://comments.example:80/a/, http://comments.example/a",
    "HTTPS://comments.example:8443//, https://comments.example:8443",
    "http://[2001:DB8::1]:8080, http://[2001:db8::1]:8080"
  })
  void aPublicAddress_isBroughtToTheFormOfAnOrigin(String given, String url) throws Exception {
    assertThat(Config.from(Map.of("AFTERWORD_PUBLIC_URL", given), null).publicUrl()).isEqualTo(url);
  }

  @Test
  void replicas_ofAConfiguredStore() throws Exception {
    var shared =
        Map.of(
            "AFTERWORD_REDIS",
            "redis://localhost",
            "AFTERWORD_SECRET",
            GOOD,
            "AFTERWORD_REPLICAS",
            "2");
    var config = Config.from(shared, null);
    assertThat(config.replicas()).isEqualTo(2);
    assertThat(config.describe().lines()).contains("AFTERWORD_REPLICAS=2");
  }

  @Test
  void severalAddressesNeedAMode() {
    var faults =
        faults(Map.of("AFTERWORD_REDIS", "redis://a,redis://b", "AFTERWORD_SECRET", GOOD), null);
    assertThat(faults).hasSize(1).first().asString().startsWith("AFTERWORD_REDIS_MODE: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "redis://",
        "redis://h/x",
        "redis://h:port",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:1/tmp/x.sock"
      })
  void anAddressThatMakesNoSense_isOneFault(String uri) {
    assertThat(faults(Map.of("AFTERWORD_REDIS", uri, "AFTERWORD_SECRET", GOOD), null))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("AFTERWORD_REDIS: must be ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"redis://[::1]:6379/3", "rediss://u:p@redis.example", "unix:///run/redis.sock"})
  void anAddressThatMakesSense_isTaken(String uri) {
    assertThat(faults(Map.of("AFTERWORD_REDIS", uri, "AFTERWORD_SECRET", GOOD), null)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"- a\n- b\n", "port: [1\n", "just words\n"})
  void aFileOfAnotherKind_isOneFault(String text) throws IOException {
    var faults = faults(Map.of(), file(text));
    assertThat(faults).hasSize(1);
    assertThat(faults.get(0)).contains("afterword.yaml").doesNotContain("\n");
  }

  @Test
  void noFile_isOneFault() {
    assertThat(faults(Map.of(), folder.resolve("absent"))).hasSize(1);
  }

  @Test
  void secrets_twoWhileTheyRotate() throws Exception {
    var config = Config.from(Map.of("AFTERWORD_SECRET", GOOD + " " + GOOD + "2"), null);
    assertThat(config.secrets()).hasSize(2);
    var kept = Files.writeString(folder.resolve("secret"), GOOD + "\n" + GOOD + "3\n");
    assertThat(Config.from(Map.of("AFTERWORD_SECRET_FILE", kept.toString()), null).secrets())
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://:hidden-word@h:1",
        "redis://user:hidden-word@h:1/2",
        "rediss://h:1?user=me&password=hidden-word",
        "unix:///tmp/s.sock?password=hidden-word&select=1",
        "redis://:hidden%2Fword-hidden-word@h"
      })
  void describe_masksPasswords(String uri) throws Exception {
    var described =
        Config.from(Map.of("AFTERWORD_REDIS", uri, "AFTERWORD_SECRET", GOOD), null).describe();
    assertThat(described).doesNotContain("hidden-word").doesNotContain(GOOD).contains("***");
    assertThat(described.lines()).contains("AFTERWORD_SECRET=(1 given)");
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("afterword.yaml"), text);
  }
}
