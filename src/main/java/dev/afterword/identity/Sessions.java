package dev.afterword.identity;

import dev.afterword.identity.Caller.Staff;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of the admin page: a cookie stands for a staff token, on one site, so that scripts never
 * hold the token. Each site has a cookie of its own name: a browser can be logged in to two. Who it
 * is is looked at anew each time, so a session ends with its token. Confined to one event loop.
 */
public final class Sessions {
  /** From the login on, however much it is used. */
  private static final Duration LASTS = Duration.ofHours(12);

  private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

  private final SessionStore store;
  private final StaffStore staff;
  private final Guests guests;
  private final boolean secure;

  /**
   * @param guests limits the attempts
   * @param secure whether the cookie is for https alone; false only on this machine
   */
  public Sessions(SessionStore store, StaffStore staff, Guests guests, boolean secure) {
    this.store = store;
    this.staff = staff;
    this.guests = guests;
    this.secure = secure;
  }

  /** Whether a request comes with a session, whatever it is worth. */
  boolean isNamed(Site site, HttpServerRequest request) {
    return value(site, request) != null;
  }

  /** Whose session a request comes with; empty when it has none, or one that is over. */
  Future<Optional<Staff>> of(Site site, HttpServerRequest request) {
    return of(site, value(site, request));
  }

  /** Whose session a value stands for, see {@link #value}. */
  Future<Optional<Staff>> of(Site site, @Nullable String value) {
    if (value == null) {
      return Future.succeededFuture(Optional.empty());
    }
    return store
        .find(site, value)
        .compose(
            digest ->
                digest.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : staff.ofDigest(site, digest.get()));
  }

  /**
   * Begins a session. Each attempt counts until it has succeeded, so that many at once are not
   * more.
   *
   * @param network that asks
   * @return the value of {@code Set-Cookie}; empty when the token is nobody's
   */
  Future<Optional<String>> begin(Site site, String network, String token) {
    var limit = Limit.LOGINS.of(network);
    return guests
        .admit(site, Guests.Asker.ANYBODY, List.of(limit), null)
        .compose(admitted -> begin(site, token))
        .compose(
            cookie ->
                cookie.isEmpty()
                    ? Future.succeededFuture(cookie)
                    : guests.giveBack(site, limit).map(cookie));
  }

  private Future<Optional<String>> begin(Site site, String token) {
    return staff
        .of(site, token)
        .compose(
            who -> {
              if (who.isEmpty()) {
                return Future.succeededFuture(Optional.empty());
              }
              var value = StaffStore.random(32);
              return store
                  .begin(site, value, StaffStore.digest(token), LASTS)
                  .map(begun -> Optional.of(cookie(site, value, LASTS.toSeconds())));
            });
  }

  /** Ends the session that a request comes with; answers the value of {@code Set-Cookie}. */
  Future<String> end(Site site, HttpServerRequest request) {
    var value = value(site, request);
    Future<Void> ended = value == null ? Future.succeededFuture() : store.end(site, value);
    return ended.map(done -> cookie(site, "", 0));
  }

  private String name(Site site) {
    return (secure ? "__Host-" : "") + "afterword-" + site.name();
  }

  private String cookie(Site site, String value, long seconds) {
    return name(site)
        + '='
        + value
        + "; Path=/; Max-Age="
        + seconds
        + "; HttpOnly; SameSite=Strict"
        + (secure ? "; Secure" : "");
  }

  /**
   * The session that a request comes with, or {@code null}. Two cookies of one name are none:
   * somebody else may have set the other.
   */
  @Nullable String value(Site site, HttpServerRequest request) {
    var start = name(site) + '=';
    String found = null;
    for (var header : request.headers().getAll(HttpHeaders.COOKIE)) {
      for (var each : header.split(";", -1)) {
        var pair = each.strip();
        if (pair.startsWith(start)) {
          if (found != null) {
            return null;
          }
          found = pair.substring(start.length());
        }
      }
    }
    return found != null && VALUE.matcher(found).matches() ? found : null;
  }
}
