package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.Eventually;
import dev.afterword.support.LiveClient;
import dev.afterword.support.OnStore;
import dev.afterword.support.RedisServer;
import dev.afterword.support.TcpProxy;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What staff are told while it happens: on two processes with one store. */
@OnStore
@Tag("clock")
@Timeout(120)
class StaffLiveTest {
  /** Longer than it takes until a token is looked at again. */
  private static final Duration RECHECKED = Duration.ofSeconds(20);

  private static final String CANARY = "canary7f3a";
  private static final AtomicInteger SITES = new AtomicInteger();

  private static TestServer one;
  private static TestServer two;

  private String site;
  private String viewer;
  private Desk here;
  private Desk there;

  @BeforeAll
  static void start() {
    one = TestServer.unlimited();
    two = TestServer.unlimited();
  }

  @AfterAll
  static void stop() {
    one.close();
    two.close();
  }

  @BeforeEach
  void aSiteOfItsOwn() {
    site = "live" + SITES.incrementAndGet();
    one.addSite(site, "https://live.example");
    viewer = one.addStaff(site, Role.VIEWER);
    var moderator = one.addStaff(site, Role.MODERATOR);
    here = new Desk(one, site, moderator);
    there = new Desk(two, site, moderator);
  }

  private LiveClient watch(TestServer server) {
    return LiveClient.openStaff(viewer, server.url(), site);
  }

  private static void awaitCount(LiveClient socket, String queue, int size) {
    Eventually.holds(
        size + " " + queue,
        () -> {
          var told = socket.messages("queue");
          return !told.isEmpty()
              && told.get(told.size() - 1).getJsonObject("counts").getInteger(queue) == size;
        });
  }

  @Test
  void theCounts_comeFirst() {
    here.moderate("/a");
    here.id("/a", "waits");
    try (var socket = watch(two)) {
      awaitCount(socket, "pending", 1);
      var first = socket.messages().get(0);
      assertThat(first.fieldNames()).containsExactlyInAnyOrder("type", "counts");
      assertThat(first.getJsonObject("counts"))
          .isEqualTo(here.get("admin/queue").getJsonObject("counts"));
    }
  }

  @Test
  void aVerdictAndItsUndo_areToldOnTheOtherProcess() {
    here.moderate("/a");
    var first = here.id("/a", "one " + CANARY);
    var second = here.id("/a", "two " + CANARY);
    try (var near = watch(one);
        var far = watch(two)) {
      for (var each : List.of(near, far)) {
        awaitCount(each, "pending", 2);
      }
      var decided = here.decide("approve", first, second, "nobodynobodynobody00");
      for (var each : List.of(near, far)) {
        var told = each.await("verdict");
        assertThat(told.fieldNames()).containsExactlyInAnyOrder("type", "ids", "verdict", "by");
        assertThat(told.getJsonArray("ids")).isEqualTo(new JsonArray(List.of(first, second)));
        assertThat(told.getString("verdict")).isEqualTo("approve");
        assertThat(told.getString("by")).isEqualTo(name());
        awaitCount(each, "pending", 0);
      }
      there.undo(decided);
      for (var each : List.of(near, far)) {
        var told = each.await("verdict", message -> message.getString("verdict").equals("undo"));
        assertThat(told.getJsonArray("ids")).isEqualTo(new JsonArray(List.of(first, second)));
        awaitCount(each, "pending", 2);
        assertThat(each.messages("verdict")).hasSize(2);
        assertThat(each.messages().toString()).doesNotContain(CANARY).doesNotContain("Ada");
      }
    }
  }

  private String name() {
    return here.get("admin/me").getString("name");
  }

  @Test
  void whateverChangesAQueue_changesTheCounts() {
    try (var socket = watch(two)) {
      awaitCount(socket, "pending", 0);
      var reported = here.post("/b", "said " + CANARY);
      var report = new JsonObject().put("reason", "spam").put("note", CANARY);
      var id = reported.getJsonObject("comment").getString("id");
      assertThat(here.send("POST", "comments/" + id + "/reports", report).statusCode())
          .isEqualTo(202);
      awaitCount(socket, "reported", 1);
      remove(reported);
      awaitCount(socket, "reported", 0);

      here.moderate("/a");
      var waiting = here.post("/a", "waits " + CANARY);
      awaitCount(socket, "pending", 1);
      remove(waiting);
      awaitCount(socket, "pending", 0);
      assertThat(socket.types()).containsOnly("queue");
      assertThat(socket.messages().toString()).doesNotContain(CANARY);
    }
  }

  private void remove(JsonObject posted) {
    var path = here.path("comments/" + posted.getJsonObject("comment").getString("id"));
    var author = "Bearer " + posted.getString("token");
    assertThat(one.send("DELETE", path, "", "Authorization", author).statusCode()).isEqualTo(204);
  }

