package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ContractPageTest {
  private static final Vertx VERTX = Vertx.vertx();
  private static Contract contract;
  private static Document page;

  @BeforeAll
  static void render() {
    contract = Contract.load(VERTX).await();
    page = Jsoup.parse(ContractPage.render(contract.document()).toString());
  }

  @AfterAll
  static void close() {
    VERTX.close().await();
  }

  @Test
  void eachOperationAndSchema_hasItsPlace() {
    assertThat(page.select("h3").eachAttr("id"))
        .containsAll(contract.operations())
        .containsAll(schemas().fieldNames())
        .doesNotHaveDuplicates();
  }

  @Test
  void eachLinkInThePage_leadsSomewhere() {
    assertThat(page.select("a[href^=#]").eachAttr("href"))
        .isNotEmpty()
        .allSatisfy(href -> assertThat(page.getElementById(href.substring(1))).isNotNull());
  }

  @Test
  void thePage_needsNoScriptAndNoForeignHost() {
    assertThat(page.select("script, style, img, iframe, [style], [onclick]")).isEmpty();
    assertThat(page.select("[href]").eachAttr("href"))
        .allMatch(href -> href.matches("#.*|[a-z][a-z./]*"));
  }

  @Test
  void hostileTexts_stayText() {
    var evil = "<script>x</script>\"'><img src=x onerror=y> [a](javascript:z)";
    var document = contract.document();
    document.getJsonObject("info").put("title", evil).put("description", evil);
    schemas(document).put(evil, new JsonObject().put("enum", new JsonArray().add(evil)));
    document
        .getJsonObject("components")
        .getJsonObject("parameters")
        .getJsonObject("limit")
        .put("description", evil)
        .put("example", evil);

    var rendered = Jsoup.parse(ContractPage.render(document).toString());

    assertThat(rendered.select("script, img, [onerror], a[href^=javascript]")).isEmpty();
    assertThat(rendered.title()).startsWith("<script>x</script>");
  }

  private static JsonObject schemas() {
    return schemas(contract.document());
  }

  private static JsonObject schemas(JsonObject document) {
    return document.getJsonObject("components").getJsonObject("schemas");
  }
}
