package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import dev.afterword.support.RawHttp;
import dev.afterword.support.RawHttp.Reply;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The document and the server say the same. */
@OnStore
class ContractAgreesTest {
  private static final String DRAFT = "{\"text\":\"Hello **you**\",\"author\":{\"name\":\"Ada\"}}";

  /** Headers that are there only when there is something to say. */
  private static final Set<String> SOMETIMES =
      Set.of("RateLimit", "RateLimit-Policy", "Idempotency-Replayed");

  private static final Vertx VERTX = Vertx.vertx();
  private static Contract contract;
  private static JsonObject document;
  private static TestServer server;
  private static String root;

  @BeforeAll
  static void start() {
    contract = Contract.load(VERTX).await();
    document = contract.document();
    server = TestServer.unlimited();
    root = posted(DRAFT);
    posted(new JsonObject(DRAFT).put("parent", root).encode());
    server.send("POST", "/api/v1/demo/views?article=/a", "{\"title\":\"Rain\"}");
  }

  @AfterAll
  static void stop() {
    server.close();
    VERTX.close().await();
  }

  private static String posted(String body) {
    var answer = server.post("/api/v1/demo/comments?article=/a", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    return new JsonObject(answer.body()).getJsonObject("comment").getString("id");
  }

  static Set<String> operations() {
    return contract.operations();
  }

  /** A good request for each operation, and what is documented for it. */
  @ParameterizedTest
  @MethodSource("operations")
  void operation_answersAsDocumented(String operation) throws Exception {
    switch (operation) {
      case "getCounts" -> check(operation, 200, get("?article=/a&article=/b&article=x"));
      case "postCounts" -> check(operation, 200, json("", "{\"articles\":[\"/a\",\"x\"]}"));
      case "getArticle" -> {
        check(operation, 200, get("?article=/a"));
        check(operation, 200, get("?article=/never"));
      }
      case "recordView" -> {
        check(operation, 200, json("?article=/a", "{\"title\":null,\"url\":null}"));
        check(operation, 200, json("?article=/a", ""));
        check(operation, 200, json("?article=/a&dry=true", ""));
      }
      case "reportReading" -> check(operation, 204, get("?article=/a&seconds=95&depth=100"));
      case "getEngagement" -> {
        check(operation, 200, get("?article=/a").as(owner()));
        check(operation, 200, get("?article=/never").as(owner()));
      }
      case "listComments" -> {
        check(operation, 200, get("?article=/a"));
        check(operation, 200, get("?article=/a&text=true&sort=oldest&limit=1&depth=0"));
        check(operation, 200, get("?article=/never"));
      }
      case "postComment" -> {
        check(operation, 201, json("?article=/b", DRAFT));
        var reply = new JsonObject(DRAFT).put("parent", root).encode();
        check(operation, 201, json("?article=/a", reply));
      }
      case "getComment" -> {
        check(operation, 200, get(""));
        check(operation, 200, get("?context=true"));
      }
      case "editComment" ->
          check(operation, 200, json("", "{\"text\":\"Rain, *at last*.\"}").as(owner()));
      case "deleteComment" -> check(operation, 204, get("").as(owner()), posted(DRAFT));
      case "vote" -> check(operation, 200, json("", "{\"value\":-1}").as(owner()));
      case "react", "takeBackReaction" -> check(operation, 200, get("?article=/a").as(owner()));
      case "me" -> check(operation, 200, get("?article=/a").as(owner()));
      case "listRecent" -> check(operation, 200, get("?limit=3"));
      case "feed" -> {
        check(operation, 200, get(""));
        check(operation, 200, get("?article=/a"));
      }
      case "listRevisions" -> check(operation, 200, get("").as(owner()));
      case "listReplies" -> check(operation, 200, get("?sort=newest&limit=1"));
      case "preview" -> check(operation, 200, json("", "{\"text\":\"**x**\"}"));
      case "createGuest" -> {
        check(operation, 201, json("", "{\"name\":\"Ada\"}"));
        check(operation, 201, json("", "{\"name\":null}"));
        check(operation, 201, json("", "{}"));
        check(operation, 201, json("", ""));
      }
      case "live" -> {
        var hello = checkSocket("live?article=/a", "Live");
        assertThat(hello.getString("type")).isEqualTo("hello");
      }
      case "adminLive" -> {
        var queue = checkSocket("admin/live", "Staff");
        assertThat(queue.getString("type")).isEqualTo("queue");
      }
      case "top" -> check(operation, 200, get("?by=comments&window=week&limit=3"));
      case "dayStats" -> check(operation, 200, get("?from=2026-11-01&to=2026-11-30").as(owner()));
      case "explainViews", "viewSeries" -> check(operation, 200, get("?article=/a").as(owner()));
      case "changeArticle" ->
          check(operation, 200, json("?article=/a", "{\"baselineViews\":5}").as(owner()));
      case "moveArticle" -> {
        var draft = "{\"text\":\"hello\",\"author\":{\"name\":\"Ada\"}}";
        server.post("/api/v1/demo/comments?article=/moves", draft);
        check(operation, 200, json("", "{\"from\":\"/moves\",\"to\":\"/moved\"}").as(owner()));
      }
      case "adminMe" -> check(operation, 200, get("").as(owner()));
      case "audit" -> check(operation, 200, get("?limit=3").as(owner()));
      case "exportAudit" -> check(operation, 200, get("").as(owner()));
      case "queue" -> check(operation, 200, get("?state=all&limit=3").as(owner()));
      case "decide" -> check(operation, 200, json("", verdict("approve")).as(owner()));
      case "undoVerdict" -> {
        var pinned =
            server.post("/api/v1/demo/admin/verdicts", verdict("pin"), "Authorization", owner());
        check(
            operation,
            200,
            get("").as(owner()),
            new JsonObject(pinned.body()).getString("verdict"));
      }
      case "listArticles" -> check(operation, 200, get("?q=a&limit=3").as(owner()));
      case "listBans", "getBan", "ban", "unban" -> {
        check("ban", 200, json("", "{\"reason\":\"x\"}").as(owner()));
        check(
            operation,
            200,
            operation.equals("ban") ? json("", "{}").as(owner()) : get("").as(owner()));
      }
      case "getJob" -> {
        var removing = json("", "{\"removeComments\":true}").as(owner());
        check("ban", 202, removing);
        var job =
            new JsonObject(
                server
                    .send(
                        "PUT",
                        "/api/v1/demo/admin/bans/g0123456789abcdef",
                        "{\"removeComments\":true}",
                        "Authorization",
                        owner(),
                        "Content-Type",
                        "application/json")
                    .body());
        check(operation, 200, get("").as(owner()), job.getString("verdict"));
        check("undoVerdict", 202, get("").as(owner()), job.getString("verdict"));
      }
      case "exportMe", "eraseMe" ->
          check(operation, operation.equals("eraseMe") ? 204 : 200, get("").as(guest()));
      case "exportAuthor", "eraseAuthor" -> check(operation, 200, get("").as(owner()));
      case "reportComment" ->
          check(operation, 202, json("", "{\"reason\":\"spam\",\"note\":\"x\"}").as(owner()));
      case "getSettings" -> check(operation, 200, get("").as(owner()));
      case "changeSettings" -> {
        check(operation, 200, json("", "{\"editWindowSeconds\":900}").as(owner()));
        check(operation, 409, json("", "{\"version\":999}").as(owner()));
      }
      case "listSites" -> check(operation, 200, get("").as(owner()));
      case "addSite" -> check(operation, 201, json("", "{\"name\":\"news\"}").as(owner()));
      case "listStaff" -> check(operation, 200, get("").as(owner()));
      case "addStaff" -> {
        var body = "{\"name\":\"Jo\",\"role\":\"viewer\"}";
        check(operation, 201, json("", body).as(owner()));
      }
      case "revokeStaff" -> {
        check(operation, 404, get("").as(owner()));
        var body = "{\"name\":\"Jo\",\"role\":\"viewer\"}";
        var added = server.post("/api/v1/demo/admin/staff", body, "Authorization", owner());
        check(operation, 200, get("").as(owner()), new JsonObject(added.body()).getString("id"));
      }
      case "beginSession" -> {
        var token = new JsonObject().put("token", server.staffToken());
        check(operation, 204, json("", token.encode()));
        check(operation, 401, json("", "{\"token\":\"aw_x\"}"));
      }
      case "endSession" -> check(operation, 204, get(""));
      case "keptScript" -> {
        var list = new JsonObject(server.get("/scripts.json").body()).getJsonObject("scripts");
        var path = list.getJsonObject("embed.js").getString("path").split("/", -1);
        check(operation, 200, get(""), path[2]);
      }
      case "threadPage" -> {
        check(operation, 200, get("?article=/a&fragment=true"));
        check(operation, 200, get("?article=/never&sort=best&posted=pending"));
      }
      case "postFromPage" -> {
        check(operation, 303, form("?article=/form", "text=Hello&name=Ada&key=x"));
        check(operation, 422, form("?article=/form", "text=&name=Ada"));
      }
      case "embedScript",
          "countsScript",
          "scripts",
          "words",
          "avatar",
          "aboutCounting",
          "adminPage",
          "openapiDocument",
          "problemPage" ->
          check(operation, 200, get(""));
      default -> throw new AssertionError("Nothing is tested of " + operation);
    }
  }

  @Test
  void withoutALimit_aPageOfTheJournalIsAsLongAsDocumented() {
    int documented =
        document
            .getJsonObject("paths")
            .getJsonObject(contract.endpoint("audit").path())
            .getJsonObject("get")
            .getJsonArray("parameters")
            .stream()
            .map(each -> Contract.resolved(document, (JsonObject) each))
            .filter(each -> each.getString("name").equals("limit"))
            .findFirst()
            .orElseThrow()
            .getJsonObject("schema")
            .getInteger("default");
    var staff = new String[] {"Authorization", owner(), "Content-Type", "application/json"};
    for (int i = 0; i <= documented; i++) {
      var body = verdict(i % 2 == 0 ? "pin" : "unpin");
      assertThat(server.send("POST", "/api/v1/demo/admin/verdicts", body, staff).statusCode())
          .isEqualTo(200);
    }
    var page = new JsonObject(server.get("/api/v1/demo/admin/audit", staff).body());
    assertThat(page.getJsonArray("entries")).hasSize(documented);
  }

  private static String verdict(String verdict) {
    return new JsonObject().put("ids", new JsonArray().add(root)).put("verdict", verdict).encode();
  }

  private static String owner() {
    return "Bearer " + server.staffToken();
  }

  private static String guest() {
    var guest = server.post("/api/v1/demo/guests", "{\"name\":\"Ada\"}");
    return "Bearer " + new JsonObject(guest.body()).getString("token");
  }

  private record Request(String query, String body, String type, String authorization) {
    Request as(String token) {
      return new Request(query, body, type, token);
    }
  }

  private static Request get(String query) {
    return new Request(query, "", null, null);
  }

  private static Request json(String query, String body) {
    return new Request(query, body, body.isEmpty() ? null : "application/json", null);
  }

  private static Request form(String query, String body) {
    return new Request(query, body, "application/x-www-form-urlencoded", null);
  }

  private static void check(String operation, int status, Request request) {
    check(operation, status, request, root);
  }

  private static void check(String operation, int status, Request request, String comment) {
    var endpoint = contract.endpoint(operation);
    var path =
        endpoint
            .path()
            .replace("{site}", "demo")
            .replace("{id}", comment)
            .replace("{name}", "like")
            .replace("{author}", "g0123456789abcdef")
            .replace("{picture}", "g7Kp2.svg")
            .replace("{verdict}", comment)
            .replace("{job}", comment)
            .replace("{hash}", comment)
            .replace("{file}", "embed.js")
            .replace("{language}", "de.json")
            .replace("{code}", "not-found");
    var headers = new ArrayList<String>();
    if (request.type != null) {
      headers.addAll(List.of("Content-Type", request.type));
    }
    if (request.authorization != null) {
      headers.addAll(List.of("Authorization", request.authorization));
    }
    var reply = send(endpoint.method().name(), path + request.query, request.body, headers);
    assertThat(reply.status()).as(operation + " " + reply.body()).isEqualTo(status);
    var documented = documented(operation, status);
    checkHeaders(operation, reply, documented);
    checkBody(operation, reply, documented);
    var etag = reply.header("ETag");
    if (etag != null) {
      headers.addAll(List.of("If-None-Match", etag));
      var again = send(endpoint.method().name(), path + request.query, "", headers);
      assertThat(again.status()).as(operation).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(again.header("Vary")).as(operation).isEqualTo(reply.header("Vary"));
      checkHeaders(operation, again, documented(operation, 304));
    }
  }

  private static Reply send(String method, String target, String body, List<String> headers) {
    return RawHttp.send(
        server.url(),
        RawHttp.request(
            method, target, body.getBytes(StandardCharsets.UTF_8), headers.toArray(String[]::new)));
  }

  private static JsonObject documented(String operation, int status) {
    var endpoint = contract.endpoint(operation);
    var responses =
        document
            .getJsonObject("paths")
            .getJsonObject(endpoint.path())
            .getJsonObject(endpoint.method().name().toLowerCase(Locale.ROOT))
            .getJsonObject("responses");
    var found = responses.getJsonObject(Integer.toString(status));
    assertThat(found).as(operation + " may answer " + status).isNotNull();
    return Contract.resolved(document, found);
  }

  private static void checkHeaders(String operation, Reply reply, JsonObject documented) {
    for (var header : documented.getJsonObject("headers", new JsonObject())) {
      if (!SOMETIMES.contains(header.getKey())) {
        assertThat(reply.header(header.getKey()))
            .as(operation + " sends " + header.getKey())
            .isNotBlank();
      }
    }
  }

  private static void checkBody(String operation, Reply reply, JsonObject documented) {
    var content = documented.getJsonObject("content");
    if (content == null) {
      assertThat(reply.body()).as(operation).isEmpty();
      return;
    }
    var type = reply.header("Content-Type").replaceFirst(";.*", "");
    assertThat(content.fieldNames()).as(operation).contains(type);
    if (type.equals("application/json")) {
      fits(content.getJsonObject(type).getJsonObject("schema"), new JsonObject(reply.body()));
    }
  }

  private static void fits(JsonObject schema, JsonObject value) {
    var schemas = document.getJsonObject("components").getJsonObject("schemas");
    var whole = schema.copy().put("$defs", schemas).encode();
    var options =
        new JsonSchemaOptions()
            .setBaseUri("app://")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    var self = new JsonObject(whole.replace("#/components/schemas/", "#/$defs/"));
    var errors = Validator.create(JsonSchema.of(self), options).validate(value).getErrors();
    var said = new ArrayList<String>();
    if (errors != null) {
      errors.forEach(it -> said.add(it.getInstanceLocation() + " " + it.getError()));
    }
    assertThat(said).as(value.encode()).isEmpty();
  }

  /** Also: the first message, which it answers, has the documented form. */
  private static JsonObject checkSocket(String rest, String form) throws Exception {
    var messages = new CompletableFuture<String>();
    var listener =
        new WebSocket.Listener() {
          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            messages.complete(data.toString());
            return null;
          }

          @Override
          public void onError(WebSocket socket, Throwable error) {
            messages.completeExceptionally(error);
          }
        };
    var uri = URI.create(server.url().replace("http", "ws") + "/api/v1/demo/" + rest);
    var socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .header("Authorization", owner())
            .subprotocols("afterword.v1")
            .buildAsync(uri, listener)
            .get(10, TimeUnit.SECONDS);
    assertThat(socket.getSubprotocol()).isEqualTo("afterword.v1");
    var first = new JsonObject(messages.get(10, TimeUnit.SECONDS));
    fits(new JsonObject(Map.of("$ref", "#/components/schemas/" + form + "Message")), first);
    socket.abort();
    return first;
  }

