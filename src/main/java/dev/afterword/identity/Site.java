package dev.afterword.identity;

import dev.afterword.article.AliasStore;
import dev.afterword.article.Article;
import dev.afterword.article.Article.State;
import dev.afterword.article.ArticleKey;
import dev.afterword.article.ArticleRef;
import dev.afterword.article.InvalidArticleKeyException;
import dev.afterword.http.Fault;
import dev.afterword.http.Problem;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A site: whose article pages these are, and under which settings.
 *
 * @param name its name in paths: 1–32 of a–z, 0–9 and -, beginning with a letter or digit
 * @param version of its settings; grows with each change
 * @param buckets how many buckets its articles are spread over; never changes
 * @param origins where its pages are served, as {@code scheme://host[:port]}
 * @param ownOrigins this server's own, from which its own pages ask
 * @param viewWindow how long a visitor counts once
 * @param editWindow how long an author may edit
 * @param articles which articles may come into being
 * @param sso whether and how readers with an account on the site are known
 * @param reactions the names of what readers can leave on an article, in the order they are shown
 * @param rules what it decides about what readers write
 * @param aliases the other keys of articles
 */
public record Site(
    String name,
    long version,
    int buckets,
    List<String> origins,
    Set<String> ownOrigins,
    Duration viewWindow,
    Duration editWindow,
    ArticleRule articles,
    SingleSignOn sso,
    List<String> reactions,
    Rules rules,
    AliasStore aliases) {

  /**
   * How often each reaction was left on an article, zeros included.
   *
   * @param counts as the article keeps them, or {@code null}
   */
  public JsonObject reactionsOf(@Nullable String counts) {
    var kept = counts == null ? new JsonObject() : new JsonObject(counts);
    var all = new JsonObject();
    reactions.forEach(name -> all.put(name, kept.getLong(name, 0L)));
    return all;
  }

  /** What readers may do on an article, whose time may be over. */
  public State stateOf(Article article) {
    return stateOf(article.state(), article.created());
  }

  /** The same, of an article of which no more is known. */
  public State stateOf(State state, @Nullable Instant created) {
    int days = rules.closeAfterDays();
    boolean over =
        days > 0 && created != null && Instant.now().isAfter(created.plus(days, ChronoUnit.DAYS));
    return over && state == State.OPEN ? State.READ_ONLY : state;
  }

  /** How comments on an article come out: {@code pre} or {@code post}. */
  public String moderationOf(Article article) {
    var own = article.moderation();
    return own == null ? rules.moderation() : own;
  }

  /** Whether a page of this origin may ask. */
  public boolean admits(String origin) {
    return origins.contains(origin) || ownOrigins.contains(origin);
  }

  /** Whether an address lies under one of the site's origins. */
  public boolean covers(String url) {
    return origins.stream()
        .anyMatch(
            origin ->
                url.startsWith(origin)
                    && (url.length() == origin.length()
                        || "/?#".indexOf(url.charAt(origin.length())) >= 0));
  }

  /**
   * The article that a request's one parameter {@code article} names.
   *
   * @throws Problem 422 when it is missing, repeated or not a key
   */
  public ArticleRef article(RoutingContext ctx) {
    var given = ctx.queryParam("article");
    if (given.size() != 1) {
      throw Problem.invalid(Fault.in("article", "Name one article."));
    }
    return article(given.get(0));
  }

  /**
   * The article of a key as a page gives it.
   *
   * @throws Problem 422 when it is not a key
   */
  public ArticleRef article(String raw) {
    return aliases.of(place(raw));
  }

  /**
   * What a key as a page gives it makes at first sight, though it may be an alias: for whoever has
   * to hear when it is none any more.
   *
   * @throws Problem 422 when it is not a key
   */
  public ArticleRef place(String raw) {
    try {
      return own(raw);
    } catch (InvalidArticleKeyException e) {
      throw Problem.invalid(Fault.in("article", String.valueOf(e.getMessage())));
    }
  }

  /**
   * The article of a key as a page gives it.
   *
   * @throws InvalidArticleKeyException when it is not a key
   */
  public ArticleRef named(String raw) {
    return aliases.of(own(raw));
  }

  /**
   * The article that a key as a page gives it makes at first sight: none, when it is an alias.
   *
   * @throws InvalidArticleKeyException when it is not a key
   */
  public ArticleRef own(String raw) {
    return ArticleRef.of(name, buckets, ArticleKey.of(raw, origins));
  }

  /**
   * The same of a key as the store keeps it. It is not normalised again: the address of a page
   * elsewhere may lie below an origin by now, and would be another key.
   *
   * @throws InvalidArticleKeyException when it is not a key
   */
  public ArticleRef kept(String key) {
    return ArticleRef.of(name, buckets, new ArticleKey(key));
  }

  /**
   * The article that a key meant while no origin covered it: for staff, who look for what was
   * written before an origin was added.
   *
   * @throws InvalidArticleKeyException when it is not a key
   */
  public ArticleRef uncovered(String raw) {
    try {
      return aliases.of(ArticleRef.of(name, buckets, ArticleKey.of(raw, List.of())));
    } catch (InvalidArticleKeyException e) {
      // With its origin it may be too long: then it was no key before.
      return named(raw);
    }
  }

  /**
   * Where an article is read: what it said at first sight, else its path on the site.
   *
   * @return {@code null} for an opaque id that never said
   */
  public @Nullable String addressOf(ArticleRef article, @Nullable String url) {
    if (url != null) {
      return url;
    }
    var key = article.key().value();
    if (key.startsWith("/")) {
      return origins.isEmpty() ? null : origins.get(0) + key;
    }
    return key.startsWith("https://") || key.startsWith("http://") ? key : null;
  }
}
