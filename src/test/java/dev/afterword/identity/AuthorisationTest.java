package dev.afterword.identity;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.http.Contract;
import dev.afterword.identity.Caller.Role;
import dev.afterword.support.OnStore;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who may do what of all that is for staff alone: every such operation of the contract against
 * every kind of caller. An operation that is not in the table fails the test.
 */
@OnStore
class AuthorisationTest {
  private static final Vertx VERTX = Vertx.vertx();

  private static Contract contract;
  private static TestServer server;

  /** The header {@code Authorization} by kind of caller; none for anonymous ones. */
  private static final Map<String, String> CALLERS = new LinkedHashMap<>();

  /**
   * One operation.
   *
   * @param least the least role; {@code null} for an owner of all sites
   * @param query with its question mark, or empty
   * @param body a body that passes the contract, or empty
   */
  private record Row(String operation, Role least, String query, String body) {}

  /** One line for each operation that is for staff alone. */
  private static final List<Row> TABLE =
      List.of(
          new Row("getEngagement", Role.VIEWER, "?article=/a", ""),
          new Row("explainViews", Role.VIEWER, "?article=/a", ""),
          new Row("viewSeries", Role.VIEWER, "?article=/a", ""),
          new Row("changeArticle", Role.MODERATOR, "?article=/a", "{}"),
          new Row("moveArticle", Role.MODERATOR, "", "{\"from\":\"/a\",\"to\":\"/z\"}"),
          new Row("adminMe", Role.VIEWER, "", ""),
          new Row("listRevisions", Role.VIEWER, "", ""),
          new Row("audit", Role.VIEWER, "", ""),
          new Row("exportAudit", Role.VIEWER, "", ""),
          new Row("undoVerdict", Role.MODERATOR, "", ""),
          new Row("dayStats", Role.VIEWER, "", ""),
          new Row("queue", Role.VIEWER, "?state=all", ""),
          new Row("adminLive", Role.VIEWER, "", ""),
          new Row(
              "decide",
              Role.MODERATOR,
              "",
              "{\"ids\":[\"0123456789abcdef0123\"],\"verdict\":\"spam\"}"),
          new Row("listArticles", Role.VIEWER, "", ""),
          new Row("listBans", Role.VIEWER, "", ""),
          new Row("getBan", Role.VIEWER, "", ""),
          new Row("ban", Role.MODERATOR, "", "{}"),
          new Row("unban", Role.MODERATOR, "", ""),
          new Row("getJob", Role.VIEWER, "", ""),
          new Row("exportAuthor", Role.OWNER, "", ""),
          new Row("eraseAuthor", Role.OWNER, "", ""),
          new Row("getSettings", Role.VIEWER, "", ""),
          new Row("changeSettings", Role.OWNER, "", "{}"),
          new Row("listStaff", Role.OWNER, "", ""),
          new Row("addStaff", Role.OWNER, "", "{\"name\":\"Jo\",\"role\":\"viewer\"}"),
          new Row("revokeStaff", Role.OWNER, "", ""),
          new Row("listSites", Role.VIEWER, "", ""),
          new Row("addSite", null, "", "{\"name\":\"added\"}"));

  @BeforeAll
  static void start() {
    contract = Contract.load(VERTX).await();
    server = TestServer.unlimited();
    server.addSite("ours");
    server.addSite("theirs");
    var key = SiteKey.ec();
    var file = server.file("key", key.pem()).toString();
    server.command(0, "site", "set", "ours", "--sso-key", file);
    var member =
        new JsonObject()
            .put("sub", "1")
            .put("name", "Ann")
            .put("aud", "ours")
            .put("exp", Instant.now().getEpochSecond() + 600);
    CALLERS.put("anonymous", null);
    CALLERS.put(
        "guest",
        new JsonObject(server.post("/api/v1/ours/guests", "{}").body()).getString("token"));
    CALLERS.put("member", key.sign(member));
    for (var role : Role.values()) {
      CALLERS.put(role.word(), server.addStaff("ours", role));
    }
    CALLERS.put("owner of another site", server.addStaff("theirs", Role.OWNER));
    CALLERS.put("owner of all sites", server.staffToken());
  }

