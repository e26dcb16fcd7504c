package dev.afterword.bench;

import io.vertx.core.json.JsonObject;

/** What is commented: 300 characters, told apart by a number of seven digits. */
final class Texts {
  /** Numbers are below this one. */
  static final int NUMBERS = 10_000_000;

  private Texts() {}

  /** With some Markdown in it, so that its HTML is kept too. */
  static String marked(int number) {
    return text(number, "*stayed with me*")
        + "See [the old map](https://maps.example/river) for what I mean.";
  }

  /** With nothing but words. */
  static String plain(int number) {
    return text(number, "stayed with me")
        + "I have that log, and whoever wants to see it only has to say so.";
  }

  private static String text(int number, String stayed) {
    return "Number "
        + digits(number)
        + " was the one that "
        + stayed
        + ": the river came back in March, and nobody had written down where it used to run. My"
        + " grandmother kept the ferry's log until the bridge was built, and drew every bend of it"
        + " with blue pencil. ";
  }

  /** A number as texts and names have it, always as long. */
  static String digits(int number) {
    return Integer.toString(NUMBERS + number).substring(1);
  }

  /** What a new guest posts. */
  static JsonObject draft(String text, int guest) {
    return new JsonObject()
        .put("text", text)
        .put("author", new JsonObject().put("name", "Reader " + digits(guest)));
  }
}
