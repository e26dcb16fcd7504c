package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Staff of two sites, their readers and strangers, all at once on connections that they share: each
 * answer is the one to its own request. The mix is drawn from a seed; {@code
 * -Dafterword.interleaved.requests} says how many there are.
 */
@OnStore
@Timeout(600)
class InterleavedTest {
  private static final int REQUESTS = Integer.getInteger("afterword.interleaved.requests", 2_000);
  private static final int CONNECTIONS = 8;
  private static final List<String> SITES = List.of("north", "south");

  /** What stands in no answer to others than staff. */
  private static final String SECRET = "kept-from-readers-of-";

  private static final List<Staff> STAFF = new ArrayList<>();
  private static final List<Guest> GUESTS = new ArrayList<>();

  @AutoClose private static TestServer server;

  /** With a token or with a cookie: one header. */
  private record Staff(String site, Caller.Role role, String header, String value) {}

  private record Guest(String site, String name, String token, String comment, String waiting) {}

  private record Reply(int status, List<String> headers, String body) {
    List<String> all(String name) {
      var values = new ArrayList<String>();
      for (var line : headers) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name + ':')) {
          values.add(line.substring(name.length() + 1).strip());
        }
      }
      return values;
    }

    JsonObject json() {
      return new JsonObject(body);
    }
  }

  private record Ask(String name, Buffer bytes, Consumer<Reply> check) {}

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    for (var site : SITES) {
      server.addSite(site, "https://" + site + ".example");
      var owner = server.addStaff(site, Caller.Role.OWNER);
      for (var role : Caller.Role.values()) {
        var token = role == Caller.Role.OWNER ? owner : server.addStaff(site, role);
        STAFF.add(new Staff(site, role, "Authorization", "Bearer " + token));
        STAFF.add(new Staff(site, role, "Cookie", cookie(site, token)));
      }
      for (int i = 0; i < 3; i++) {
        GUESTS.add(guest(site, "Reader " + i + " of " + site));
      }
      var words = new JsonArray().add(SECRET + site);
      var settings = new JsonObject().put("heldWords", words);
      var answer =
          server.send(
              "PUT",
              "/api/v1/" + site + "/admin/settings",
              settings.encode(),
              "Content-Type",
              "application/json",
              "Authorization",
              "Bearer " + owner);
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
  }

  private static String cookie(String site, String token) {
    var login = new JsonObject().put("token", token).encode();
    return server
        .post("/api/v1/" + site + "/admin/session", login)
        .headers()
        .firstValue("Set-Cookie")
        .orElseThrow()
        .replaceFirst(";.*", "");
  }

  /** Who has a comment that is shown, and one that waits. */
  private static Guest guest(String site, String name) {
    var author = new JsonObject().put("name", name);
    var draft = new JsonObject().put("text", "shown").put("author", author);
    var posted = server.post("/api/v1/" + site + "/comments?article=/a", draft.encode());
    var shown = new JsonObject(posted.body());
    var token = shown.getString("token");
    var waiting = SECRET + site + " by " + name;
    server.desk(site).moderate("/b");
    var held =
        server.post(
            "/api/v1/" + site + "/comments?article=/b",
            new JsonObject().put("text", waiting).encode(),
            "Authorization",
            "Bearer " + token);
    assertThat(held.statusCode()).as(held.body()).isEqualTo(202);
    var id = shown.getJsonObject("comment").getString("id");
    return new Guest(site, name, token, id, waiting);
  }

  @Test
  void eachAnswer_belongsToItsRequest() throws Exception {
    var pool = Executors.newFixedThreadPool(CONNECTIONS);
    try {
      var work = new ArrayList<Callable<Integer>>();
      for (int i = 0; i < CONNECTIONS; i++) {
        var random = new Random(20_261_126 + i);
        work.add(() -> converse(random, REQUESTS / CONNECTIONS));
      }
      int answered = 0;
      for (Future<Integer> each : pool.invokeAll(work)) {
        answered += each.get();
      }
      assertThat(answered).isGreaterThanOrEqualTo(REQUESTS / CONNECTIONS * CONNECTIONS);
    } finally {
      pool.shutdownNow();
    }
  }

  /** So many requests, several at a time without waiting for the answers between them. */
  private static int converse(Random random, int requests) throws IOException {
    var address = URI.create(server.url());
    int done = 0;
    while (done < requests) {
      try (var socket = new Socket(address.getHost(), address.getPort())) {
        socket.setSoTimeout(30_000);
        socket.setTcpNoDelay(true);
        var in = new BufferedInputStream(socket.getInputStream());
        for (int turns = 0; turns < 100 && done < requests; turns++) {
          var asks = new ArrayList<Ask>();
          var bytes = new ByteArrayOutputStream();
          for (int i = random.nextInt(12); i >= 0; i--) {
            var ask = ask(random);
            asks.add(ask);
            bytes.writeBytes(ask.bytes.getBytes());
          }
          socket.getOutputStream().write(bytes.toByteArray());
          for (var ask : asks) {
            check(ask, read(in));
            done++;
          }
        }
      }
    }
    return done;
  }

  private static void check(Ask ask, Reply reply) {
    try {
      ask.check.accept(reply);
      assertThat(reply.all("set-cookie")).isEmpty();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(ask.name + " was answered " + reply, e);
    }
  }

  private static Ask ask(Random random) {
    int of = random.nextInt(10);
    if (of < 4) {
      return asStaff(STAFF.get(random.nextInt(STAFF.size())), random);
    }
    return of < 6
        ? asGuest(GUESTS.get(random.nextInt(GUESTS.size())), random)
        : asNobody(SITES.get(random.nextInt(SITES.size())), random);
  }

  private static Ask asStaff(Staff staff, Random random) {
    var site = staff.site;
    var other = site.equals("north") ? "south" : "north";
    var name = staff.role + " of " + site + " by " + staff.header;
    var path = "/api/v1/" + site + "/admin/";
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        return get(
            name,
            path + "me",
            reply -> {
              personal(200, reply);
              assertThat(reply.json().getString("name")).isEqualTo("Staff of " + site);
              assertThat(reply.json().getString("role")).isEqualTo(staff.role.word());
              assertThat(reply.json().getJsonArray("sites")).containsExactly(site);
            },
            staff.header,
            staff.value);
      }
      case 2 -> {
        return get(
            name,
            path + "queue",
            reply -> {
              personal(200, reply);
              assertThat(reply.body).contains(SECRET + site).doesNotContain(SECRET + other);
            },
            staff.header,
            staff.value);
      }
      case 3 -> {
        return get(
            name,
            path + "settings",
            reply -> {
              personal(200, reply);
              assertThat(reply.json().getString("site")).isEqualTo(site);
              assertThat(reply.body).contains(SECRET + site).doesNotContain(SECRET + other);
            },
            staff.header,
            staff.value);
      }
      case 4 -> {
        return get(
            name,
            path + "audit",
            reply -> {
              personal(200, reply);
              assertThat(reply.json().getJsonArray("entries")).isNotEmpty();
              assertThat(reply.body).doesNotContain(SECRET + other);
            },
            staff.header,
            staff.value);
      }
      case 5 -> {
        boolean may = staff.role == Caller.Role.OWNER;
        return get(
            name,
            path + "staff",
            reply -> personal(may ? 200 : 403, reply),
            staff.header,
            staff.value);
      }
      case 6 -> {
        return get(
            name + " elsewhere",
            "/api/v1/" + other + "/admin/queue",
            reply -> refused(401, reply),
            staff.header,
            staff.value);
      }
      default -> {
        return list(site, random.nextInt(), staff.header, staff.value);
      }
    }
  }

  private static Ask asGuest(Guest guest, Random random) {
    var path = "/api/v1/" + guest.site + '/';
    var bearer = "Bearer " + guest.token;
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        return get(
            guest.name,
            path + "me?article=/b",
            reply -> {
              personal(200, reply);
              assertThat(reply.json().getJsonObject("author").getString("name"))
                  .isEqualTo(guest.name);
              assertThat(reply.json().getJsonArray("own")).hasSize(1);
              assertThat(reply.body).contains(guest.waiting);
            },
            "Authorization",
            bearer);
      }
      case 2 -> {
        return get(
            guest.name + " among staff",
            path + "admin/queue",
            reply -> refused(403, reply),
            "Authorization",
            bearer);
      }
      case 3 -> {
        int value = random.nextInt(3) - 1;
        var body = new JsonObject().put("value", value).encode();
        return new Ask(
            guest.name + " votes",
            request(
                "PUT",
                path + "comments/" + guest.comment + "/vote",
                body,
                "Content-Type",
                "application/json",
                "Authorization",
                bearer),
            reply -> {
              if (reply.status == 403) {
                assertThat(reply.json().getString("code")).isEqualTo("own-vote");
              } else {
                personal(200, reply);
              }
            });
      }
      default -> {
        return list(guest.site, random.nextInt(), "Authorization", bearer);
      }
    }
  }

  private static Ask asNobody(String site, Random random) {
    var path = "/api/v1/" + site + '/';
    var number = random.nextInt();
    return switch (random.nextInt(7)) {
      case 0 -> list(site, number);
      case 1 ->
          get(
              "an article",
              path + "article?article=/n" + number,
              reply -> {
                shared(200, reply);
                assertThat(reply.json().getString("article")).isEqualTo("/n" + number);
              });
      case 2 -> get("nobody", path + "admin/me", reply -> refused(401, reply));
      case 3 -> get("nobody", path + "me?article=/b", reply -> refused(401, reply));
      case 4 -> get("no comment", path + "comments/n" + number, reply -> refused(404, reply));
      case 5 ->
          get(
              "a forged token",
              path + "comments?article=/a",
              reply -> refused(401, reply),
              "Authorization",
              "Bearer aw_" + number);
      default -> {
        var recent = path + "recent?limit=5";
        yield get("recent", recent, reply -> shared(200, reply));
      }
    };
  }

  /** The list, which is the same for everybody. */
  private static Ask list(String site, int number, String... headers) {
    var article = number % 2 == 0 ? "/a" : "/b";
    return get(
        "the list of " + site,
        "/api/v1/" + site + "/comments?article=" + article,
        reply -> {
          shared(200, reply);
          assertThat(reply.json().getString("article")).isEqualTo(article);
          assertThat(reply.json().getJsonObject("site").getString("name")).isEqualTo(site);
          assertThat(reply.json().getInteger("total")).isEqualTo(number % 2 == 0 ? 3 : 0);
        },
        headers);
  }

  /** Made for one who has a token. */
  private static void personal(int status, Reply reply) {
    assertThat(reply.status).isEqualTo(status);
    assertThat(reply.all("cache-control"))
        .containsExactly(status == 200 ? "private, no-store" : "no-store");
  }

  private static void refused(int status, Reply reply) {
    assertThat(reply.status).isEqualTo(status);
    assertThat(reply.json().getInteger("status")).isEqualTo(status);
    assertThat(reply.all("cache-control")).containsExactly("no-store");
    assertThat(reply.body).doesNotContain(SECRET, "Staff of", "\"role\"");
  }

  /** Made for everybody. */
  private static void shared(int status, Reply reply) {
    assertThat(reply.status).isEqualTo(status);
    assertThat(reply.all("cache-control")).containsExactly("public, no-cache");
    assertThat(reply.body).doesNotContain(SECRET, "Staff of", "\"role\"", "pending");
  }

  private static Ask get(String name, String path, Consumer<Reply> check, String... headers) {
    return new Ask(name + " GET " + path, request("GET", path, "", headers), check);
  }

  private static Buffer request(String method, String path, String body, String... headers) {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Connection", "keep-alive"));
    return Buffer.buffer(
        RawHttp.request(
            method, path, body.getBytes(StandardCharsets.UTF_8), all.toArray(String[]::new)));
  }

  private static Reply read(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    for (int last = 0; last != 0x0D0A0D0A; ) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("after " + head);
      }
      head.write(next);
      last = last << 8 | next;
    }
    var lines = List.of(head.toString(StandardCharsets.ISO_8859_1).split("\r\n"));
    int status = Integer.parseInt(lines.get(0).split(" ", 3)[1]);
    var bare = new Reply(status, lines, "");
    var length = bare.all("content-length");
    if (length.isEmpty()) {
      return bare;
    }
    var body = in.readNBytes(Integer.parseInt(length.get(0)));
    return new Reply(status, lines, new String(body, StandardCharsets.UTF_8));
  }
}
