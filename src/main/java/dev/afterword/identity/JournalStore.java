package dev.afterword.identity;

import dev.afterword.http.Digest;
import dev.afterword.http.IdempotencyKey.Once;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.Script;
import dev.afterword.redis.StoreException;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a site's journal: what its staff did, in the order of doing, in a stream that only grows.
 * An entry is written before what it tells of is done, so nothing is ever done that is not in it;
 * what was broken off can be done again under the same entry. Confined to one event loop.
 */
public final class JournalStore {
  private static final Script WRITE = Script.of(JournalStore.class, "journal.lua");

  /** How long a client's key is remembered, in milliseconds. */
  private static final long KEY_MS = TimeUnit.HOURS.toMillis(24);

  /** How long a key of our own is: as long as a call may be repeated. */
  private static final long OWN_KEY_MS = TimeUnit.MINUTES.toMillis(1);

  private static final int DIGEST_LENGTH = 22;

  /** No entry is the stream's zero, and there is nothing before it that the store could look at. */
  private static final Pattern ID = Pattern.compile("(?!0+-0+$)[0-9]{1,19}-[0-9]{1,19}");

  private final RedisLink link;

  /** Kept through a link. */
  public JournalStore(RedisLink link) {
    this.link = link;
  }

  /**
   * What is done.
   *
   * @param action one word, such as {@code approve}
   * @param targets ids of what it is done to
   * @param reason as it was given, or empty
   * @param undoes the entry that it takes back, or {@code null}
   * @param detail what taking it back has to know
   */
  public record Note(
      String action,
      List<String> targets,
      String reason,
      @Nullable String undoes,
      JsonObject detail) {
    /** The kind of what is done or taken back. */
    public String kind() {
      return undoes == null ? action : detail.getString("of", action);
    }
  }

  /**
   * An entry.
   *
   * @param id opaque, grows with time
   * @param by the id of who did it
   * @param name of who did it, as it was then
   * @param replayed whether the same request wrote it before
   */
  public record Entry(
      String id, Instant time, String by, String name, Note note, boolean replayed) {}

