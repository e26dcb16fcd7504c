package dev.afterword.identity;

import dev.afterword.identity.Limit.Rate;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a site decides about what readers write.
 *
 * @param preModerated whether comments wait for a moderator unless their article says otherwise
 * @param heldNewcomers how many comments of an author have to be approved before others go out at
 *     once; 0 for none
 * @param mostLinks more links than this have a comment wait
 * @param reportThreshold so many readers' reports have a visible comment wait; 0 for never
 * @param tellsReasons whether authors read why their comment was refused
 * @param heldWords a comment with one of these waits, see the word lists in the documentation
 * @param refusedWords a comment with one of these is refused
 * @param closeAfterDays articles older than this take no more comments; 0 for never
 * @param guests whether readers without an account may write
 * @param rates how often, of every limit
 */
public record Rules(
    boolean preModerated,
    int heldNewcomers,
    int mostLinks,
    int reportThreshold,
    boolean tellsReasons,
    List<String> heldWords,
    List<String> refusedWords,
    int closeAfterDays,
    boolean guests,
    Map<Limit, Rate> rates) {

  /** The rules as a site's settings have them; what they do not say is as it is by default. */
  static Rules of(JsonObject settings) {
    return new Rules(
        settings.getString("moderation", "post").equals("pre"),
        settings.getInteger("heldNewcomers", 0),
        settings.getInteger("mostLinks", 5),
        settings.getInteger("reportThreshold", 0),
        settings.getBoolean("tellReasons", false),
        lines(settings, "heldWords"),
        lines(settings, "refusedWords"),
        settings.getInteger("closeAfterDays", 0),
        !settings.getString("guests", "name").equals("off"),
        Limit.rates(settings));
  }

  private static List<String> lines(JsonObject settings, String name) {
    return settings.getJsonArray(name, new JsonArray()).stream().map(String.class::cast).toList();
  }

  /** How often something may be done. */
  Rate rate(Limit limit) {
    return Objects.requireNonNull(rates.get(limit));
  }

  /** The word of the API for how comments come out when an article says nothing of it. */
  public String moderation() {
    return preModerated ? "pre" : "post";
  }
}
