package dev.afterword.identity;

import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import dev.afterword.identity.Limit.Rate;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A site's settings as owners read and write them, and as they are kept. */
final class SettingsJson {
  private static final Set<String> PLAIN =
      Set.of(
          "moderation",
          "guests",
          "heldNewcomers",
          "mostLinks",
          "reportThreshold",
          "tellReasons",
          "closeAfterDays");
  private static final Set<String> WORDS = Set.of("heldWords", "refusedWords");
  private static final Set<String> OTHERS =
      Set.of(
          "origins", "articles", "reactions", "viewWindowSeconds", "editWindowSeconds", "limits");

  private final JsonObject kept = new JsonObject();
  private final List<Fault> faults = new ArrayList<>();

  private SettingsJson() {}

  /** All settings of a site; of what verifies its accounts' tokens, only what is there. */
  static JsonObject of(Site site) {
    var rules = site.rules();
    return new JsonObject()
        .put("site", site.name())
        .put("version", site.version())
        .put("origins", new JsonArray(site.origins()))
        .put("moderation", rules.moderation())
        .put("guests", rules.guests() ? "name" : "off")
        .put("heldNewcomers", rules.heldNewcomers())
        .put("mostLinks", rules.mostLinks())
        .put("reportThreshold", rules.reportThreshold())
        .put("tellReasons", rules.tellsReasons())
        .put("heldWords", new JsonArray(rules.heldWords()))
        .put("refusedWords", new JsonArray(rules.refusedWords()))
        .put("closeAfterDays", rules.closeAfterDays())
        .put("reactions", new JsonArray(site.reactions()))
        .put("viewWindowSeconds", site.viewWindow().toSeconds())
        .put("editWindowSeconds", site.editWindow().toSeconds())
        .put("limits", limits(rules))
        .put(
            "articles",
            new JsonObject()
                .put("kind", site.articles().kind().word())
                .put("patterns", new JsonArray(site.articles().patterns())))
        .put("sso", sso(site.sso()));
  }

  private static JsonObject limits(Rules rules) {
    var limits = new JsonObject();
    Limit.ofSites().forEach(limit -> limits.put(limit.word(), rules.rate(limit).json()));
    return limits;
  }

  private static JsonObject sso(SingleSignOn sso) {
    var keys = new JsonArray();
    if (sso.isOn()) {
      for (var each : new JsonObject(sso.keys()).getJsonArray("keys")) {
        var key = (JsonObject) each;
        keys.add(
            new JsonObject().put("kind", key.getString("alg")).put("id", key.getString("kid")));
      }
    }
    return new JsonObject()
        .put("keys", keys)
        .put("issuer", sso.issuer().isEmpty() ? null : sso.issuer());
  }

  /** The names in a body that name a setting, sorted. */
  static List<String> named(JsonObject body) {
    var names = new TreeSet<>(body.fieldNames());
    names.removeIf(name -> !isKnown(name) || body.getValue(name) == null);
    return List.copyOf(names);
  }

  private static boolean isKnown(String name) {
    return PLAIN.contains(name) || WORDS.contains(name) || OTHERS.contains(name);
  }

  /**
   * The settings of a body that has passed the contract, as they are kept.
   *
   * @throws Problem 422 for what the contract cannot say
   */
  static JsonObject kept(JsonObject body) {
    var json = new SettingsJson();
    for (var name : body.fieldNames()) {
      if (!isKnown(name) && !name.equals("version")) {
        json.refuse("#/" + pointer(name));
      }
    }
    named(body).forEach(name -> json.keep(name, body));
    if (!json.faults.isEmpty()) {
      throw Problem.invalid(json.faults.subList(0, Math.min(20, json.faults.size())));
    }
    return json.kept;
  }

  /** A name as part of an RFC 6901 pointer, however long it was. */
  private static String pointer(String name) {
    var line = CleanText.line(name.length() > 60 ? name.substring(0, 60) : name);
    return line.replace("~", "~0").replace("/", "~1");
  }

  private void refuse(String place) {
    faults.add(Fault.at(place, "There is no such setting."));
  }

  private void keep(String name, JsonObject body) {
    switch (name) {
      case "origins" -> kept.put(name, origins(body.getJsonArray(name)));
      case "articles" -> keepArticles(body.getJsonObject(name));
      case "limits" -> keepLimits(body.getJsonObject(name));
      case "reactions" -> kept.put(name, distinct(name, body.getJsonArray(name)));
      case "viewWindowSeconds" -> kept.put("viewWindowMs", body.getLong(name) * 1_000);
      case "editWindowSeconds" -> kept.put("editWindowMs", body.getLong(name) * 1_000);
      default ->
          kept.put(
              name,
              WORDS.contains(name)
                  ? words(name, body.getJsonArray(name))
                  : body.getValue(name) instanceof Number number
                      ? Integer.valueOf(number.intValue())
                      : body.getValue(name));
    }
  }

  private JsonArray origins(JsonArray given) {
    var origins = new LinkedHashSet<String>();
    for (int i = 0; i < given.size(); i++) {
      var origin = SiteOrigin.of(given.getString(i));
      if (origin.isEmpty()) {
        faults.add(Fault.at("#/origins/" + i, "Must be an origin, such as https://news.example."));
      }
      origin.ifPresent(origins::add);
    }
    return new JsonArray(List.copyOf(origins));
  }

  private void keepArticles(JsonObject given) {
    var patterns = given.getJsonArray("patterns");
    boolean some = patterns != null && !patterns.isEmpty();
    if (given.getString("kind").equals("pattern") != some) {
      faults.add(
          Fault.at("#/articles/patterns", "Belongs to the kind `pattern`, and is needed there."));
      return;
    }
    kept.put("articles", given.getString("kind"));
    kept.put("patterns", some ? String.join("\n", strings(patterns)) : "");
  }

  private void keepLimits(JsonObject given) {
    var unknown = new TreeSet<>(given.fieldNames());
    for (var limit : Limit.ofSites()) {
      unknown.remove(limit.word());
      var rate = given.getJsonObject(limit.word());
      if (rate != null) {
        kept.put(limit.setting(), Rate.of(rate).json());
      }
    }
    unknown.forEach(name -> refuse("#/limits/" + pointer(name)));
  }

  private JsonArray words(String name, JsonArray given) {
    var words = new LinkedHashSet<String>();
    for (int i = 0; i < given.size(); i++) {
      var word = CleanText.line(given.getString(i));
      if (CleanText.showsNothing(word)) {
        faults.add(Fault.at("#/" + name + '/' + i, "Must not be empty."));
      }
      words.add(word);
    }
    return new JsonArray(List.copyOf(words));
  }

  private JsonArray distinct(String name, JsonArray given) {
    var seen = new LinkedHashSet<String>();
    for (int i = 0; i < given.size(); i++) {
      if (!seen.add(given.getString(i))) {
        faults.add(Fault.at("#/" + name + '/' + i, "Is there already."));
      }
    }
    return new JsonArray(List.copyOf(seen));
  }

  private static List<String> strings(JsonArray array) {
    return array.stream().map(String.class::cast).toList();
  }
}
