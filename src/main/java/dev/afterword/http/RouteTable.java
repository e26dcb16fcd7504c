package dev.afterword.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The table of routes, and the order in which a request is checked: path and site, method, origin,
 * token, media type and body, values; then its endpoint is asked. Confined to one event loop.
 */
public final class RouteTable {
  /** How long a gate or an endpoint may take before the client is told to come back, in ms. */
  private static final long PATIENCE_MS = 1_800;

  /** How many requests may be under way on one event loop before new ones are refused. */
  private static final int MOST_UNDER_WAY = 8_192;

  /**
   * How often an endpoint is asked before a failure is the answer: each of two articles may have
   * been remembered wrongly, and may have to be followed then.
   */
  private static final int TRIES = 5;

  private static final String JSON = "json";
  private static final String STAFF_ROLE = "staff-role";

  private final Answers answers;
  private final Contract contract;
  private final MeterRegistry meters;
  private final Gate first;
  private final List<Gate> gates;
  private final RequestBodies bodies = new RequestBodies();

  /** With our side only; how long a body may take is the business of those who read it. */
  private final Patience patience = new Patience(PATIENCE_MS);

  private final Map<String, Map<HttpMethod, Operation>> paths = new LinkedHashMap<>();
  private Retry retry = failure -> null;
  private int underWay;

  /** How an operation takes a body. */
  private enum BodyRule {
    /** None; what is sent is left unread. */
    NONE,
    /** A JSON object is required, as application/json. */
    JSON,
    /** A JSON object may be sent, as application/json. */
    JSON_OR_NONE,
    /** A JSON object may be sent, under any media type that needs no preflight. */
    ANY_OR_NONE,
    /** The fields of an HTML form. */
    FORM,
    /** The endpoint takes the connection over, request and all. */
    UPGRADE
  }

  private record Operation(
      String id,
      Endpoint endpoint,
      BodyRule body,
      boolean checked,
      BiFunction<RoutingContext, JsonObject, JsonObject> counts,
      @Nullable String staffRole,
      Timer timer) {}

  /** An endpoint whose problems, once the form is read, are told by the form itself. */
  private record FormEndpoint(Endpoint endpoint, BiFunction<RoutingContext, Problem, Answer> again)
      implements Endpoint {
    @Override
    public Future<Answer> answer(RoutingContext ctx) {
      return endpoint.answer(ctx);
    }
  }

  /**
   * @param first passed before the method is looked at: it knows the site
   * @param gates passed in order after the method
   */
  public RouteTable(
      Answers answers, Contract contract, MeterRegistry meters, Gate first, List<Gate> gates) {
    this.answers = answers;
    this.contract = contract;
    this.meters = meters;
    this.first = first;
    this.gates = List.copyOf(gates);
  }

  /** Knows failures after which an endpoint can be asked once more, because nothing was done. */
  @FunctionalInterface
  public interface Retry {
    /** What has to be done before; {@code null} when the failure is the answer. */
    @Nullable Future<Void> after(Throwable failure);
  }

  /** Has endpoints be asked again after some failures. */
  public RouteTable retrying(Retry rule) {
    this.retry = rule;
    return this;
  }

