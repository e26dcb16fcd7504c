package dev.afterword.identity;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;

/** Origins as browsers send them: scheme and host in small letters, no default port, no path. */
public final class SiteOrigin {
  private SiteOrigin() {}

  /** The origin that a person means, with or without a slash at its end; empty when it is none. */
  public static Optional<String> of(String given) {
    try {
      var uri = URI.create(given.toLowerCase(Locale.ROOT).replaceAll("/$", ""));
      var scheme = uri.getScheme();
      var bare =
          uri.getHost() != null
              && ("http".equals(scheme) || "https".equals(scheme))
              && uri.getRawPath().isEmpty()
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && uri.getRawUserInfo() == null
              && uri.getPort() <= 65_535;
      if (bare) {
        int usual = scheme.equals("https") ? 443 : 80;
        boolean named = uri.getPort() >= 0 && uri.getPort() != usual;
        return Optional.of(scheme + "://" + uri.getHost() + (named ? ":" + uri.getPort() : ""));
      }
    } catch (IllegalArgumentException e) {
      // Answered below, like any other text that is no origin.
    }
    return Optional.empty();
  }
}