  @AfterAll
  static void stop() {
    server.close();
    VERTX.close().await();
  }

  static Stream<String> operations() {
    return TABLE.stream().map(Row::operation);
  }

  @Test
  void everyStaffOperation_isInTheTable() {
    var staffOnly = new TreeSet<String>();
    contract.operations().stream()
        .filter(each -> contract.staffRole(each) != null)
        .forEach(staffOnly::add);
    assertThat(operations()).containsExactlyInAnyOrderElementsOf(staffOnly);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void operation_isForThoseOfItsRole(String operation) {
    var row = rows().get(operation);
    var path = contract.endpoint(operation).path();
    boolean ofSite = path.contains("{site}");
    CALLERS.forEach(
        (caller, token) -> {
          int expected = expected(row, caller, ofSite);
          int status = send(row, token == null ? List.of() : bearer(token));
          if (expected == 200) {
            assertThat(status).as(caller).isNotIn(401, 403).isLessThan(500);
          } else {
            assertThat(status).as(caller).isEqualTo(expected);
          }
        });
  }

  /** 401, 403, or 200 for whatever the operation answers to those who may. */
  private static int expected(Row row, String caller, boolean ofSite) {
    return switch (caller) {
      case "anonymous" -> 401;
      // Without a site nobody knows them.
      case "guest", "member" -> ofSite ? 403 : 401;
      case "owner of another site" -> ofSite ? 401 : row.least == Role.VIEWER ? 200 : 403;
      case "owner of all sites" -> 200;
      default -> {
        var role = Role.valueOf(caller.toUpperCase(java.util.Locale.ROOT));
        yield row.least != null && role.compareTo(row.least) >= 0 ? 200 : 403;
      }
    };
  }

  /** With the cookie alone: the same roles, and for changes only from a page of this server. */
  @ParameterizedTest
  @MethodSource("operations")
  void aSession_hasTheRoleOfItsToken(String operation) {
    var row = rows().get(operation);
    if (!contract.endpoint(operation).path().contains("{site}")) {
      return;
    }
    for (var role : Role.values()) {
      var login = new JsonObject().put("token", CALLERS.get(role.word())).encode();
      var cookie =
          server
              .post("/api/v1/ours/admin/session", login)
              .headers()
              .firstValue("Set-Cookie")
              .orElseThrow()
              .replaceFirst(";.*", "");
      int own = send(row, List.of("Cookie", cookie, "Origin", server.url()));
      if (role.compareTo(row.least) >= 0) {
        assertThat(own).as(role.word()).isNotIn(401, 403).isLessThan(500);
      } else {
        assertThat(own).as(role.word()).isEqualTo(403);
      }
      if (!contract.endpoint(operation).method().name().equals("GET")) {
        assertThat(send(row, List.of("Cookie", cookie))).isEqualTo(403);
        assertThat(send(row, List.of("Cookie", cookie, "Origin", "null"))).isEqualTo(403);
      }
    }
  }

  private static Map<String, Row> rows() {
    return TABLE.stream().collect(toMap(Row::operation, Function.identity()));
  }

  private static List<String> bearer(String token) {
    return List.of("Authorization", "Bearer " + token);
  }

  private static int send(Row row, List<String> headers) {
    var endpoint = contract.endpoint(row.operation);
    var path = endpoint.path().replace("{site}", "ours").replaceAll("\\{[a-z]+}", "1-0");
    var all = new ArrayList<>(headers);
    if (!row.body.isEmpty()) {
      all.addAll(List.of("Content-Type", "application/json"));
    }
    return server
        .send(endpoint.method().name(), path + row.query, row.body, all.toArray(String[]::new))
        .statusCode();
  }
}
