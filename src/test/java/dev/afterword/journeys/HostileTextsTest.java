package dev.afterword.journeys;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.microsoft.playwright.Page;
import dev.afterword.TestServer;
import dev.afterword.comment.AllowedHtml;
import dev.afterword.support.Browser;
import dev.afterword.support.NeedsBrowser;
import dev.afterword.support.OnStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Other people's hostile inputs as comments and as names, from the door to the page. They live
 * beside the repository and not in it.
 */
@OnStore
class HostileTextsTest {
  private static final Path CORPORA = Path.of("..", "shared", "corpora");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** What a name may lose on its way: what cannot be seen, or only misleads. */
  private static final Pattern ODD = Pattern.compile("[\\p{C}\\p{Z}\\s&&[^ ]]|^ | $|  ");

  private static TestServer server;

  /** Names by the id of their comment, as they were accepted: those that a page is to show. */
  private static final Map<String, String> SHOWN = new ConcurrentHashMap<>();

  /** And those that are only listed: harmless mostly, and a page of all would take its time. */
  private static final Map<String, String> LISTED = new ConcurrentHashMap<>();

  @BeforeAll
  static void post() throws IOException {
    assumeTrue(Files.isDirectory(CORPORA), () -> "there is no " + CORPORA.toAbsolutePath());
    server = TestServer.unlimited();
    var hostile = new ArrayList<String>();
    hostile.addAll(read("blns.json", JsonNode::asText));
    hostile.addAll(read("dompurify-expect.json", node -> node.get("payload").asText()));
    hostile.addAll(
        List.of(
            "<script>document.title='hacked'</script>",
            "[x](javascript:alert(1)) [y](data:text/html,<script>alert(1)</script>)",
            "![x](https://evil.example/x.png)",
            "${alert(1)} {{alert(1)}} <!--?lit$1$--> ?lit$123456789$",
            "\u202egpj.exe\u202c and \u0000 and \ud83d\ude42",
            "<svg onload=alert(1)><a xlink:href='javascript:alert(1)'>x</a></svg>"));
    hostile.parallelStream().forEach(text -> post("/", text, SHOWN));
    read("commonmark-spec-0.31.2.json", node -> node.get("markdown").asText()).parallelStream()
        .forEach(text -> post("/listed", text, LISTED));
    assertThat(SHOWN.size()).isGreaterThan(600);
    assertThat(LISTED.size()).isGreaterThan(500);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static List<String> read(String file, Function<JsonNode, String> text)
      throws IOException {
    var texts = new ArrayList<String>();
    for (JsonNode node : MAPPER.readTree(CORPORA.resolve(file).toFile())) {
      texts.add(text.apply(node));
    }
    return texts;
  }

  /** Posts a text, with its beginning as the name. Jackson's JSON: other eyes than the server's. */
  private static void post(String article, String text, Map<String, String> names) {
    int length = Math.min(60, text.codePointCount(0, text.length()));
    var name = text.substring(0, text.offsetByCodePoints(0, length));
    var draft = MAPPER.createObjectNode().put("text", text);
    draft.putObject("author").put("name", name);
    var answer = server.post("/api/v1/demo/comments?article=" + article, draft.toString());
    if (answer.statusCode() != 201) {
      assertThat(answer.statusCode()).as(text + answer.body()).isEqualTo(422);
      assertThat(showsNothing(text) || showsNothing(name)).as("refused: " + text).isTrue();
      return;
    }
    var comment = json(answer).get("comment");
    assertThat(comment.get("text").asText()).isEqualTo(text);
    AllowedHtml.check(comment.get("html").asText(), text);
    edit(comment.get("id").asText(), json(answer).get("token").asText(), text);
    var sample = MAPPER.createObjectNode().put("text", text).toString();
    var preview = server.post("/api/v1/demo/preview", sample);
    AllowedHtml.check(json(preview).get("html").asText(), text);
    var accepted = comment.get("author").get("name").asText();
    if (!ODD.matcher(name).find()) {
      assertThat(accepted).isEqualTo(name);
    }
    assertThat(accepted).doesNotContainPattern("[\\p{Cc}\u202a-\u202e\u2066-\u2069]");
    names.put(comment.get("id").asText(), accepted);
  }

  /** To the same text and a little more, so that what lists and pages show came by an edit. */
  private static void edit(String id, String token, String text) {
    var longest = text.length() >= 10_000 ? text.substring(1) : text + "\n\n.";
    var answer =
        server.send(
            "PATCH",
            "/api/v1/demo/comments/" + id,
            MAPPER.createObjectNode().put("text", longest).toString(),
            "Content-Type",
            "application/json",
            "Authorization",
            "Bearer " + token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    AllowedHtml.check(json(answer).get("html").asText(), longest);
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return MAPPER.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean showsNothing(String text) {
    return text.codePoints()
        .allMatch(
            c ->
                Character.isISOControl(c)
                    || Character.isWhitespace(c)
                    || Character.isSpaceChar(c)
                    || Character.getType(c) == Character.FORMAT
                    || (c >= 0xFFFE && c <= 0xFFFF)
                    || c == 0x2800
                    || c == 0x3164);
  }

  @Test
  void everyName_isListedAsItWasAccepted() {
    assertThat(listed("/")).isEqualTo(SHOWN);
    assertThat(listed("/listed")).isEqualTo(LISTED);
  }

  private static Map<String, String> listed(String article) {
    var names = new HashMap<String, String>();
    String after = "";
    while (after != null) {
      var answer =
          server.get("/api/v1/demo/comments?article=" + article + "&sort=oldest&limit=100" + after);
      assertThat(answer.statusCode()).isEqualTo(200);
      var json = json(answer);
      for (var comment : json.get("comments")) {
        names.put(comment.get("id").asText(), comment.get("author").get("name").asText());
      }
      after = json.get("next").isNull() ? null : "&after=" + json.get("next").asText();
    }
    return names;
  }

  @Test
  @NeedsBrowser
  void thePage_showsThemAsText_andRunsNothing(Browser browser) {
    Page page = browser.open("about:blank");
    var dialogs = new ArrayList<String>();
    page.onDialog(
        dialog -> {
          dialogs.add(dialog.message());
          dialog.dismiss();
        });
    var asked = new ArrayList<String>();
    page.onRequest(request -> asked.add(request.url()));
    page.navigate(server.url() + "/");
    var comments = page.locator("[data-comment]");
    assertThat(comments.first()).isVisible();
    var more = page.locator("[part=list] + .more > [part=more]");
    while (more.count() > 0) {
      int before = comments.count();
      more.click();
      page.waitForFunction(
          "n => document.querySelector('afterword-thread').shadowRoot"
              + ".querySelectorAll('[data-comment]').length > n",
          before);
    }
    assertThat(comments).hasCount(SHOWN.size());
    @SuppressWarnings("unchecked")
    var bad = (List<String>) page.evaluate(NOT_ALLOWED);
    assertThat(bad).isEmpty();
    @SuppressWarnings("unchecked")
    var shown = (Map<String, String>) page.evaluate(SHOWN_NAMES);
    assertThat(shown).isEqualTo(SHOWN);
    assertThat(page).hasTitle("The last page is not the end");
    assertThat(dialogs).isEmpty();
    assertThat(browser.complaints()).isEmpty();
    assertThat(asked).allMatch(url -> url.startsWith(server.url()) || url.startsWith("data:,"));
  }

  /** Every node of the comments' texts that is not on the list, every attribute and scheme. */
  private static final String NOT_ALLOWED =
      """
      () => {
        const elements = new Set(
          'P BR EM STRONG DEL CODE PRE BLOCKQUOTE UL OL LI A HR'.split(' '));
        const attributes = { A: ['href', 'rel'], OL: ['start'] };
        const bad = [];
        const root = document.querySelector('afterword-thread').shadowRoot;
        for (const text of root.querySelectorAll('[part=text]')) {
          const walker = document.createTreeWalker(text, NodeFilter.SHOW_ALL);
          while (walker.nextNode()) {
            const node = walker.currentNode;
            if (node.nodeType === Node.TEXT_NODE) continue;
            // Marks of the template engine itself.
            if (node.nodeType === Node.COMMENT_NODE && /^(\\?lit\\$.*)?$/.test(node.data)) continue;
            if (!elements.has(node.tagName)) bad.push(`${node.nodeName} ${node.data ?? ''}`);
            for (const { name, value } of node.attributes ?? []) {
              if (!(attributes[node.tagName] ?? []).includes(name)) bad.push(`${node.tagName} ${name}=${value}`);
              if (name === 'href' && !['http:', 'https:', 'mailto:'].includes(node.protocol)) bad.push(value);
              if (name === 'rel' && value !== 'nofollow ugc noopener') bad.push(`rel ${value}`);
            }
          }
        }
        for (const author of root.querySelectorAll('[part=author]')) {
          if (author.children.length) bad.push(`an element in the name ${author.innerHTML}`);
        }
        for (const each of root.querySelectorAll('script, iframe, object, embed, style, img, link, base, form:not([part])')) {
          bad.push(each.outerHTML);
        }
        return bad;
      }
      """;

  private static final String SHOWN_NAMES =
      """
      () => Object.fromEntries(
        [...document.querySelector('afterword-thread').shadowRoot.querySelectorAll('[data-comment]')]
          .map((each) => [each.dataset.comment, each.querySelector('[part=author]').textContent]))
      """;
}
