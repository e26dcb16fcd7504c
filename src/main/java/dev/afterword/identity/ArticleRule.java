package dev.afterword.identity;

import dev.afterword.article.ArticleKey;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which articles may come into being on a site.
 *
 * @param patterns of keys, for {@link Kind#PATTERN}: {@code *} stands for any characters
 */
public record ArticleRule(Kind kind, List<String> patterns) {
  /** Whatever anybody names. */
  public static final ArticleRule ANY = new ArticleRule(Kind.ANY, List.of());

  /** The kinds of rule. */
  public enum Kind {
    /** Whatever anybody names. */
    ANY,
    /** Pages under the site's origins. */
    ORIGINS,
    /** Those whose keys fit a pattern. */
    PATTERN,
    /** None but those that staff or a server registers. */
    REGISTERED;

    /** The word of the settings. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of a word. */
    public static Optional<Kind> of(String word) {
      for (var kind : values()) {
        if (kind.word().equals(word)) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }
  }

  /** Whether an article of this key may come into being. */
  boolean allows(ArticleKey key) {
    return switch (kind) {
      case ANY -> true;
      case ORIGINS -> key.value().startsWith("/");
      case PATTERN -> patterns.stream().anyMatch(pattern -> fits(pattern, key.value()));
      case REGISTERED -> false;
    };
  }

  /** After a failure only the last {@code *} takes more: at worst the product of the lengths. */
  static boolean fits(String pattern, String text) {
    int p = 0;
    int t = 0;
    int star = -1;
    int taken = 0;
    while (t < text.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        taken = t;
      } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
        p++;
        t++;
      } else if (star >= 0) {
        p = star + 1;
        t = ++taken;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
