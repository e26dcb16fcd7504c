package dev.afterword.comment;

import dev.afterword.article.Article;
import dev.afterword.comment.Finder.Found;
import dev.afterword.http.Times;
import dev.afterword.identity.Site;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Comments as an Atom feed (RFC 4287), replies marked as RFC 4685 has it. Says only what is kept,
 * no time of its own making, so that the same comments are the same bytes.
 */
final class AtomFeed {
  static final String TYPE = "application/atom+xml; charset=utf-8";

  private static final String ATOM = "http://www.w3.org/2005/Atom";
  private static final String THREADS = "http://purl.org/syndication/thread/1.0";
  private static final int TITLE = 80;
  private static final XMLOutputFactory FACTORY = XMLOutputFactory.newFactory();

  private final Renderer renderer;
  private final Site site;
  private final StringWriter text = new StringWriter();
  private final XMLStreamWriter xml;

  private AtomFeed(Renderer renderer, Site site) throws XMLStreamException {
    this.renderer = renderer;
    this.site = site;
    this.xml = FACTORY.createXMLStreamWriter(text);
  }

  /**
   * Writes a feed; not for the event loop.
   *
   * @param article whose; {@code null} for that of a site
   * @param self where the feed is read
   */
  static String of(
      Renderer renderer, Site site, @Nullable Article article, String self, List<Found> latest) {
    try {
      return new AtomFeed(renderer, site).feed(article, self, latest);
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  private String feed(@Nullable Article article, String self, List<Found> latest)
      throws XMLStreamException {
    xml.writeStartDocument("utf-8", "1.0");
    xml.writeStartElement("feed");
    xml.writeDefaultNamespace(ATOM);
    xml.writeNamespace("thr", THREADS);
    element(
        "id", "urn:afterword:" + site.name() + (article == null ? "" : ":" + article.ref().id()));
    element("title", "Comments on " + (article == null ? site.name() : titleOf(article)));
    element("updated", Times.format(lastChange(article, latest)));
    link("self", self);
    var page = article == null ? null : site.addressOf(article.ref(), article.url());
    if (page != null) {
      link("alternate", page);
    }
    for (var found : latest) {
      entry(found);
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    return text.toString();
  }

  private static Instant lastChange(@Nullable Article article, List<Found> latest) {
    var created = article == null ? null : article.created();
    return latest.stream()
        .map(found -> changed(found.comment()))
        .max(Instant::compareTo)
        .orElse(created == null ? Instant.EPOCH : created);
  }

  private static Instant changed(Comment comment) {
    var edited = comment.edited();
    return edited == null ? comment.created() : edited;
  }

  private static String titleOf(Article article) {
    var title = article.title();
    return title == null ? article.ref().key().value() : title;
  }

  private void entry(Found found) throws XMLStreamException {
    var comment = found.comment();
    var body = comment.body();
    var page = site.addressOf(found.article().ref(), found.article().url());
    xml.writeStartElement("entry");
    element("id", urn(comment.id()));
    element("title", body.name() + ": " + Markup.excerpt(body.text(), TITLE));
    element("published", Times.format(comment.created()));
    element("updated", Times.format(changed(comment)));
    xml.writeStartElement("author");
    element("name", body.name());
    xml.writeEndElement();
    if (page != null) {
      link("alternate", CommentJson.urlOf(page, comment.id()));
    }
    var parent = comment.parent();
    if (parent != null) {
      xml.writeEmptyElement(THREADS, "in-reply-to");
      xml.writeAttribute("ref", urn(parent));
    }
    xml.writeStartElement("content");
    xml.writeAttribute("type", "html");
    if (page != null) {
      // A mention leads to another comment of the page, and not to one of the feed.
      xml.writeAttribute(XMLConstants.XML_NS_PREFIX, XMLConstants.XML_NS_URI, "base", page);
    }
    xml.writeCharacters(renderer.htmlOf(body));
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private String urn(String comment) {
    return "urn:afterword:" + site.name() + ':' + comment;
  }

  private void element(String name, String content) throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(content);
    xml.writeEndElement();
  }

  private void link(String rel, String href) throws XMLStreamException {
    xml.writeEmptyElement("link");
    xml.writeAttribute("rel", rel);
    xml.writeAttribute("href", href);
  }
}
