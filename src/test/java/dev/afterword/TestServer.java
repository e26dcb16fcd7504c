package dev.afterword;

import dev.afterword.comment.Reconciler;
import dev.afterword.identity.ArticleRule;
import dev.afterword.identity.Caller;
import dev.afterword.identity.SiteStore;
import dev.afterword.identity.StaffStore;
import dev.afterword.redis.RedisLink;
import dev.afterword.support.Temporary;
import dev.afterword.support.TestStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * A whole server in this process, on free ports, with the store of the tests unless a test names
 * another. What a stranger's client does with it goes through {@link #send}.
 */
public final class TestServer implements AutoCloseable {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  /** What most requests here say that they are: a reader's. */
  public static final String BROWSER =
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

  private final ServeCommand.Server server;
  private final Config config;
  private final Path data;
  private final Map<String, String> settings;

  private TestServer(
      ServeCommand.Server server, Config config, Path data, Map<String, String> settings) {
    this.server = server;
    this.config = config;
    this.data = data;
    this.settings = settings;
  }

  /** Starts one; names and values are settings as in the environment and win over the usual. */
  public static TestServer start(Map<String, String> settings) {
    var data = Temporary.folder();
    var all = new HashMap<String, String>();
    all.put("AFTERWORD_PORT", "0");
    all.put("AFTERWORD_OPS_PORT", "0");
    all.put("AFTERWORD_DATA", data.toString());
    all.put("AFTERWORD_DEMO", "true");
    all.put("AFTERWORD_TRUSTED_PROXIES", "127.0.0.0/8");
    all.put("AFTERWORD_SECRET", "k3q9-a-long-word-of-the-tests-0123456789");
    if (!settings.containsKey("AFTERWORD_REDIS")) {
      all.put("AFTERWORD_REDIS", TestStore.address());
    }
    all.putAll(settings);
    try {
      var config = Config.from(all, null);
      return new TestServer(ServeCommand.start(config), config, data, all);
    } catch (Config.InvalidException | Startup.FailedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One with rates unlimited. */
  public static TestServer unlimited() {
    return start(Map.of("AFTERWORD_LIMITS", "off"));
  }

  /** What readers use, without a trailing slash. */
  public String url() {
    return server.url();
  }

  /** What operators use, without a trailing slash. */
  public String operationsUrl() {
    return server.operationsUrl();
  }

  /** The owner's token. */
  public String staffToken() {
    try {
      return Files.readString(data.resolve("staff-token")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a site beside the demo, as the command line does. */
  public void addSite(String name, String... origins) {
    inStore(
        link ->
            new SiteStore(link, site -> Set.of())
                .add(name, List.of(origins), config.viewWindow(), config.editWindow()));
  }

  /** Says where a site's pages are, as the command line does. */
  public void setOrigins(String site, String... origins) {
    inStore(link -> new SiteStore(link, name -> Set.of()).setOrigins(site, List.of(origins)));
  }

  /** Says which articles may come into being on a site, as the command line does. */
  public void setArticles(String site, String kind, String... patterns) {
    var rule = new ArticleRule(ArticleRule.Kind.of(kind).orElseThrow(), List.of(patterns));
    inStore(link -> new SiteStore(link, name -> Set.of()).setArticles(site, rule));
  }

  /**
   * Runs a command beside the server, configured like it, and answers what it says.
   *
   * @param code what it has to end with
   */
  public String command(int code, String... command) {
    var lines = new StringBuilder();
    settings.forEach(
        (name, value) ->
            lines
                .append(name.substring("AFTERWORD_".length()).toLowerCase(Locale.ROOT))
                .append(": '")
                .append(value)
                .append("'\n"));
    var all = new ArrayList<>(List.of(command));
    all.addAll(List.of("--config", file("config.yaml", lines.toString()).toString()));
    var text = new StringWriter();
    var line = Main.commandLine(new Main());
    line.setOut(new PrintWriter(text, true)).setErr(new PrintWriter(text, true));
    int ended = line.execute(all.toArray(String[]::new));
    if (ended != code) {
      throw new AssertionError("It ended with " + ended + ": " + text);
    }
    return text.toString();
  }

  /** A file that goes away with the server. */
  public Path file(String name, String content) {
    try {
      return Files.writeString(data.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes somebody staff of one site, as the command line does; answers the token. */
  public String addStaff(String site, Caller.Role role) {
    var token = StaffStore.newToken();
    inStore(link -> new StaffStore(link).add(site, token, "Staff of " + site, role));
    return token;
  }

  /** The owner, at work on a site. */
  public Desk desk(String site) {
    return new Desk(this, site, staffToken());
  }

  /** Somebody who is made staff of a site, as the command line does, at work there. */
  public Desk desk(String site, Caller.Role role) {
    return new Desk(this, site, addStaff(site, role));
  }

  /** Counts every thread of a site anew, as the command line does. */
  public Reconciler.Tally recount(String site) {
    return inStore(
        link -> {
          var store = new SiteStore(link, name -> Set.of());
          return store
              .read(site)
              .compose(
                  found ->
                      new Reconciler(Vertx.currentContext().owner(), link, store)
                          .site(found.orElseThrow(), (tally, of) -> {}));
        });
  }

  private <T> T inStore(Function<RedisLink, Future<T>> work) {
    try {
      return StoreAccess.with(config, work);
    } catch (Startup.FailedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A request to a path; headers are names and values, alternating. */
  public HttpResponse<String> send(String method, String path, String body, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(url() + path))
            .timeout(Duration.ofSeconds(20))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    if (!List.of(headers).contains("User-Agent")) {
      request.header("User-Agent", BROWSER);
    }
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, "", headers);
  }

  /** Posts JSON. */
  public HttpResponse<String> post(String path, String json, String... headers) {
    var all = new String[headers.length + 2];
    all[0] = "Content-Type";
    all[1] = "application/json";
    System.arraycopy(headers, 0, all, 2, headers.length);
    return send("POST", path, json, all);
  }

  /** A metric without labels, as operators see it. */
  public double metric(String name) {
    var request = HttpRequest.newBuilder(URI.create(operationsUrl() + "/metrics")).build();
    try {
      return CLIENT
          .send(request, HttpResponse.BodyHandlers.ofLines())
          .body()
          .filter(line -> line.startsWith(name + ' '))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("There is no metric " + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** A value as part of a query. */
  public static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    server.close();
    Temporary.delete(data);
  }
}