  @Test
  void whatIsNoNews_isNotTold() {
    try (var socket = watch(one)) {
      awaitCount(socket, "pending", 0);
      here.id("/b", "goes out");
      here.moderate("/a");
      here.id("/a", "waits");
      awaitCount(socket, "pending", 1);
      assertThat(socket.messages()).hasSize(2);
    }
  }

  @Test
  void readersSockets_hearNothingOfIt() {
    here.moderate("/a");
    var id = here.id("/a", "waits " + CANARY);
    try (var staff = watch(one);
        var reader = LiveClient.open(one.url(), site, "article=/a")) {
      reader.await("hello");
      here.decide("spam", id);
      staff.await("verdict");
      here.decide("approve", here.id("/a", "after"));
      reader.await("comment.created");
      assertThat(reader.messages().toString()).doesNotContain(CANARY).doesNotContain(id);
      assertThat(reader.types()).doesNotContain("verdict", "queue");
    }
  }

  @Test
  void aRevokedToken_closes4401() {
    var owner = one.desk(site, Role.OWNER);
    var added =
        new JsonObject(
            owner
                .send(
                    "POST", "admin/staff", new JsonObject("{\"name\":\"Jo\",\"role\":\"viewer\"}"))
                .body());
    try (var socket = LiveClient.openStaff(added.getString("token"), two.url(), site);
        var other = watch(two)) {
      socket.await("queue");
      owner.done("DELETE", "admin/staff/" + added.getString("id"), null);
      Eventually.holds("closed", RECHECKED, () -> socket.code() == 4401);
      assertThat(other.code()).isZero();
    }
  }

  @Test
  void aSession_isEnoughForAPageOfThisServerAlone() {
    var login = new JsonObject().put("token", viewer).encode();
    var cookie =
        one.post(here.path("admin/session"), login)
            .headers()
            .firstValue("Set-Cookie")
            .orElseThrow()
            .replaceFirst(";.*", "");
    var own = List.of("Cookie", cookie, "Origin", one.url());
    try (var socket = LiveClient.openStaff(one.url(), site, own)) {
      socket.await("queue");
      one.send("DELETE", here.path("admin/session"), "", own.toArray(String[]::new));
      Eventually.holds("closed", RECHECKED, () -> socket.code() == 4401);
    }
    for (var origin : List.of("https://live.example", "https://evil.example", "null")) {
      assertRefused(403, List.of("Cookie", cookie, "Origin", origin));
    }
    assertRefused(403, List.of("Cookie", cookie));
  }

  @Test
  void whoIsNotOfTheStaff_isRefused() {
    var guest = new JsonObject(one.post(here.path("guests"), "{}").body()).getString("token");
    var other = "other-" + site;
    one.addSite(other);
    assertRefused(401, List.of());
    assertRefused(403, List.of("Authorization", "Bearer " + guest));
    assertRefused(401, List.of("Authorization", "Bearer " + one.addStaff(other, Role.OWNER)));
    assertRefused(
        403, List.of("Authorization", "Bearer " + viewer, "Origin", "https://evil.example"));
    assertThatThrownBy(() -> LiveClient.openStaff(guest, one.url(), site))
        .rootCause()
        .hasMessageContaining("code 403");
  }

  private void assertRefused(int status, List<String> headers) {
    assertThatThrownBy(() -> LiveClient.openStaff(one.url(), site, headers))
        .as(headers.toString())
        .rootCause()
        .hasMessageContaining("code " + status);
  }

  @Test
  void aLostConnectionToTheStore_isToldAndMadeUpFor() {
    try (var store = RedisServer.start();
        var wire = new TcpProxy(store.port());
        var near = onStore(store.address());
        var far = onStore(wire.address())) {
      var desk = near.desk("demo");
      var id = desk.id("/a", "reported in the dark");
      try (var socket = LiveClient.openStaff(near.staffToken(), far.url(), "demo")) {
        awaitCount(socket, "spam", 0);
        wire.swallow();
        desk.decide("spam", id);
        socket.await("degraded");
        wire.cut();
        socket.await("restored");
        awaitCount(socket, "spam", 1);
        desk.decide("reject", id);
        socket.await("verdict", told -> told.getString("verdict").equals("reject"));
      }
    }
  }

  @Test
  void whatCannotBeAnnounced_isDecidedAndCounted() {
    try (var store = RedisServer.start();
        var resp = store.connect();
        var server = onStore(store.address())) {
      resp.call("ACL", "SETUSER", "default", "resetchannels", "&{*:*}:live");
      var desk = server.desk("demo");
      var id = desk.id("/a", "not a word of it");
      try (var socket = LiveClient.openStaff(server.staffToken(), server.url(), "demo")) {
        awaitCount(socket, "spam", 0);
        assertThat(Desk.results(desk.decide("spam", id))).isEqualTo("spam");
        awaitCount(socket, "spam", 1);
        assertThat(socket.messages("verdict")).isEmpty();
      }
    }
  }

  private static TestServer onStore(String address) {
    return TestServer.start(Map.of("AFTERWORD_REDIS", address, "AFTERWORD_LIMITS", "off"));
  }
}
