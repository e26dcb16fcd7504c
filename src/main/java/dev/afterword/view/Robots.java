package dev.afterword.view;

import java.util.regex.Pattern;
import ua_parser.Parser;

/**
 * Knows robots by their user agent: crawlers, link previewers, headless browsers, HTTP libraries,
 * monitors. The list is the one of ua-parser, and is updated with that library.
 *
 * <p>Touching this class loads some 1,200 patterns: a third of a second, 2.2 MB of heap.
 */
final class Robots {
  private static final Parser PARSER = new Parser();

  /** How the library's families of robots are called, when it takes the device for a person's. */
  private static final Pattern FAMILY =
      Pattern.compile("bot|crawl|spider", Pattern.CASE_INSENSITIVE);

  /**
   * What the library does not call a spider: to it, headless browsers and HTTP libraries are
   * software like any other, and it knows no custom that robots have. Browsers begin with Mozilla
   * or Opera, so names that stand at the beginning cannot meet one.
   */
  private static final Pattern SOFTWARE =
      Pattern.compile(
          String.join(
              "|",
              // Customs: an address to complain to; "compatible", which old Microsoft and KDE
              // browsers said too.
              "\\+(?:https?:|[\\w.-]{1,64}@)",
              "compatible;(?! ?(?:MSIE|Konqueror))",
              // Browsers without a person.
              "headless|phantomjs|slimerjs|jsdom|playwright|puppeteer|selenium|cypress|lighthouse",
              // HTTP libraries and monitors: some by a part of their name, some by name.
              "^[^/(]*(?:curl|fetch|http|wget|check|exporter|monitor|probe|uptime|validator)",
              "^(?:axios|bun|colly|dart|deno|faraday|got|hyper|insomnia|java|libwww|lwp|node|perl"
                  + "|php|postmanruntime|python|reactornetty|reqwest|rest-client|ruby|typhoeus"
                  + "|undici|ureq|vert\\.x)(?![a-z])",
              // Link previewers and crawlers that do without the customs.
              "uripreview|cardyb|^(?:facebook|meta-)external|^facebookcatalog|^mediapartners"),
          Pattern.CASE_INSENSITIVE);

  private Robots() {}

  /** Whether this is a robot's user agent; slow, and slower the longer it is. */
  static boolean isRobot(String agent) {
    return SOFTWARE.matcher(agent).find()
        || PARSER.parseDevice(agent).family.equals("Spider")
        || FAMILY.matcher(PARSER.parseUserAgent(agent).family).find();
  }
}
