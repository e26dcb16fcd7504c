package dev.afterword.support;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What came over a live connection, one message after the other. */
public abstract class LiveMessages {
  private final List<JsonObject> messages = new ArrayList<>();
  private final Consumer<JsonObject> each;
  private volatile int longest;

  /**
   * @param each hears each message as it comes, on the connection's thread
   */
  LiveMessages(Consumer<JsonObject> each) {
    this.each = each;
  }

  /** A query for these articles. */
  public static String articles(String... keys) {
    var query = new StringBuilder();
    for (var key : keys) {
      query.append(query.isEmpty() ? "article=" : "&article=");
      query.append(URLEncoder.encode(key, StandardCharsets.UTF_8));
    }
    return query.toString();
  }

  /** Takes a message, or an array of them. */
  final void take(String frame) {
    longest = Math.max(longest, frame.length());
    if (frame.startsWith("[")) {
      new JsonArray(frame).forEach(message -> take((JsonObject) message));
    } else {
      take(new JsonObject(frame));
    }
  }

  private void take(JsonObject message) {
    synchronized (messages) {
      messages.add(message);
    }
    each.accept(message);
  }

  /** How many characters came at once, at most. */
  public final int longest() {
    return longest;
  }

  /** Everything that came so far. */
  public final List<JsonObject> messages() {
    synchronized (messages) {
      return List.copyOf(messages);
    }
  }

  /** What came so far of one type. */
  public final List<JsonObject> messages(String type) {
    return messages().stream().filter(each -> type.equals(each.getString("type"))).toList();
  }

  /** The types of what came so far. */
  public final List<String> types() {
    return messages().stream().map(each -> each.getString("type")).toList();
  }

  /** Waits for a message of a type that meets a condition. */
  public final JsonObject await(String type, Predicate<JsonObject> condition) {
    Eventually.holds("a message " + type, () -> messages(type).stream().anyMatch(condition));
    return messages(type).stream().filter(condition).findFirst().orElseThrow();
  }

  public final JsonObject await(String type) {
    return await(type, message -> true);
  }
}
