package dev.afterword.comment;

import dev.afterword.http.CleanText;
import dev.afterword.http.Fault;
import dev.afterword.http.Html;
import dev.afterword.http.Problem;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The form to write in, on a page without JavaScript: empty, or as it was filled in, with what is
 * wrong beside each field.
 *
 * @param action where it is sent
 * @param fields what stands in it, by the names of the contract's {@code CommentForm}
 * @param problem what was wrong with it; {@code null} when it was not sent yet
 */
record PageForm(String action, JsonObject fields, @Nullable Problem problem) {
  private static final int NAME_MAX = 60;

  /**
   * Writes the form.
   *
   * @param label what the large field is for
   */
  void writeTo(Html html, Words words, String label) {
    html.open("form", "method", "post", "action", action, "accept-charset", "utf-8");
    for (var name : new String[] {"key", "parent", "back"}) {
      if (fields.getString(name) != null) {
        html.single("input", "type", "hidden", "name", name, "value", typed(name));
      }
    }
    problem(html, "general", general(words));
    textField(html, words, label);
    nameField(html, words);
    // Nobody sees it, so what stands in it was not put there by somebody.
    html.open("p", "hidden", "")
        .single("input", "name", "trap", "tabindex", "-1", "autocomplete", "off")
        .close();
    html.open("div", "class", "row")
        .element("button", words.say("post"), "class", "submit", "type", "submit")
        .close();
    html.close();
  }

  private void textField(Html html, Words words, String label) {
    var wrong = about("text");
    html.element("label", label, "for", "aw-text", "class", "label");
    html.open(
            "textarea",
            "id",
            "aw-text",
            "name",
            "text",
            "rows",
            "4",
            "dir",
            "auto",
            "required",
            "",
            "aria-invalid",
            wrong == null ? null : "true",
            "aria-describedby",
            wrong == null ? null : "aw-problem-text")
        // The first line break is the markup's.
        .text('\n' + typed("text"))
        .close();
    problem(html, "text", wrong == null ? null : text(words));
  }

  private void nameField(Html html, Words words) {
    var wrong = about("name");
    html.open("div", "class", "row")
        .element("label", words.say("name"), "for", "aw-name")
        .single(
            "input",
            "id",
            "aw-name",
            "name",
            "name",
            "autocomplete",
            "name",
            "dir",
            "auto",
            "required",
            "",
            "value",
            typed("name"),
            "aria-invalid",
            wrong == null ? null : "true",
            "aria-describedby",
            wrong == null ? null : "aw-problem-name")
        .close();
    problem(html, "name", wrong == null ? null : name(words));
  }

  private static void problem(Html html, String field, @Nullable String words) {
    if (words != null) {
      html.element("p", words, "class", "problem", "id", "aw-problem-" + field);
    }
  }

  private String typed(String field) {
    return CleanText.of(fields.getString(field, ""));
  }

  /** A guest's name is a part of the author where comments are written as JSON. */
  private @Nullable Fault about(String field) {
    return problem == null
        ? null
        : problem.faults().stream()
            .filter(fault -> fault.pointer() != null && fault.pointer().endsWith('/' + field))
            .findFirst()
            .orElse(null);
  }

  private String text(Words words) {
    if (CleanText.showsNothing(typed("text"))) {
      return words.say("textMissing");
    }
    long over = over("text", ThreadRoutes.TEXT_MAX);
    return over > 0 ? words.say("textLong", over) : words.say("textRich");
  }

  private String name(Words words) {
    if (CleanText.showsNothing(typed("name"))) {
      return words.say("nameMissing");
    }
    long over = over("name", NAME_MAX);
    return over > 0 ? words.say("nameLong", over) : words.say("nameTaken");
  }

  private long over(String field, int most) {
    var text = fields.getString(field, "");
    return text.codePointCount(0, text.length()) - (long) most;
  }

  /** What is wrong when no field of those one sees is. */
  private @Nullable String general(Words words) {
    if (problem == null || about("text") != null || about("name") != null) {
      return null;
    }
    return switch (problem.type()) {
      case RATE_LIMITED ->
          words.say("slowDown", Long.parseLong(problem.headers().getOrDefault("Retry-After", "1")));
      case ARTICLE_READ_ONLY, ARTICLE_CLOSED -> words.say("closed");
      case TOKEN_REQUIRED -> words.say("membersOnly");
      case BANNED -> words.say("notAllowed");
      case PARENT_UNKNOWN -> words.say("gone");
      default -> words.say(problem.type().status() >= 500 ? "failed" : "refused");
    };
  }
}
