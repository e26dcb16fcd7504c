package dev.afterword.http;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.OpenAPIVersion;
import io.vertx.openapi.contract.Operation;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ContractTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static Contract contract;

  @BeforeAll
  static void load() {
    contract = Contract.load(VERTX).await();
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @ParameterizedTest(name = "{0} ?{1}")
  @MethodSource
  void query(String operation, String query, String faults) {
    assertThat(text(contract.query(operation, parameters(query)))).isEqualTo(faults);
  }

  static Stream<Arguments> query() {
    var limit = "limit: Must be a whole number from 1 to 100.";
    var replies = "replies: Must be a whole number from 0 to 100.";
    var sort = "sort: Must be one of newest, oldest, best, discussed.";
    var since = "article=a&since=";
    return Stream.of(
        arguments("listComments", "article=/a", ""),
        arguments("listComments", "article=/a&limit=1&sort=oldest&replies=0&depth=0&text=true", ""),
        arguments("listComments", "article=/a&limit=100&sort=newest&replies=100&text=false", ""),
        arguments("listComments", "article=/a&sort=best", ""),
        arguments("listComments", "article=/a&sort=discussed", ""),
        arguments("listComments", "article=/a&limit=007", ""),
        arguments("listComments", "article=/a&unknown=%00&utm_source=x&x=1&x=2", ""),
        arguments("listComments", "", "article: This is required."),
        arguments("listComments", "article=", "article: Must not be empty."),
        arguments("listComments", "article=a&article=b", "article: Must be given only once."),
        arguments("listComments", "article=" + "🙂".repeat(4096), ""),
        arguments(
            "listComments",
            "article=" + "a".repeat(4097),
            "article: Must be at most 4,096 characters long."),
        arguments("listComments", "article=a&limit=0", limit),
        arguments("listComments", "article=a&limit=101", limit),
        arguments("listComments", "article=a&limit=-1", limit),
        arguments("listComments", "article=a&limit=+5", limit),
        arguments("listComments", "article=a&limit= 5", limit),
        arguments("listComments", "article=a&limit=5 ", limit),
        arguments("listComments", "article=a&limit=5\n", limit),
        arguments("listComments", "article=a&limit=5.0", limit),
        arguments("listComments", "article=a&limit=5e0", limit),
        arguments("listComments", "article=a&limit=1e400", limit),
        arguments("listComments", "article=a&limit=0x5", limit),
        arguments("listComments", "article=a&limit=٥", limit),
        arguments("listComments", "article=a&limit=", limit),
        arguments("listComments", "article=a&limit=NaN", limit),
        arguments("listComments", "article=a&limit=18446744073709551621", limit),
        arguments("listComments", "article=a&limit=" + "9".repeat(9000), limit),
        arguments("listComments", "article=a&limit=5&limit=5", "limit: Must be given only once."),
        arguments("listComments", "article=a&replies=-1", replies),
        arguments("listComments", "article=a&replies=101", replies),
        arguments("listComments", "article=a&sort=worst", sort),
        arguments("listComments", "article=a&sort=Newest", sort),
        arguments("listComments", "article=a&sort=", sort),
        arguments("listComments", "article=a&text=1", "text: Must be true or false."),
        arguments("listComments", "article=a&text=", "text: Must be true or false."),
        arguments("listComments", "article=a&after=abc_-9", ""),
        arguments("listComments", "article=a&after=", "after: Must not be empty."),
        arguments(
            "listComments",
            "article=a&after=a b",
            "after: Must be a cursor, taken from the `next` of an earlier answer."),
        arguments(
            "listComments",
            "article=a&after=abc\n",
            "after: Must be a cursor, taken from the `next` of an earlier answer."),
        arguments(
            "listComments",
            "limit=x&sort=y",
            "article: This is required. | " + sort + " | " + limit),
        arguments("recordView", "article=a&dry=true", ""),
        arguments("recordView", "article=a&dry=TRUE", "dry: Must be true or false."),
        arguments("reportReading", "article=/a&seconds=0&depth=0", ""),
        arguments("reportReading", "article=/a&seconds=3600&depth=100", ""),
        arguments(
            "reportReading", "article=/a", "seconds: This is required. | depth: This is required."),
        arguments(
            "reportReading",
            "article=/a&seconds=3601&depth=101",
            "seconds: Must be a whole number from 0 to 3600."
                + " | depth: Must be a whole number from 0 to 100."),
        arguments("getEngagement", "", "article: This is required."),
        arguments("getCounts", "article=a&article=b", ""),
        arguments("getCounts", "article=a&article=", "article: Must not be empty."),
        arguments("getCounts", "", "article: This is required."),
        arguments("getCounts", "article=a" + "&article=a".repeat(99), ""),
        arguments(
            "getCounts",
            "article=a" + "&article=a".repeat(100),
            "article: Must be at most 100 values."),
        arguments("listReplies", "limit=25&sort=oldest", ""),
        arguments("threadPage", "article=/a&sort=best&comment=aZ0_-&fragment=true", ""),
        arguments("threadPage", "article=/a&posted=x", "posted: Must be one of pending."),
        arguments("threadPage", "article=/a&comment=..", "comment: Must be the id of a comment."),
        arguments("live", since, ""),
        arguments("live", since + "nonsense&since=&since=%20", ""),
        arguments("adminMe", "article=", ""));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource
  void body(String operation, String json, String faults) {
    assertThat(text(contract.body(operation, Json.decodeValue(json.replace('\'', '"')))))
        .isEqualTo(faults);
  }

  static Stream<Arguments> body() {
    var idea = "Must be the id of a comment.";
    var unicode = "Holds something that is not Unicode text.";
    var longText = "#/text: Must be at most 10,000 characters long.";
    return Stream.of(
        arguments("postComment", "{'text':'x'}", ""),
        arguments("postComment", "{'text':'x','author':{'name':'Ada'},'parent':'aZ0_-'}", ""),
        arguments("postComment", "{'text':'x','author':null,'parent':null}", ""),
        arguments("postComment", "{'text':'x','author':{'name':'A','email':null}}", ""),
        arguments("postComment", "{'text':'x','more':[[[[{}]]]],'n':1e400,'':1,'/~%#':2}", ""),
        arguments("postComment", "{'text':'x','trap':'','openMs':1500}", ""),
        arguments("postComment", "{'text':'x','trap':null,'openMs':null}", ""),
        arguments(
            "postComment",
            "{'text':'x','openMs':1.5}",
            "#/openMs: Must be a whole number from 0 to 9007199254740991."),
        arguments("postComment", "null", "#: A JSON body is required."),
        arguments("postComment", "{}", "#/text: This is required."),
        arguments("postComment", "[]", "#: Must be an object."),
        arguments("postComment", "'x'", "#: Must be an object."),
        arguments("postComment", "1e400", "#: Must be an object."),
        arguments("postComment", "true", "#: Must be an object."),
        arguments("postComment", "{'text':null}", "#/text: Must be text."),
        arguments("postComment", "{'text':7}", "#/text: Must be text."),
        arguments("postComment", "{'text':['x']}", "#/text: Must be text."),
        arguments("postComment", "{'text':''}", "#/text: Must not be empty."),
        arguments("postComment", "{'text':'" + "🙂".repeat(10_000) + "'}", ""),
        arguments("postComment", "{'text':'" + "🙂".repeat(10_001) + "'}", longText),
        arguments("postComment", "{'text':'" + "x".repeat(10_001) + "'}", longText),
        arguments("postComment", "{'text':'a\\ud800b'}", "#/text: " + unicode),
        arguments("postComment", "{'text':'\\udc00'}", "#/text: " + unicode),
        arguments("postComment", "{'text':'\\ud83d\\ude42\\u0000\\n'}", ""),
        arguments("postComment", "{'text':'x','author':{}}", "#/author/name: This is required."),
        arguments("postComment", "{'text':'x','author':'Ada'}", "#/author: Must be an object."),
        arguments("postComment", "{'text':'x','author':[]}", "#/author: Must be an object."),
        arguments(
            "postComment",
            "{'text':'x','author':{'name':''}}",
            "#/author/name: Must not be empty."),
        arguments(
            "postComment",
            "{'text':'x','author':{'name':'" + "é".repeat(61) + "'}}",
            "#/author/name: Must be at most 60 characters long."),
        arguments(
            "postComment", "{'text':'x','author':{'name':'\\ud800'}}", "#/author/name: " + unicode),
        arguments(
            "postComment",
            "{'text':'x','author':{'name':'A','email':'no one'}}",
            "#/author/email: Must be an e-mail address."),
        arguments("postComment", "{'text':'x','parent':''}", "#/parent: Must not be empty."),
        arguments("postComment", "{'text':'x','parent':'a\\n'}", "#/parent: " + idea),
        arguments("postComment", "{'text':'x','parent':'../a'}", "#/parent: " + idea),
        arguments("postComment", "{'text':'x','parent':1}", "#/parent: Must be text."),
        arguments(
            "postComment",
            "{'text':'x','parent':'" + "a".repeat(41) + "'}",
            "#/parent: Must be at most 40 characters long."),
        arguments(
            "postComment",
            "{'text':1,'parent':2,'author':{'name':3}}",
            "#/text: Must be text. | #/parent: Must be text. | #/author/name: Must be text."),
        arguments("postFromPage", "{'text':'x','name':'','parent':'','key':'a:1','trap':''}", ""),
        arguments("postFromPage", "{}", "#/text: This is required."),
        arguments(
            "postFromPage",
            "{'text':'x','name':'" + "é".repeat(61) + "'}",
            "#/name: Must be at most 60 characters long."),
        arguments(
            "postFromPage",
            "{'text':'x','back':'https://evil.example'}",
            "#/back: Must be one of article."),
        arguments("postCounts", "{'articles':['a','b']}", ""),
        arguments("postCounts", "{}", "#/articles: This is required."),
        arguments("postCounts", "{'articles':'a'}", "#/articles: Must be a list."),
        arguments("postCounts", "{'articles':[]}", "#/articles: Must not be empty."),
        arguments(
            "postCounts",
            "{'articles':['a','',1]}",
            "#/articles/1: Must not be empty. | #/articles/2: Must be text."),
        arguments(
            "postCounts",
            "{'articles':[" + "'a',".repeat(100) + "'a']}",
            "#/articles: Must be at most 100 values."),
        arguments("recordView", "null", ""),
        arguments("recordView", "{}", ""),
        arguments("recordView", "{'title':'" + "🙂".repeat(200) + "','url':'/a'}", ""),
        arguments(
            "recordView",
            "{'title':'" + "x".repeat(201) + "'}",
            "#/title: Must be at most 200 characters long."),
        arguments("recordView", "{'url':{}}", "#/url: Must be text."),
        arguments("createGuest", "null", ""),
        arguments("createGuest", "{'name':7}", "#/name: Must be text."),
        arguments("preview", "{'text':false}", "#/text: Must be text."),
        arguments("getArticle", "[1]", ""));
  }

  @Test
  void aHostileBody_isAnsweredBriefly() {
    var articles = new JsonArray(new ArrayList<>(IntStream.range(0, 30_000).boxed().toList()));
    var counts = new JsonObject().put("articles", articles);
    assertThat(text(contract.body("postCounts", counts)))
        .isEqualTo("#/articles: Must be at most 100 values.");

    counts.put("articles", new JsonArray(articles.getList().subList(0, 100)));
    assertThat(contract.body("postCounts", counts)).hasSize(20);
  }

  @Test
  void randomBodies_areRefusedWhereVertxRefusesThem() {
    var random = new Random(7);
    var fitting = new AtomicInteger();
    var bodies =
        operations(contract.document())
            .filter(it -> it.containsKey("requestBody"))
            .filter(it -> !it.getString("operationId").equals("postFromPage"))
            .collect(toMap(it -> it.getString("operationId"), ContractTest::bodySchema));
    assertThat(bodies).hasSizeGreaterThan(5);
    bodies.forEach(
        (operation, schema) -> {
          var validator = validator(schema);
          for (int i = 0; i < 2_000; i++) {
            var body = randomObject(random, 3);
            boolean fits = validator.validate(body).getValid();
            fitting.addAndGet(fits ? 1 : 0);
            assertThat(contract.body(operation, body).isEmpty())
                .as(operation + " " + body.encode())
                .isEqualTo(fits);
          }
        });
    assertThat(fitting.get()).isBetween(1_000, bodies.size() * 2_000 - 1_000);
  }

  private static JsonObject bodySchema(JsonObject operation) {
    var body = Contract.resolved(contract.document(), operation.getJsonObject("requestBody"));
    return body.getJsonObject("content").getJsonObject("application/json").getJsonObject("schema");
  }

  private static JsonObject randomObject(Random random, int depth) {
    var names = List.of("text", "name", "author", "email", "parent", "value", "url", "articles");
    var object = new JsonObject();
    for (int i = random.nextInt(5); i > 0; i--) {
      object.put(names.get(random.nextInt(names.size())), randomValue(random, depth));
    }
    return object;
  }

  private static Object randomValue(Random random, int depth) {
    var texts =
        List.of("", "a", "a b", "a@b", "x".repeat(41), "🙂".repeat(60), "é".repeat(61), "-1");
    return switch (random.nextInt(depth == 0 ? 6 : 12)) {
      case 0 -> null;
      case 1 -> random.nextInt(5) - 2;
      case 2 ->
          List.of(1.0, 0.5, 1e300, -1L, true, new BigInteger("1".repeat(40)))
              .get(random.nextInt(6));
      case 6 -> new JsonArray();
      case 7 -> new JsonArray().add(randomValue(random, 0)).add(randomValue(random, 0));
      case 8, 9, 10 -> randomObject(random, depth - 1);
      default -> texts.get(random.nextInt(texts.size()));
    };
  }

  @Test
  void manyThreads_shareOneContract() throws Exception {
    var pool = Executors.newFixedThreadPool(8);
    try {
      var body = new JsonObject().put("text", "").put("author", new JsonObject());
      var answers = new ArrayList<java.util.concurrent.Future<String>>();
      for (int i = 0; i < 2_000; i++) {
        answers.add(pool.submit(() -> text(contract.body("postComment", body))));
      }
      for (var answer : answers) {
        assertThat(answer.get())
            .isEqualTo("#/text: Must not be empty. | #/author/name: This is required.");
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void theDocument_isServedAsItIs() {
    assertThat(contract.yaml().toString()).startsWith("openapi: 3.1").contains("operationId: live");
    assertThat(contract.operations())
        .containsExactlyInAnyOrder(
            "getCounts",
            "postCounts",
            "getArticle",
            "recordView",
            "reportReading",
            "getEngagement",
            "listComments",
            "postComment",
            "getComment",
            "listReplies",
            "editComment",
            "deleteComment",
            "vote",
            "react",
            "takeBackReaction",
            "me",
            "listRevisions",
            "listRecent",
            "feed",
            "preview",
            "createGuest",
            "live",
            "top",
            "explainViews",
            "viewSeries",
            "changeArticle",
            "moveArticle",
            "adminMe",
            "audit",
            "exportAudit",
            "undoVerdict",
            "queue",
            "dayStats",
            "adminLive",
            "decide",
            "listArticles",
            "listBans",
            "getBan",
            "ban",
            "unban",
            "getJob",
            "exportMe",
            "eraseMe",
            "exportAuthor",
            "eraseAuthor",
            "reportComment",
            "getSettings",
            "changeSettings",
            "listSites",
            "addSite",
            "listStaff",
            "addStaff",
            "revokeStaff",
            "beginSession",
            "endSession",
            "threadPage",
            "postFromPage",
            "embedScript",
            "countsScript",
            "scripts",
            "keptScript",
            "words",
            "avatar",
            "aboutCounting",
            "adminPage",
            "openapiDocument",
            "problemPage");
    assertThat(contract.endpoint("getComment"))
        .hasToString("Endpoint[method=GET, path=/api/v1/{site}/comments/{id}]");
  }

  @Test
  void theWholeDocument_isOpenApi() {
    var version = OpenAPIVersion.V3_1;
    var output =
        version
            .getRepository(VERTX, "app://")
            .compose(it -> version.validateContract(VERTX, it, contract.document()))
            .await();
    assertThat(output.getErrors()).isNull();
    assertThat(output.getValid()).isTrue();
  }

  /** It refuses all media types but JSON and plain text, even in answers: those are left out. */
  @Test
  void vertxOpenApi_takesTheRequests() {
    var document = contract.document();
    var owners = new ArrayList<>(List.of(document.getJsonObject("components")));
    operations(document).forEach(owners::add);
    for (var owner : owners) {
      for (var response : owner.getJsonObject("responses")) {
        ((JsonObject) response.getValue()).remove("content");
      }
    }
    // So is the one form.
    document
        .getJsonObject("paths")
        .getJsonObject("/thread/{site}")
        .getJsonObject("post")
        .remove("requestBody");
    var taken = OpenAPIContract.from(VERTX, document).await();
    assertThat(taken.operations().stream().map(Operation::getOperationId))
        .containsExactlyInAnyOrderElementsOf(contract.operations());
  }

  @Test
  void eachOperation_documentsItsProblems() {
    operations(contract.document())
        .forEach(
            operation -> {
              var id = operation.getString("operationId");
              var responses = operation.getJsonObject("responses");
              var expected = new ArrayList<>(List.of("404", "405", "414", "431", "500", "503"));
              if (operation.containsKey("requestBody")) {
                expected.addAll(List.of("400", "403", "413", "415", "422"));
              }
              if (responses.getJsonObject("200", new JsonObject()).encode().contains("ETag")) {
                expected.add("304");
              }
              if (operation.containsKey("security")) {
                expected.add("401");
              }
              assertThat(responses.fieldNames()).as(id).containsAll(expected);
              expected.forEach(
                  status ->
                      assertThat(responses.getJsonObject(status).getString("$ref"))
                          .as(id + " " + status)
                          .startsWith("#/components/responses/"));
              assertThat(operation.getString("summary", "")).as(id).isNotBlank();
              assertThat(operation.getString("description", "")).as(id).isNotBlank();
            });
  }

  @Test
  void eachExample_fitsItsSchema() {
    var faults = new ArrayList<String>();
    var seen = examples("#", contract.document(), faults);
    assertThat(faults).isEmpty();
    assertThat(seen).isGreaterThan(40);
  }

  @Test
  void aWrongExample_wouldBeFound() {
    var faults = new ArrayList<String>();
    var list = new JsonObject().put("$ref", "#/components/schemas/Replies");
    var value = new JsonObject("{\"total\":1,\"next\":null,\"comments\":[{\"id\":\"a b\"}]}");
    example("", list, value, faults);
    assertThat(String.join("\n", faults)).contains("#/comments/0/id String does not match pattern");
  }

  /** Finds every example that stands beside a schema, and the examples inside schemas. */
  private static int examples(String place, Object node, List<String> faults) {
    var seen = 0;
    if (node instanceof JsonArray array) {
      for (int i = 0; i < array.size(); i++) {
        seen += examples(place + "/" + i, array.getValue(i), faults);
      }
    }
    if (node instanceof JsonObject object) {
      if (object.getValue("schema") instanceof JsonObject schema) {
        if (object.containsKey("example")) {
          seen += example(place, schema, object.getValue("example"), faults);
        }
        for (var named : object.getJsonObject("examples", new JsonObject())) {
          var value = ((JsonObject) named.getValue()).getValue("value");
          seen += example(place + " " + named.getKey(), schema, value, faults);
        }
      }
      if (object.getValue("examples") instanceof JsonArray inside) {
        for (var value : inside) {
          seen += example(place, object, value, faults);
        }
      }
      for (var field : object) {
        if (!field.getKey().startsWith("example")) {
          seen += examples(place + "/" + field.getKey(), field.getValue(), faults);
        }
      }
    }
    return seen;
  }

  private static int example(String place, JsonObject schema, Object value, List<String> faults) {
    var errors = validator(schema).validate(value).getErrors();
    if (errors != null) {
      errors.forEach(
          it -> faults.add(place + ": " + it.getInstanceLocation() + " " + it.getError()));
    }
    return 1;
  }

  /** Vert.x's, for a schema of the document. */
  private static Validator validator(JsonObject schema) {
    var schemas = contract.document().getJsonObject("components").getJsonObject("schemas");
    var whole = schema.copy().put("$defs", schemas).encode();
    var options =
        new JsonSchemaOptions()
            .setBaseUri("app://")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);
    var self = new JsonObject(whole.replace("#/components/schemas/", "#/$defs/"));
    return Validator.create(JsonSchema.of(self), options);
  }

  private static Stream<JsonObject> operations(JsonObject document) {
    return document.getJsonObject("paths").stream()
        .flatMap(path -> ((JsonObject) path.getValue()).stream())
        .filter(entry -> !entry.getKey().equals("parameters"))
        .map(entry -> (JsonObject) entry.getValue());
  }

  private static MultiMap parameters(String query) {
    var parameters = MultiMap.caseInsensitiveMultiMap();
    for (var pair : query.split("&", -1)) {
      if (!pair.isEmpty()) {
        var cut = pair.indexOf('=');
        parameters.add(pair.substring(0, cut), pair.substring(cut + 1));
      }
    }
    return parameters;
  }

  private static String text(List<Fault> faults) {
    return String.join(
        " | ",
        faults.stream()
            .map(it -> (it.pointer() == null ? it.parameter() : it.pointer()) + ": " + it.detail())
            .toList());
  }
}
