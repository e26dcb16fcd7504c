package dev.afterword.journeys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.Desk;
import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** The latest comments, for programs and feed readers. */
@OnStore
class FeedsTest {
  private static final String ATOM = "http://www.w3.org/2005/Atom";

  @AutoClose private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
  }

  /** A site of this test's own. */
  private static String site() {
    var name = "f" + Long.toString(System.nanoTime(), 36);
    server.addSite(name, "https://news.example");
    return name;
  }

  private static JsonObject post(String site, String article, String text, String parent) {
    return post(site, article, "Ada & <Co>", text, parent);
  }

  private static JsonObject post(
      String site, String article, String name, String text, String parent) {
    return server.desk(site).postAs(name, TestServer.encoded(article), text, parent);
  }

  private static void delete(String site, JsonObject posted) {
    var id = posted.getJsonObject("comment").getString("id");
    var answer =
        server.send(
            "DELETE",
            "/api/v1/" + site + "/comments/" + id,
            "",
            "Authorization",
            "Bearer " + posted.getString("token"));
    assertThat(answer.statusCode()).isEqualTo(204);
  }

  private static String id(JsonObject posted) {
    return posted.getJsonObject("comment").getString("id");
  }

  private static List<String> recent(String site, int limit) {
    var answer = server.get("/api/v1/" + site + "/recent?limit=" + limit);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var ids = new ArrayList<String>();
    new JsonObject(answer.body())
        .getJsonArray("comments")
        .forEach(each -> ids.add(((JsonObject) each).getString("id")));
    return ids;
  }

  @Test
  void recent_isTheNewestOfAllArticles() {
    var site = site();
    assertThat(recent(site, 10)).isEmpty();
    var posted = new ArrayList<JsonObject>();
    for (int i = 0; i < 12; i++) {
      posted.add(0, post(site, "/" + i % 5, "number " + i, null));
    }
    var ids = posted.stream().map(FeedsTest::id).toList();
    assertThat(recent(site, 100)).isEqualTo(ids);
    assertThat(recent(site, 3)).isEqualTo(ids.subList(0, 3));
    delete(site, posted.get(1));
    assertThat(recent(site, 3)).containsExactly(ids.get(0), ids.get(2), ids.get(3));
  }

  @Test
  void anArticlesFeed_isAtom_andShowsWhatIsShown() throws Exception {
    var site = site();
    var hostile = "a <b> & ]]> \u0007 \uD83D\uDE00 [x](javascript:alert(1)) **bold**";
    var root = post(site, "/feed?q=1&r=2", hostile, null);
    var gone = post(site, "/feed?q=1&r=2", "to be deleted", null);
    var reply = post(site, "/feed?q=1&r=2", "A reply.", id(root));
    delete(site, gone);
    var path = "/api/v1/" + site + "/feed.atom?article=" + TestServer.encoded("/feed?q=1&r=2");
    var answer = server.get(path);
    var feed = parsed(answer);
    assertThat(answer.headers().firstValue("content-type"))
        .hasValue("application/atom+xml; charset=utf-8");
    assertThat(texts(feed, "id"))
        .containsSubsequence("urn:afterword:" + site + ":" + id(reply), urn(site, root));
    assertThat(texts(feed, "id")).hasSize(3);
    assertThat(texts(feed, "name")).containsExactly("Ada & <Co>", "Ada & <Co>");
    assertThat(texts(feed, "content").get(1))
        .contains("<strong>bold</strong>")
        .doesNotContain("href");
    assertThat(texts(feed, "title").get(1)).isEqualTo("Ada & <Co>: A reply.");
    var threads = "http://purl.org/syndication/thread/1.0";
    var replyTo = (Element) feed.getElementsByTagNameNS(threads, "in-reply-to").item(0);
    assertThat(replyTo.getAttribute("ref")).isEqualTo(urn(site, root));
    var links = feed.getElementsByTagNameNS(ATOM, "link");
    assertThat(((Element) links.item(0)).getAttribute("href")).isEqualTo(server.url() + path);
    assertThat(((Element) links.item(1)).getAttribute("href"))
        .isEqualTo("https://news.example/feed?q=1&r=2");
    assertThat(((Element) links.item(2)).getAttribute("href"))
        .isEqualTo("https://news.example/feed?q=1&r=2#aw-" + id(reply));
    var etag = answer.headers().firstValue("etag").orElseThrow();
    assertThat(server.get(path, "If-None-Match", etag).statusCode()).isEqualTo(304);
  }

  /** What a mention leads to lies on the article's page, wherever the feed is read. */
  @Test
  void linksWithinAComment_leadToTheArticlesPage() throws Exception {
    var site = site();
    var page = "https://news.example/mentions?q=1&r=2";
    var known = post(site, page, "Ben", "First.", null);
    post(site, page, "Well said, @Ben.", id(known));
    var unknown = post(site, "a-key-of-its-own", "Ben", "First.", null);
    post(site, "a-key-of-its-own", "Well said, @Ben.", id(unknown));
    var feed = parsed(server.get("/api/v1/" + site + "/feed.atom"));
    var contents = feed.getElementsByTagNameNS(ATOM, "content");
    var bases = new ArrayList<String>();
    for (int i = 0; i < contents.getLength(); i++) {
      bases.add(((Element) contents.item(i)).getAttributeNS(XMLConstants.XML_NS_URI, "base"));
    }
    assertThat(bases).containsExactly("", "", page, page);
    var link = Jsoup.parse(contents.item(2).getTextContent(), bases.get(2)).selectFirst("a");
    assertThat(link.absUrl("href")).isEqualTo(page + "#aw-" + id(known));
    var own = server.get("/api/v1/" + site + "/feed.atom?article=" + TestServer.encoded(page));
    assertThat(own.body()).contains("xml:base=\"https://news.example/mentions?q=1&amp;r=2\"");
  }

  private static String urn(String site, JsonObject posted) {
    return "urn:afterword:" + site + ":" + id(posted);
  }

  @Test
  void aSitesFeed_hasTheLastFifty_andAnEmptyOneIsGood() throws Exception {
    var site = site();
    var empty = parsed(server.get("/api/v1/" + site + "/feed.atom"));
    assertThat(texts(empty, "entry")).isEmpty();
    assertThat(texts(empty, "title")).containsExactly("Comments on " + site);
    for (int i = 0; i < 55; i++) {
      post(site, "/" + i % 7, "number " + i, null);
    }
    var feed = parsed(server.get("/api/v1/" + site + "/feed.atom"));
    assertThat(texts(feed, "entry")).hasSize(50);
    assertThat(texts(feed, "title").get(1)).endsWith("number 54");
    var never = parsed(server.get("/api/v1/" + site + "/feed.atom?article=/never"));
    assertThat(texts(never, "entry")).isEmpty();
    assertThat(server.get("/api/v1/" + site + "/feed.atom?article=").statusCode()).isEqualTo(422);
  }

  private static Element parsed(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(bytes)).getDocumentElement();
  }

  private static List<String> texts(Element feed, String name) {
    var nodes = feed.getElementsByTagNameNS(ATOM, name);
    return IntStream.range(0, nodes.getLength())
        .mapToObj(i -> nodes.item(i).getTextContent())
        .toList();
  }

  @Test
  void whatWaits_takesNoPlaceInFeeds() {
    var desk = server.desk(site());
    desk.id("/feed", "here to stay");
    desk.moderate("/feed");
    for (int i = 0; i < 120; i++) {
      desk.id("/feed", "waiting " + i);
    }
    var feed = server.get(desk.path("feed.atom?article=/feed")).body();
    assertThat(feed).contains("here to stay").doesNotContain("waiting");
  }

  @Test
  void whatWasHidden_leavesItsPlaceInFeedsToOlderOnes() {
    var busy = server.desk(site());
    var first = busy.id("/wave", "here to stay");
    var second = busy.id("/wave", "here as well");
    var wave = new ArrayList<String>();
    for (int i = 0; i < 200; i++) {
      wave.add(busy.id("/wave", "passing " + i));
    }
    busy.decide("spam", wave.subList(0, 100).toArray(String[]::new));
    busy.decide("spam", wave.subList(100, 200).toArray(String[]::new));
    assertThat(Desk.ids(busy.get("recent").getJsonArray("comments")))
        .containsExactly(second, first);
    assertThat(server.get(busy.path("feed.atom")).body())
        .contains("here to stay", "here as well")
        .doesNotContain("passing");
    // One that comes back from before them is no reason to leave them out.
    busy.decide("approve", wave.get(0));
    busy.decide("spam", first);
    assertThat(Desk.ids(busy.get("recent?limit=1").getJsonArray("comments")))
        .containsExactly(wave.get(0));
    assertThat(Desk.ids(busy.get("recent?limit=100").getJsonArray("comments")))
        .containsExactly(wave.get(0), second);
  }
}
