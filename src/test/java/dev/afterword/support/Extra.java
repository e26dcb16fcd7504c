package dev.afterword.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What some tests need and a machine may lack. Such tests are annotated {@link NeedsDocker}, {@link
 * NeedsCluster}, {@link NeedsBrowser}, {@link NeedsMount} or {@link NeedsAutobahn}, or ask for it
 * themselves, and are skipped with a reason. Two environment variables, lists such as {@code
 * docker,browser}, change that: {@code AFTERWORD_TEST_REQUIRE} makes them fail instead, {@code
 * AFTERWORD_TEST_WITHOUT} treats the extra as missing.
 */
public enum Extra {
  DOCKER {
    @Override
    Optional<String> look() {
      return Docker.missing();
    }
  },
  CLUSTER {
    @Override
    Optional<String> look() {
      return StoreProgram.REDIS.path().map(Extra::tooOld).orElse(Optional.of("no redis-server"));
    }
  },
  MOUNT {
    @Override
    Optional<String> look() {
      return Mount.missing();
    }
  },
  VALKEY {
    @Override
    Optional<String> look() {
      return StoreProgram.VALKEY.path().isPresent()
          ? Optional.empty()
          : Optional.of("no valkey-server");
    }
  },
  BROWSER {
    @Override
    Optional<String> look() {
      return Browser.executable().isPresent() ? Optional.empty() : Optional.of("no Chromium found");
    }
  },
  AUTOBAHN {
    @Override
    Optional<String> look() {
      return Autobahn.missing();
    }
  };

  private static final Map<Extra, Optional<String>> MISSING = new ConcurrentHashMap<>();

  /** Why the extra is not there; empty when it is. Looked up once. */
  public Optional<String> missing() {
    return MISSING.computeIfAbsent(
        this,
        extra ->
            extra.listed("AFTERWORD_TEST_WITHOUT")
                ? Optional.of("left out by AFTERWORD_TEST_WITHOUT")
                : extra.look());
  }

  /** Skips the test of the moment where the extra is missing; fails it where it is required. */
  public void assumeIsThere() {
    String why = missing().orElse(null);
    if (why != null && isRequired()) {
      throw new IllegalStateException("Required here, but missing: " + tag() + ": " + why);
    }
    Assumptions.assumeTrue(why == null, why);
  }

  public boolean isRequired() {
    return listed("AFTERWORD_TEST_REQUIRE");
  }

  abstract Optional<String> look();

  String tag() {
    return name().toLowerCase(Locale.ROOT);
  }

  private boolean listed(String variable) {
    String list = System.getenv(variable);
    return list != null && List.of(list.trim().split("[, ]+")).contains(tag());
  }

  private static Optional<String> tooOld(Path redis) {
    try {
      Process process = new ProcessBuilder(redis.toString(), "--version").start();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      Matcher version = Pattern.compile("v=(\\d+)\\.(\\d+)").matcher(answer);
      if (!version.find()) {
        return Optional.of("cannot tell the version of " + redis);
      }
      int major = Integer.parseInt(version.group(1));
      int minor = Integer.parseInt(version.group(2));
      return major > 6 || (major == 6 && minor >= 2)
          ? Optional.empty()
          : Optional.of("redis-server is older than 6.2");
    } catch (IOException e) {
      return Optional.of("redis-server does not start: " + e.getMessage());
    }
  }

  /** Skips or fails what is tagged with an extra that is missing. */
  static final class Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
      return Arrays.stream(values())
          .filter(extra -> context.getTags().contains(extra.tag()))
          .flatMap(extra -> extra.missing().map(why -> judge(extra, why)).stream())
          .findFirst()
          .orElse(ConditionEvaluationResult.enabled("all extras are there"));
    }

    private static ConditionEvaluationResult judge(Extra extra, String why) {
      if (extra.isRequired()) {
        throw new IllegalStateException("Required here, but missing: " + extra.tag() + ": " + why);
      }
      return ConditionEvaluationResult.disabled(why);
    }
  }
}