  /** What the hot paths check by hand, as queries of {@code article=/a&…}. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "limit=1",
        "limit=100",
        "limit=007",
        "limit=000000000000000025",
        "limit=0",
        "limit=101",
        "limit=-1",
        "limit=+5",
        "limit= 5",
        "limit=5 ",
        "limit=5.0",
        "limit=5e0",
        "limit=0x5",
        "limit=٥",
        "limit=",
        "limit=NaN",
        "limit=18446744073709551621",
        "limit=4294967297",
        "limit=0000000000000000025",
        "limit=5&limit=5",
        "limit=x&limit=5",
        "Limit=x",
        "replies=0",
        "replies=100",
        "replies=101",
        "replies=x",
        "depth=0",
        "depth=100",
        "depth=101",
        "depth=",
        "sort=newest",
        "sort=oldest",
        "sort=Newest",
        "sort=best",
        "sort=",
        "sort=oldest&sort=oldest",
        "text=true",
        "text=false",
        "text=1",
        "text=TRUE",
        "text=",
        "text=true&text=true",
        "after=n5",
        "after=",
        "after=a b",
        "after=!",
        "after=n5&after=n5",
        "unknown=1",
        "unknown=1&unknown=2",
        "limit=0&depth=x&sort=&text=2&replies=-1",
        "article=/b",
        "dry=true",
        "dry=x",
        "x"
      })
  void list_agrees(String query) {
    agree("listComments", "GET", "article=/a&" + query);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "article=",
        "article=/a",
        "article=/a&article=/a",
        "Article=/a",
        "article=a&limit=0"
      })
  void list_agreesOnArticles(String query) {
    agree("listComments", "GET", query);
    agree("getArticle", "GET", query);
    agree("recordView", "POST", query);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "dry=true",
        "dry=false",
        "dry=",
        "dry=TRUE",
        "dry=1",
        "dry=true&dry=true",
        "dry=x&dry=y",
        "x=1",
        "limit=0"
      })
  void views_agree(String query) {
    agree("recordView", "POST", "article=/a&" + query);
  }

  @Test
  void counts_agree() {
    agree("getCounts", "GET", "");
    agree("getCounts", "GET", "x=1");
    agree("getCounts", "GET", "article=");
    agree("getCounts", "GET", "article=/a");
    agree("getCounts", "GET", "article=/a&article=");
    agree("getCounts", "GET", "article=a&".repeat(100));
    agree("getCounts", "GET", "article=a&".repeat(101));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"title\":null}",
        "{\"title\":\"x\"}",
        "{\"title\":7}",
        "{\"title\":[]}",
        "{\"url\":7}",
        "{\"url\":null}",
        "{\"url\":{}}",
        "{\"title\":7,\"url\":7}",
        "{\"more\":7}",
        "{\"url\":\"nonsense\"}"
      })
  void viewBodies_agree(String body) {
    var said = new TreeSet<String>();
    contract.body("recordView", new JsonObject(body)).forEach(fault -> said.add(place(fault)));
    var reply = send("POST", "/api/v1/demo/views?article=/a", body, List.of());
    assertThat(places(reply)).isEqualTo(said);
  }

  @Test
  void longViewBodies_agree() {
    for (int length : List.of(200, 201)) {
      viewBodies_agree("{\"title\":\"" + "🙂".repeat(length) + "\"}");
    }
    for (int length : List.of(4_096, 4_097)) {
      viewBodies_agree("{\"url\":\"" + "x".repeat(length) + "\"}");
    }
  }

  private static void agree(String operation, String method, String query) {
    var said = new TreeSet<String>();
    contract.query(operation, parameters(query)).forEach(fault -> said.add(place(fault)));
    var path = contract.endpoint(operation).path().replace("{site}", "demo");
    var reply = send(method, path + "?" + encoded(query), "", List.of());
    assertThat(places(reply)).as(operation + " " + query).isEqualTo(said);
  }

  private static String place(Fault fault) {
    return fault.pointer() == null ? fault.parameter() : fault.pointer();
  }

  private static Set<String> places(Reply reply) {
    var places = new TreeSet<String>();
    if (reply.status() != 200) {
      assertThat(reply.status()).as(reply.body()).isEqualTo(422);
      for (var each : new JsonObject(reply.body()).getJsonArray("errors", new JsonArray())) {
        var error = (JsonObject) each;
        assertThat(places.add(error.getString("pointer", error.getString("parameter")))).isTrue();
      }
    }
    return places;
  }

  private static MultiMap parameters(String query) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    for (var pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        var cut = pair.indexOf('=');
        parameters.add(
            cut < 0 ? pair : pair.substring(0, cut), cut < 0 ? "" : pair.substring(cut + 1));
      }
    }
    return parameters;
  }

  private static String encoded(String query) {
    var pairs = new ArrayList<String>();
    parameters(query)
        .forEach(
            entry ->
                pairs.add(
                    entry.getKey()
                        + "="
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8)));
    return String.join("&", pairs);
  }
}
