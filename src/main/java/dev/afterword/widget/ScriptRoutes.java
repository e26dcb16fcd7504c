package dev.afterword.widget;

import dev.afterword.http.Answer;
import dev.afterword.http.Body;
import dev.afterword.http.Digest;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scripts that other people's pages load, each at two addresses: one that is always the latest,
 * and one that is named by what it holds and so never changes; and the words that they speak in.
 * The script for writing has the second only: the one for reading names it, so that a page that was
 * loaded before an update never gets one that it does not fit, and finds its own in the store.
 */
final class ScriptRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(ScriptRoutes.class);
  private static final String LATEST = "public, max-age=300, must-revalidate";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";
  private static final String READING = "embed.js";
  private static final String WRITING = "writing.js";
  private static final List<String> NAMES = List.of(READING, WRITING, "counts.js");

  /** What stands in {@code embed.js} for the hash of {@link #WRITING}: see thread/late.js. */
  private static final String PLACE = "HASH-OF-WRITING";

  /** Those that `language.js` asks for; English comes with the scripts. */
  static final Set<String> LANGUAGES =
      Set.of("ar", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "uk", "zh");

  private static final int HASH_LENGTH = 16;
  private static final Pattern HASH = Pattern.compile("[A-Za-z0-9_-]{" + HASH_LENGTH + '}');

  private ScriptRoutes() {}

  /** Adds the routes to the table. */
  static void addTo(RouteTable table, ScriptStore store) {
    var kept = new HashMap<String, Answer>();
    var list = new JsonObject();
    for (var name : NAMES) {
      var bytes = script(name);
      var path = "/v/" + hash(bytes) + '/' + name;
      kept.put(path, open(WidgetRoutes.SCRIPT, bytes, FOR_EVER));
      list.put(name, new JsonObject().put("path", path).put("integrity", integrity(bytes)));
      if (!name.equals(WRITING)) {
        var latest = open(WidgetRoutes.SCRIPT, bytes, LATEST);
        var operation = name.replace(".js", "Script");
        table.getUnchecked('/' + name, operation, ctx -> Future.succeededFuture(latest));
      }
    }
    var writing = script(WRITING);
    store.keep(hash(writing), writing).onFailure(e -> LOG.warn("A script was not kept", e));
    var told = open(Body.JSON, new JsonObject().put("scripts", list).toBuffer(), Answer.REVALIDATE);
    var words = new HashMap<String, Answer>();
    for (var language : LANGUAGES) {
      var file = language + ".json";
      words.put(file, open(Body.JSON, WidgetRoutes.read("/dev/afterword/words/" + file), LATEST));
    }
    table
        .getUnchecked("/scripts.json", "scripts", ctx -> Future.succeededFuture(told))
        .getUnchecked(
            "/v/:hash/:file",
            "keptScript",
            ctx -> kept(kept, store, ctx.pathParam("hash"), ctx.pathParam("file")))
        .getUnchecked("/words/:file", "words", ctx -> found(words, ctx.pathParam("file")));
  }

  /** A script as it is served. */
  static Buffer script(String name) {
    var bytes = WidgetRoutes.read(name);
    if (!name.equals(READING)) {
      return bytes;
    }
    var hash = hash(WidgetRoutes.read(WRITING));
    return Buffer.buffer(bytes.toString().replace(PLACE, hash));
  }

  /** What names a script that never changes. */
  static String hash(Buffer bytes) {
    return Digest.of(bytes.getBytes(), HASH_LENGTH);
  }

  private static Future<Answer> kept(
      Map<String, Answer> kept, ScriptStore store, String hash, String file) {
    var path = "/v/" + hash + '/' + file;
    if (kept.containsKey(path) || !file.equals(WRITING) || !HASH.matcher(hash).matches()) {
      return found(kept, path);
    }
    return store
        .find(hash)
        .map(
            script ->
                open(
                    WidgetRoutes.SCRIPT,
                    script.orElseThrow(() -> Problem.of(ProblemType.NOT_FOUND)),
                    FOR_EVER));
  }

  private static Future<Answer> found(Map<String, Answer> all, String name) {
    var answer = all.get(name);
    return answer == null
        ? Future.failedFuture(Problem.of(ProblemType.NOT_FOUND))
        : Future.succeededFuture(answer);
  }

  /** For pages of any site. */
  private static Answer open(String type, Buffer bytes, String caching) {
    return Answer.page(type, bytes, caching)
        .with("Access-Control-Allow-Origin", "*")
        .with("Cross-Origin-Resource-Policy", "cross-origin");
  }

  /** As the attribute {@code integrity} has it (Subresource Integrity, W3C). */
  private static String integrity(Buffer bytes) {
    try {
      var digest = MessageDigest.getInstance("SHA-384").digest(bytes.getBytes());
      return "sha384-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
