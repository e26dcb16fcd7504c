package dev.afterword;

import dev.afterword.identity.AuthorJson;
import dev.afterword.identity.BanWatch;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Staff;
import dev.afterword.identity.Callers;
import dev.afterword.identity.Site;
import dev.afterword.identity.Sites;
import dev.afterword.live.Speakers;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;

/**
 * Who may say something on the live sockets of one site. The site is looked at anew each time: it
 * may have changed since a socket was opened.
 */
record SiteSpeakers(Sites sites, Callers callers, BanWatch bans, String site) implements Speakers {
  @Override
  public Future<Speaker> of(String token) {
    return sites
        .named(site)
        .compose(now -> callers.of(now, token).compose(who -> speaker(now, who)));
  }

  private Future<Speaker> speaker(Site now, Known who) {
    return (who instanceof Staff ? Future.succeededFuture(false) : bans.isShadowed(now, who.id()))
        .map(shadowed -> new Speaker(AuthorJson.of(who), !shadowed));
  }

  @Override
  public void watch(String author, BooleanSupplier open, Runnable banned) {
    sites.named(site).onSuccess(now -> bans.watch(now, author, open, banned));
  }
}
