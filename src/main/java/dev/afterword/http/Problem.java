package dev.afterword.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal, on its way to becoming a problem document (RFC 9457). Thrown or failed with, it
 * carries no stack: it is an answer, not a defect.
 */
public final class Problem extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final transient List<Fault> faults;
  private final transient Map<String, String> headers;

  private Problem(
      ProblemType type, @Nullable String detail, List<Fault> faults, Map<String, String> headers) {
    super(detail == null ? type.explanation() : detail, null, false, false);
    this.type = type;
    this.faults = List.copyOf(faults);
    this.headers = Map.copyOf(headers);
  }

  /** A problem with its general explanation. */
  public static Problem of(ProblemType type) {
    return new Problem(type, null, List.of(), Map.of());
  }

  /** A problem with a detail about this occurrence, for humans. */
  public static Problem of(ProblemType type, String detail) {
    return new Problem(type, detail, List.of(), Map.of());
  }

  /** Values that are not valid: 422 with one entry for each. */
  public static Problem invalid(List<Fault> faults) {
    return new Problem(ProblemType.INVALID_VALUES, null, faults, Map.of());
  }

  /** A value that is not valid: 422. */
  public static Problem invalid(Fault fault) {
    return invalid(List.of(fault));
  }

  /** The same problem with a header to send along. */
  public Problem with(String header, String value) {
    var more = new HashMap<>(headers);
    more.put(header, value);
    return new Problem(type, getMessage(), faults, more);
  }

  /** The same problem with more that is wrong, as far as it lies at other places. */
  Problem and(List<Fault> others) {
    var all = new ArrayList<>(faults);
    for (var other : others) {
      if (faults.stream().noneMatch(other::isAtSamePlace)) {
        all.add(other);
      }
    }
    return new Problem(type, getMessage(), all, headers);
  }

  /** What kind of problem it is. */
  public ProblemType type() {
    return type;
  }

  /** What is wrong with values, place by place; empty for other problems. */
  public List<Fault> faults() {
    return faults;
  }

  /** The headers to send along. */
  public Map<String, String> headers() {
    return headers;
  }

  JsonObject json(String baseUrl, String requestId) {
    var json =
        new JsonObject()
            .put("type", baseUrl + "/problems/" + type.code())
            .put("title", type.title())
            .put("status", type.status())
            .put("detail", getMessage())
            .put("code", type.code())
            .put("instance", requestId);
    if (!faults.isEmpty()) {
      var list = new JsonArray();
      faults.forEach(fault -> list.add(fault.json()));
      json.put("errors", list);
    }
    return json;
  }
}
