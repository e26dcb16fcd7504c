package dev.afterword.article;

import java.util.Locale;
import java.util.Set;

/**
 * The query parameters that say where a reader came from and not which page they read.
 *
 * <p>Fixed with the number of the algorithm. Names that pages also use for content ({@code ref},
 * {@code source}, {@code campaign}, {@code pk_id}) are left alone: two threads for a page are a
 * smaller harm than one thread for two pages.
 */
final class Tracking {
  private static final Set<String> NAMES =
      Set.of(
          // Google: ads, linker, merchant listings
          "gclid",
          "gclsrc",
          "dclid",
          "gbraid",
          "wbraid",
          "srsltid",
          "_ga",
          "_gl",
          // Meta and Instagram, Microsoft, X, TikTok, LinkedIn, Pinterest, Snapchat, Reddit
          "fbclid",
          "igsh",
          "igshid",
          "msclkid",
          "twclid",
          "ttclid",
          "li_fat_id",
          "epik",
          "sccid",
          "rdt_cid",
          // Yandex
          "yclid",
          "ysclid",
          "_openstat",
          // Mailing: Mailchimp, HubSpot, Marketo, Vero, Omeda, Drip
          "mc_cid",
          "mc_eid",
          "_hsenc",
          "_hsmi",
          "__hstc",
          "__hssc",
          "__hsfp",
          "hsctatracking",
          "mkt_tok",
          "vero_id",
          "vero_conv",
          "oly_anon_id",
          "oly_enc_id",
          "__s",
          // Matomo's older names
          "pk_campaign",
          "pk_kwd",
          "pk_keyword",
          "pk_source",
          "pk_medium",
          "pk_content",
          "pk_cid",
          // App links
          "_branch_match_id");

  private Tracking() {}

  /** Knows a parameter by its name, in any case; percent triplets are normalised already. */
  static boolean knows(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("utm_") || lower.startsWith("mtm_") || NAMES.contains(lower);
  }
}
