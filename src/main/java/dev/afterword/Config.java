package dev.afterword;

import dev.afterword.http.Proxies;
import dev.afterword.identity.Keys;
import dev.afterword.identity.SiteOrigin;
import dev.afterword.redis.RedisAddress;
import io.vertx.redis.client.RedisClientType;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The configuration: read once, typed, every fault told at once. The only reader of the environment
 * and of the configuration file.
 *
 * @param listener where readers are answered
 * @param publicUrl what readers use, without a trailing slash; {@code null} for the listener's
 *     address
 * @param operations where operators are answered
 * @param data the data directory
 * @param redis a configured store; {@code null} for the embedded one
 * @param replicas how many replicas must have a comment before it is acknowledged
 * @param secrets configured secrets, the first signs; empty when one is to be generated
 * @param demo whether the demo article and its site are served
 * @param trustedProxies networks whose {@code X-Forwarded-For} is believed
 * @param limits whether rates are limited
 * @param viewWindow a new site's view window, 1 second to 1 day
 * @param editWindow a new site's edit window, 1 second to 365 days
 */
public record Config(
    Listener listener,
    @Nullable String publicUrl,
    Listener operations,
    Path data,
    @Nullable RedisAddress redis,
    int replicas,
    List<byte[]> secrets,
    boolean demo,
    List<String> trustedProxies,
    boolean limits,
    Duration viewWindow,
    Duration editWindow) {

  /** Addresses that the client can read: it throws at others. */
  private static final Pattern STORE =
      Pattern.compile(
          "rediss?://([^@/]*@)?([^:/?#@\\s]+|\\[[0-9a-fA-F:]+])(:(?<port>\\d{1,5}))?(/\\d{0,4})?([?#].*)?"
              + "|unix://.+");

  /** As long as the settings of a site may have it, by the API's document. */
  private static final Duration LONGEST_VIEW_WINDOW = Duration.ofDays(1);

  private static final Duration LONGEST_EDIT_WINDOW = Duration.ofDays(365);

  /** The least length of a secret, in bytes. */
  static final int SECRET_BYTES = 32;

  /**
   * A listening address.
   *
   * @param port 0 takes a free one
   */
  public record Listener(String host, int port) {
    private static final Set<String> EVERYWHERE = Set.of("0.0.0.0", "::", "[::]");

    /** Whether another listener would share its address: then each would get half the requests. */
    boolean meets(Listener other) {
      boolean near =
          host.equals(other.host) || EVERYWHERE.contains(host) || EVERYWHERE.contains(other.host);
      return port != 0 && port == other.port && near;
    }
  }

  /** What is wrong with a configuration, all of it. */
  public static final class InvalidException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    InvalidException(List<String> faults) {
      super(String.join("\n", faults));
      this.faults = List.copyOf(faults);
    }

    /** One sentence for each fault. */
    public List<String> faults() {
      return faults;
    }
  }

  /**
   * Reads the configuration of this process.
   *
   * @param file a file with the same names, or {@code null}; the environment wins over it
   * @throws InvalidException with every fault
   */
  public static Config load(@Nullable Path file) throws InvalidException {
    return from(System.getenv(), file);
  }

  /**
   * Reads a configuration.
   *
   * @param environment names and values, of which those that begin with {@code AFTERWORD_} count
   */
  static Config from(Map<String, String> environment, @Nullable Path file) throws InvalidException {
    var faults = new ArrayList<String>();
    var settings = Settings.read(environment, file, faults);
    var redis = redis(settings, faults);
    var config =
        new Config(
            new Listener(
                settings.text("AFTERWORD_HOST", "127.0.0.1"),
                settings.port("AFTERWORD_PORT", 8080)),
            publicUrl(settings, faults),
            new Listener(
                settings.text("AFTERWORD_OPS_HOST", "127.0.0.1"),
                settings.port("AFTERWORD_OPS_PORT", 8081)),
            Path.of(settings.text("AFTERWORD_DATA", "./data")),
            redis,
            replicas(settings, faults),
            secrets(settings, redis != null, faults),
            settings.flag("AFTERWORD_DEMO", redis == null, "true", "false"),
            proxies(settings, faults),
            settings.flag("AFTERWORD_LIMITS", true, "on", "off"),
            settings.duration("AFTERWORD_VIEW_WINDOW", Duration.ofMinutes(30), LONGEST_VIEW_WINDOW),
            settings.duration(
                "AFTERWORD_EDIT_WINDOW", Duration.ofMinutes(15), LONGEST_EDIT_WINDOW));
    if (config.operations.meets(config.listener)) {
      faults.add(
          "AFTERWORD_OPS_PORT: must be another port than AFTERWORD_PORT, which is "
              + config.listener.port()
              + " too.");
    }
    settings.refuseUnknown();
    if (!faults.isEmpty()) {
      throw new InvalidException(faults);
    }
    return config;
  }

  private static @Nullable String publicUrl(Settings settings, List<String> faults) {
    var given = settings.text("AFTERWORD_PUBLIC_URL", "");
    if (given.isEmpty()) {
      return null;
    }
    try {
      var url = URI.create(given);
      // In the form that browsers send, to be compared with.
      var origin = SiteOrigin.of(url.getScheme() + "://" + url.getRawAuthority());
      var bare = url.getHost() != null && url.getRawQuery() == null && url.getRawFragment() == null;
      if (origin.isPresent() && bare) {
        return origin.get() + url.getRawPath().replaceAll("/+$", "");
      }
    } catch (IllegalArgumentException e) {
      // Told below, like an address of another kind.
    }
    faults.add(
        "AFTERWORD_PUBLIC_URL: must be an http or https address, without user, query and fragment.");
    return null;
  }

  private static boolean isPort(@Nullable String digits) {
    return digits == null || (Integer.parseInt(digits) > 0 && Integer.parseInt(digits) < 1 << 16);
  }

  private static @Nullable RedisAddress redis(Settings settings, List<String> faults) {
    var given = settings.text("AFTERWORD_REDIS", "");
    var mode = settings.text("AFTERWORD_REDIS_MODE", "");
    if (!mode.matches("|cluster|sentinel|replication")) {
      faults.add("AFTERWORD_REDIS_MODE: must be cluster, sentinel or replication.");
    } else if (given.isEmpty() && !mode.isEmpty()) {
      faults.add("AFTERWORD_REDIS_MODE: means nothing without AFTERWORD_REDIS.");
    }
    if (given.isEmpty()) {
      return null;
    }
    var uris = List.of(given.split("\\s*,\\s*"));
    for (var uri : uris) {
      var parts = STORE.matcher(uri);
      if (!parts.matches() || !isPort(parts.group("port"))) {
        faults.add(
            "AFTERWORD_REDIS: must be redis://host:port/number, rediss:// or unix:// addresses.");
        return null;
      }
    }
    if (mode.isEmpty() && uris.size() > 1) {
      faults.add("AFTERWORD_REDIS_MODE: needed with several addresses.");
      return null;
    }
    var type =
        switch (mode) {
          case "cluster" -> RedisClientType.CLUSTER;
          case "sentinel" -> RedisClientType.SENTINEL;
          case "replication" -> RedisClientType.REPLICATION;
          default -> RedisClientType.STANDALONE;
        };
    return new RedisAddress(type, uris);
  }

  private static int replicas(Settings settings, List<String> faults) {
    var given = settings.text("AFTERWORD_REPLICAS", "0");
    if (!given.matches("[0-9]")) {
      faults.add("AFTERWORD_REPLICAS: must be a number from 0 to 9, not '" + given + "'.");
      return 0;
    }
    if (!given.equals("0") && settings.text("AFTERWORD_REDIS", "").isEmpty()) {
      faults.add("AFTERWORD_REPLICAS: the embedded store has none; set AFTERWORD_REDIS.");
    }
    return Integer.parseInt(given);
  }

  private static List<byte[]> secrets(Settings settings, boolean shared, List<String> faults) {
    var given = settings.text("AFTERWORD_SECRET", "");
    var file = settings.text("AFTERWORD_SECRET_FILE", "");
    if (!file.isEmpty()) {
      try {
        given = Files.readString(Path.of(file));
      } catch (IOException e) {
        faults.add("AFTERWORD_SECRET_FILE: cannot be read: " + file);
        return List.of();
      }
    }
    var secrets = new ArrayList<byte[]>();
    for (var each : given.split("[\\s,]+", -1)) {
      if (!each.isEmpty()) {
        checkSecret(each, faults);
        secrets.add(each.getBytes(StandardCharsets.UTF_8));
      }
    }
    if (secrets.isEmpty() && shared) {
      faults.add("AFTERWORD_SECRET: required with a configured Redis, the same for every process.");
    }
    return secrets;
  }

  private static void checkSecret(String secret, List<String> faults) {
    if (secret.getBytes(StandardCharsets.UTF_8).length < SECRET_BYTES) {
      faults.add("AFTERWORD_SECRET: must have at least 32 bytes.");
    } else if (Keys.isGuessable(secret)) {
      faults.add("AFTERWORD_SECRET: looks like an example; try: openssl rand -base64 32");
    }
  }

  private static List<String> proxies(Settings settings, List<String> faults) {
    var given = settings.text("AFTERWORD_TRUSTED_PROXIES", "");
    var networks = given.isEmpty() ? List.<String>of() : List.of(given.split("[\\s,]+"));
    try {
      networks.forEach(Proxies::check);
      return networks;
    } catch (IllegalArgumentException e) {
      faults.add("AFTERWORD_TRUSTED_PROXIES: must be networks such as 10.0.0.0/8 or ::1.");
      return List.of();
    }
  }

  /** The effective values, one a line, secrets masked. */
  String describe() {
    var store = redis;
    var lines =
        List.of(
            "AFTERWORD_HOST=" + listener.host(),
            "AFTERWORD_PORT=" + listener.port(),
            "AFTERWORD_PUBLIC_URL=" + (publicUrl == null ? "(the listener's address)" : publicUrl),
            "AFTERWORD_OPS_HOST=" + operations.host(),
            "AFTERWORD_OPS_PORT=" + operations.port(),
            "AFTERWORD_DATA=" + data,
            "AFTERWORD_REDIS="
                + (store == null ? "(embedded)" : masked(String.join(",", store.uris()))),
            "AFTERWORD_REDIS_MODE="
                + (store == null || store.type() == RedisClientType.STANDALONE
                    ? ""
                    : store.type().name().toLowerCase(Locale.ROOT)),
            "AFTERWORD_SECRET="
                + (secrets.isEmpty() ? "(generated)" : "(" + secrets.size() + " given)"),
            "AFTERWORD_REPLICAS=" + replicas,
            "AFTERWORD_DEMO=" + demo,
            "AFTERWORD_TRUSTED_PROXIES=" + String.join(",", trustedProxies),
            "AFTERWORD_LIMITS=" + (limits ? "on" : "off"),
            "AFTERWORD_VIEW_WINDOW=" + viewWindow.toSeconds() + "s",
            "AFTERWORD_EDIT_WINDOW=" + editWindow.toSeconds() + "s");
    return String.join("\n", lines);
  }

  private static String masked(String uri) {
    return uri.replaceAll("//[^@/,]*@", "//***@").replaceAll("([?&]password=)[^&,]*", "$1***");
  }
}
