package dev.afterword;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Names and texts from the environment and a file, read into values; what is wrong is collected.
 */
final class Settings {
  private static final String PREFIX = "AFTERWORD_";

  /** Set by the tests and benchmarks of this project, and of no meaning to the server. */
  private static final String TEST_PREFIX = "AFTERWORD_TEST_";

  private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,5})(s|m|h|d)");

  private final Map<String, String> values;
  private final List<String> faults;
  private final TreeSet<String> unread;

  private Settings(Map<String, String> values, List<String> faults) {
    this.values = values;
    this.faults = faults;
    this.unread = new TreeSet<>(values.keySet());
  }

  static Settings read(Map<String, String> environment, @Nullable Path file, List<String> faults) {
    var values = new HashMap<String, String>();
    if (file != null) {
      values.putAll(fromFile(file, faults));
    }
    environment.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX) && !name.startsWith(TEST_PREFIX)) {
            values.put(name, value.strip());
          }
        });
    return new Settings(values, faults);
  }

  /** The file has the same names without their prefix, in small letters: {@code port: 8080}. */
  private static Map<String, String> fromFile(Path file, List<String> faults) {
    var values = new HashMap<String, String>();
    try {
      Object read = yaml().load(Files.readString(file));
      if (read instanceof Map<?, ?> map) {
        map.forEach(
            (name, value) ->
                values.put(
                    PREFIX + name.toString().toUpperCase(Locale.ROOT).replace('-', '_'),
                    value == null ? "" : value.toString()));
      } else if (read != null) {
        faults.add(file + ": must have one 'name: value' on each line.");
      }
    } catch (YAMLException e) {
      faults.add(file + ": must have one 'name: value' on each line.");
    } catch (IOException e) {
      faults.add(file + ": cannot be read.");
    }
    return values;
  }

  /** Every value stays the text it is: to YAML 1.1, {@code off} would be false. */
  private static Yaml yaml() {
    var loading = new LoaderOptions();
    var dumping = new DumperOptions();
    var asText =
        new Resolver() {
          @Override
          protected void addImplicitResolvers() {
            // None.
          }
        };
    return new Yaml(
        new SafeConstructor(loading), new Representer(dumping), dumping, loading, asText);
  }

  String text(String name, String usual) {
    unread.remove(name);
    return values.getOrDefault(name, usual);
  }

  int port(String name, int usual) {
    var given = text(name, Integer.toString(usual));
    if (given.matches("[0-9]{1,5}") && Integer.parseInt(given) <= 65_535) {
      return Integer.parseInt(given);
    }
    faults.add(name + ": must be a port from 0 to 65535, not '" + given + "'.");
    return usual;
  }

  boolean flag(String name, boolean usual, String yes, String no) {
    var given = text(name, usual ? yes : no);
    if (!given.equals(yes) && !given.equals(no)) {
      faults.add(name + ": must be " + yes + " or " + no + ", not '" + given + "'.");
    }
    return given.equals(yes);
  }

  /** A time of one second at least. */
  Duration duration(String name, Duration usual, Duration most) {
    var given = text(name, usual.toMinutes() + "m");
    var parts = DURATION.matcher(given);
    if (!parts.matches()) {
      faults.add(name + ": must be a time such as 90s, 30m, 2h or 1d, not '" + given + "'.");
      return usual;
    }
    long amount = Long.parseLong(parts.group(1));
    var time =
        switch (parts.group(2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    if (time.compareTo(most) > 0) {
      faults.add(name + ": must be at most " + most.toDays() + "d, not '" + given + "'.");
      return usual;
    }
    return time;
  }

  /** A name that nobody asked for is a slip of the pen. */
  void refuseUnknown() {
    unread.forEach(name -> faults.add(name + ": there is no such setting."));
  }
}