  /** What the same request wrote before; fails with a {@link Problem} (422) for another request. */
  public Future<Optional<Entry>> before(Site site, Once once) {
    if (once.key() == null) {
      return Future.succeededFuture(Optional.empty());
    }
    return link.send(Request.cmd(Command.GET).arg(record(site, once.key())))
        .compose(
            reply -> {
              if (reply == null) {
                return Future.succeededFuture(Optional.empty());
              }
              var words = reply.toString().split(" ", 2);
              return words[0].equals(once.fingerprint())
                  ? replayed(site, words[1]).map(Optional::of)
                  : Future.failedFuture(Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED));
            });
  }

  /**
   * What an entry decides: fields of a hash in the site's home, which are written with it.
   *
   * @param key the hash
   * @param held what fields have to hold for that; empty for nothing
   * @param fields what fields hold then; empty for nothing
   * @param job what it has to do with jobs; {@code null} for nothing
   */
  public record Decision(
      String key, Map<String, String> held, Map<String, String> fields, @Nullable Job job) {
    /** A decision that is carried out at once. */
    public Decision(String key, Map<String, String> held, Map<String, String> fields) {
      this(key, held, fields, null);
    }
  }

  /**
   * How a decision that takes a while is carried out: by a job, which has the id of its entry.
   *
   * @param begins how the job stands that the entry begins
   * @param ends the entry whose job ends with it, or empty
   */
  public record Job(String begins, String ends) {}

  /**
   * Writes an entry.
   *
   * @return the entry, which may be one that the same request wrote before; fails with a {@link
   *     Problem} (422) when another request had the key
   */
  public Future<Entry> write(Site site, Staff by, Note note, Once once) {
    return write(site, by, note, once, null).map(Optional::orElseThrow);
  }

  /**
   * Writes an entry and what it decides, in one step.
   *
   * @return as above; empty, and nothing is done, when the fields hold something else
   */
  Future<Optional<Entry>> decide(Site site, Staff by, Note note, Once once, Decision decision) {
    return write(site, by, note, once, decision);
  }

  private Future<Optional<Entry>> write(
      Site site, Staff by, Note note, Once once, @Nullable Decision decision) {
    var key = once.key();
    var record = record(site, key == null ? UUID.randomUUID().toString() : key);
    var keys = new ArrayList<>(List.of(home(site) + ":z", journal(site), record));
    var args =
        new ArrayList<Object>(List.of(once.fingerprint(), key == null ? OWN_KEY_MS : KEY_MS));
    if (decision == null) {
      args.addAll(List.of(0, 0, "", ""));
    } else {
      keys.add(decision.key);
      keys.add(jobs(site));
      var job = decision.job;
      args.addAll(List.of(decision.held.size(), decision.fields.size()));
      args.addAll(job == null ? List.of("", "") : List.of(job.begins, job.ends));
      decision.held.forEach((name, value) -> args.addAll(List.of(name, value)));
      decision.fields.forEach((name, value) -> args.addAll(List.of(name, value)));
    }
    args.addAll(fields(by, note));
    return WRITE
        .run(link, keys, args)
        .compose(
            reply ->
                switch (reply.get(0).toString()) {
                  case "written" ->
                      Future.succeededFuture(Optional.of(entry(reply.get(1).toString(), by, note)));
                  case "replayed" -> replayed(site, reply.get(1).toString()).map(Optional::of);
                  case "changed" -> Future.succeededFuture(Optional.empty());
                  case "key-reused" ->
                      Future.failedFuture(Problem.of(ProblemType.IDEMPOTENCY_KEY_REUSED));
                  default -> throw new StoreException(StoreException.Kind.BROKEN, reply.toString());
                });
  }

  private static List<String> fields(Staff by, Note note) {
    var targets = new JsonArray(note.targets()).encode();
    var fields = new ArrayList<>(List.of("b", by.id(), "n", by.name()));
    fields.addAll(List.of("a", note.action(), "t", targets));
    if (!note.reason().isEmpty()) {
      fields.addAll(List.of("r", note.reason()));
    }
    var undoes = note.undoes();
    if (undoes != null) {
      fields.addAll(List.of("u", undoes));
    }
    fields.addAll(List.of("d", note.detail().encode()));
    return fields;
  }

  /** The entry of an id; empty when there is none. */
  public Future<Optional<Entry>> find(Site site, String id) {
    if (!ID.matcher(id).matches()) {
      return Future.succeededFuture(Optional.empty());
    }
    return link.send(Request.cmd(Command.XRANGE).arg(journal(site)).arg(id).arg(id))
        .map(reply -> entries(reply).stream().findFirst());
  }

  /**
   * Entries, the latest first.
   *
   * @param after the id of the entry to go on after, or {@code null} to begin
   */
  public Future<List<Entry>> page(Site site, @Nullable String after, int most) {
    return range(site, Command.XREVRANGE, after == null ? "+" : '(' + after, "-", most);
  }

  /**
   * Entries, the first one first.
   *
   * @param after the id of the entry to go on after, or {@code null} to begin
   */
  public Future<List<Entry>> from(Site site, @Nullable String after, int most) {
    return range(site, Command.XRANGE, after == null ? "-" : '(' + after, "+", most);
  }

  private Future<List<Entry>> range(Site site, Command command, String from, String to, int most) {
    return link.send(
            Request.cmd(command).arg(journal(site)).arg(from).arg(to).arg("COUNT").arg(most))
        .map(JournalStore::entries);
  }

  /** The key of the jobs of a site that are under way: a hash of how each stands, by its entry. */
  public static String jobs(Site site) {
    return home(site) + ":jobs";
  }

  /** How many jobs were begun that move comments ({@code n}): none begins unnoticed by another. */
  public static String passages(Site site) {
    return home(site) + ":passages";
  }

  /** Whether a text has the form of an entry's id, and may be one. */
  static boolean isId(String text) {
    return ID.matcher(text).matches();
  }

  private Future<Entry> replayed(Site site, String id) {
    return find(site, id)
        .map(
            found -> {
              var entry = found.orElseThrow();
              return new Entry(id, entry.time, entry.by, entry.name, entry.note, true);
            });
  }

  private static Entry entry(String id, Staff by, Note note) {
    return new Entry(id, time(id), by.id(), by.name(), note, false);
  }

  private static List<Entry> entries(@Nullable Response reply) {
    var entries = new ArrayList<Entry>();
    if (reply != null) {
      reply.forEach(each -> entries.add(entry(each.get(0).toString(), each.get(1))));
    }
    return entries;
  }

  private static Entry entry(String id, Response flat) {
    var fields = new HashMap<String, String>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      fields.put(flat.get(i).toString(), flat.get(i + 1).toString());
    }
    var targets = new JsonArray(fields.getOrDefault("t", "[]"));
    var note =
        new Note(
            fields.getOrDefault("a", ""),
            targets.stream().map(String::valueOf).toList(),
            fields.getOrDefault("r", ""),
            fields.get("u"),
            new JsonObject(fields.getOrDefault("d", "{}")));
    var by = fields.getOrDefault("b", "");
    return new Entry(id, time(id), by, fields.getOrDefault("n", ""), note, false);
  }

  private static Instant time(String id) {
    return Instant.ofEpochMilli(Long.parseLong(id.substring(0, id.indexOf('-'))));
  }

  private static String record(Site site, String key) {
    return home(site) + ":i:" + Digest.of(key, DIGEST_LENGTH);
  }

  private static String journal(Site site) {
    return home(site) + ":j";
  }

  private static String home(Site site) {
    return '{' + site.name() + '}';
  }
}