  /** Reading; the document's rules are checked before the endpoint is asked. */
  public RouteTable get(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.GET, path, operation, BodyRule.NONE, true, endpoint);
  }

  /** Reading on a hot path: the endpoint checks its parameters itself. */
  public RouteTable getUnchecked(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.GET, path, operation, BodyRule.NONE, false, endpoint);
  }

  /** Taking over the connection: the endpoint checks its parameters itself. */
  public RouteTable getUpgrade(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.GET, path, operation, BodyRule.UPGRADE, false, endpoint);
  }

  /** Changing, with a JSON body. */
  public RouteTable post(String path, String operation, Endpoint endpoint) {
    return post(path, operation, (ctx, json) -> json, endpoint);
  }

  /**
   * Changing, with a JSON body of which not everything may count.
   *
   * @param counts what of a body counts for the one who asks; the rest is not checked either
   */
  public RouteTable post(
      String path,
      String operation,
      BiFunction<RoutingContext, JsonObject, JsonObject> counts,
      Endpoint endpoint) {
    return add(HttpMethod.POST, path, operation, BodyRule.JSON, true, counts, endpoint);
  }

  /** Setting, with a JSON body. */
  public RouteTable put(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.PUT, path, operation, BodyRule.JSON, true, endpoint);
  }

  /** Setting what the path names: there is nothing more to say. */
  public RouteTable putNamed(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.PUT, path, operation, BodyRule.NONE, true, endpoint);
  }

  /** Changing a part, with a JSON body. */
  public RouteTable patch(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.PATCH, path, operation, BodyRule.JSON, true, endpoint);
  }

  /** Taking away. */
  public RouteTable delete(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.DELETE, path, operation, BodyRule.NONE, true, endpoint);
  }

  /** Changing, perhaps with a JSON body. */
  public RouteTable postMaybe(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.POST, path, operation, BodyRule.JSON_OR_NONE, true, endpoint);
  }

  /** Doing what the query says: there is nothing more to say, and what is sent is left unread. */
  public RouteTable postNamed(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.POST, path, operation, BodyRule.NONE, true, endpoint);
  }

  /** Changing on a hot path, perhaps with a body: the endpoint checks its parameters itself. */
  public RouteTable postUnchecked(String path, String operation, Endpoint endpoint) {
    return add(HttpMethod.POST, path, operation, BodyRule.ANY_OR_NONE, false, endpoint);
  }

  /**
   * Changing, with the fields of an HTML form.
   *
   * @param again the form once more, as it was filled in, with what is wrong: the answer to every
   *     problem that comes up once the fields were read, and when a gate could not tell because of
   *     us
   */
  public RouteTable postForm(
      String path,
      String operation,
      Endpoint endpoint,
      BiFunction<RoutingContext, Problem, Answer> again) {
    return add(
        HttpMethod.POST, path, operation, BodyRule.FORM, true, new FormEndpoint(endpoint, again));
  }

  /**
   * The JSON body, or the fields of the form, of a request whose operation takes one; empty when
   * none was sent.
   */
  public static JsonObject body(RoutingContext ctx) {
    JsonObject json = ctx.get(JSON);
    return json == null ? new JsonObject() : json;
  }

  /**
   * The least role of the operation that is asked for, when it is for staff alone; otherwise {@code
   * null}. Gates know it.
   */
  public static @Nullable String staffRole(RoutingContext ctx) {
    return ctx.get(STAFF_ROLE);
  }

  /** Puts the routes on a router; the order of the table is the order in which paths are tried. */
  public void mountOn(Router router) {
    paths.forEach(
        (path, methods) -> new PathTemplate(path).mountOn(router, ctx -> enter(ctx, methods)));
  }

  /**
   * Answers that there is nothing, on paths that no route has taken; but what the first gate says
   * goes first, so that a listed page may read this answer too.
   */
  public void mountNothingOn(Router router, String path) {
    new PathTemplate(path)
        .mountOn(router, ctx -> answer(ctx, null, () -> failed(ProblemType.NOT_FOUND)));
  }

  private RouteTable add(
      HttpMethod method,
      String path,
      String operation,
      BodyRule body,
      boolean checked,
      Endpoint endpoint) {
    return add(method, path, operation, body, checked, (ctx, json) -> json, endpoint);
  }

  private RouteTable add(
      HttpMethod method,
      String path,
      String operation,
      BodyRule body,
      boolean checked,
      BiFunction<RoutingContext, JsonObject, JsonObject> counts,
      Endpoint endpoint) {
    var timer =
        Timer.builder("afterword.http.requests")
            .description("Requests that reached their endpoint, by operation")
            .tag("operation", operation)
            .register(meters);
    paths
        .computeIfAbsent(path, fresh -> new LinkedHashMap<>())
        .put(
            method,
            new Operation(
                operation, endpoint, body, checked, counts, contract.staffRole(operation), timer));
    return this;
  }

  private void enter(RoutingContext ctx, Map<HttpMethod, Operation> methods) {
    long start = System.nanoTime();
    var operation = find(ctx.request().method(), methods);
    answer(ctx, operation, () -> carryOut(ctx, methods))
        .onComplete(
            answered -> {
              if (operation != null) {
                operation.timer().record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
              }
            });
  }

  private Future<Answer> answer(
      RoutingContext ctx, @Nullable Operation operation, Supplier<Future<Answer>> work) {
    if (underWay >= MOST_UNDER_WAY) {
      answers.fail(ctx, Problem.of(ProblemType.OVERLOADED));
      return failed(ProblemType.OVERLOADED);
    }
    underWay++;
    var request = ctx.request();
    if (!RequestBodies.isEmpty(request) || request.headers().contains(HttpHeaders.UPGRADE)) {
      // Until somebody wants to read it: the gates may have to ask the store first.
      request.pause();
    }
    var answered = then(pass(ctx, first), work);
    if (operation != null && operation.endpoint() instanceof FormEndpoint form) {
      answered = answered.recover(failure -> rescue(ctx, operation, form, failure));
    }
    return answered.onComplete(
        (answer, failure) -> {
          underWay--;
          if (failure == null) {
            answers.write(ctx, answer);
          } else {
            answers.fail(ctx, failure);
          }
        });
  }

  private static Future<Answer> failed(ProblemType type) {
    return Future.failedFuture(Problem.of(type));
  }

  private Future<Answer> carryOut(RoutingContext ctx, Map<HttpMethod, Operation> methods) {
    var method = ctx.request().method();
    if (method.equals(HttpMethod.OPTIONS)) {
      return Future.succeededFuture(new Answer(204, null, List.of("Allow", allow(methods))));
    }
    var operation = find(method, methods);
    if (operation == null) {
      return Future.failedFuture(
          Problem.of(ProblemType.METHOD_NOT_ALLOWED).with("Allow", allow(methods)));
    }
    ctx.put(STAFF_ROLE, operation.staffRole());
    Future<Void> passing = Future.succeededFuture();
    for (var gate : gates) {
      passing = then(passing, () -> pass(ctx, gate));
    }
    return then(passing, () -> takeBody(ctx, operation));
  }

  /** Mostly nothing has to be waited for, and a step that waits costs as much as what it does. */
  private static <T> Future<T> then(Future<Void> passing, Supplier<Future<T>> next) {
    return passing.succeeded() ? next.get() : passing.compose(passed -> next.get());
  }

  private Future<Answer> takeBody(RoutingContext ctx, Operation operation) {
    if (operation.body() == BodyRule.NONE) {
      ctx.request().resume();
    }
    if (operation.body() == BodyRule.NONE || operation.body() == BodyRule.UPGRADE) {
      return check(ctx, operation, null);
    }
    if (operation.endpoint() instanceof FormEndpoint form) {
      return takeForm(ctx, operation, form);
    }
    boolean required = operation.body() == BodyRule.JSON;
    return bodies
        .json(ctx.request(), required, required || operation.body() == BodyRule.JSON_OR_NONE)
        .compose(
            sent -> {
              var json = operation.counts().apply(ctx, sent);
              ctx.put(JSON, json);
              return check(ctx, operation, json);
            });
  }

  /** What is wrong with the address is wrong with the form's own page, and no form mends it. */
  private Future<Answer> takeForm(RoutingContext ctx, Operation operation, FormEndpoint form) {
    return bodies
        .form(ctx.request())
        .compose(
            fields -> {
              ctx.put(JSON, fields);
              var faults = contract.query(operation.id(), ctx.queryParams());
              return faults.isEmpty()
                  ? check(ctx, operation, fields)
                      .recover(failure -> again(ctx, form, answers.explain(ctx, failure)))
                  : Future.failedFuture(Problem.invalid(faults));
            });
  }

  /** While nobody can tell whether to let somebody in, what they typed is not lost to them. */
  private Future<Answer> rescue(
      RoutingContext ctx, Operation operation, FormEndpoint form, Throwable failure) {
    var problem = answers.explain(ctx, failure);
    boolean ours = problem.type().status() >= 500;
    if (!ours || !contract.query(operation.id(), ctx.queryParams()).isEmpty()) {
      return Future.failedFuture(problem);
    }
    return bodies
        .form(ctx.request())
        .compose(
            fields -> {
              ctx.put(JSON, fields);
              return again(ctx, form, problem);
            });
  }

  private static Future<Answer> again(RoutingContext ctx, FormEndpoint form, Problem problem) {
    var answer = form.again().apply(ctx, problem).caching("no-store");
    for (var header : problem.headers().entrySet()) {
      answer = answer.with(header.getKey(), header.getValue());
    }
    return Future.succeededFuture(answer);
  }

  private Future<Answer> check(RoutingContext ctx, Operation operation, @Nullable JsonObject json) {
    if (operation.checked()) {
      var faults = faults(ctx, operation, json);
      if (!faults.isEmpty()) {
        return Future.failedFuture(Problem.invalid(faults));
      }
    }
    try {
      return patience.with(ctx.vertx(), ask(ctx, operation.endpoint(), TRIES));
    } catch (Problem problem) {
      // The hot path stops at the first wrong value; who sent it is told of all.
      boolean all = operation.checked() || problem.type() != ProblemType.INVALID_VALUES;
      return Future.failedFuture(all ? problem : problem.and(faults(ctx, operation, json)));
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }

  private Future<Answer> ask(RoutingContext ctx, Endpoint endpoint, int tries) {
    var answer = endpoint.answer(ctx);
    if (answer.succeeded() || tries <= 1) {
      return answer;
    }
    return answer.recover(
        failure -> {
          var before = retry.after(failure);
          return before == null ? answer : before.compose(done -> ask(ctx, endpoint, tries - 1));
        });
  }

  private List<Fault> faults(RoutingContext ctx, Operation operation, @Nullable JsonObject json) {
    var faults = new ArrayList<>(contract.query(operation.id(), ctx.queryParams()));
    if (json != null) {
      faults.addAll(contract.body(operation.id(), json));
    }
    return faults;
  }

  private Future<Void> pass(RoutingContext ctx, Gate gate) {
    try {
      return patience.with(ctx.vertx(), gate.pass(ctx));
    } catch (RuntimeException failure) {
      return Future.failedFuture(failure);
    }
  }

  private static @Nullable Operation find(HttpMethod method, Map<HttpMethod, Operation> methods) {
    return methods.get(method.equals(HttpMethod.HEAD) ? HttpMethod.GET : method);
  }

  private static String allow(Map<HttpMethod, Operation> methods) {
    var names = new ArrayList<String>();
    methods
        .keySet()
        .forEach(
            method -> {
              names.add(method.name());
              if (method.equals(HttpMethod.GET)) {
                names.add("HEAD");
              }
            });
    names.add("OPTIONS");
    return String.join(", ", names);
  }
}
