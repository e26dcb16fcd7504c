package dev.afterword.identity;

import dev.afterword.http.Handshake;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.Caller.Known;
import dev.afterword.identity.Caller.Role;
import dev.afterword.identity.Caller.Staff;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who is asking. A token that is there but not valid is refused, never taken for
 * nobody's. Confined to one event loop.
 */
public final class Callers {
  private static final Pattern BEARER =
      Pattern.compile("Bearer +([A-Za-z0-9._~-]{1,4096}) *", Pattern.CASE_INSENSITIVE);
  private static final String CALLER = "caller";

  private final Guests guests;
  private final StaffStore staff;
  private final Members members;
  private final Sessions sessions;

  /** Told apart with the help of those who know guests, staff, members and sessions. */
  public Callers(Guests guests, StaffStore staff, Members members, Sessions sessions) {
    this.guests = guests;
    this.staff = staff;
    this.members = members;
    this.sessions = sessions;
  }

  /** Who asks, on a request that has passed {@link #identify}. */
  public static Caller of(RoutingContext ctx) {
    Caller caller = ctx.get(CALLER);
    return caller == null ? Caller.ANONYMOUS : caller;
  }

  /**
   * The member of staff who asks.
   *
   * @throws Problem 401 when nobody says, 403 for readers and for a role below the least one
   */
  public static Staff staff(RoutingContext ctx, Role least) {
    var caller = of(ctx);
    if (caller instanceof Staff staff && staff.role().compareTo(least) >= 0) {
      return staff;
    }
    throw caller instanceof Caller.Anonymous
        ? tokenRequired()
        : Problem.of(ProblemType.ROLE_TOO_LOW);
  }

  /**
   * The one who asks, who has to be somebody.
   *
   * @throws Problem 401 when nobody says
   */
  public static Known known(RoutingContext ctx) {
    if (of(ctx) instanceof Known known) {
      return known;
    }
    throw tokenRequired();
  }

  /** The problem (401) of a request that has to say who asks. */
  public static Problem tokenRequired() {
    return Problem.of(ProblemType.TOKEN_REQUIRED).with("WWW-Authenticate", "Bearer");
  }

  /**
   * A gate: finds out who asks, and refuses readers where only staff have anything to do. A session
   * counts there alone, and a token wins over it.
   */
  public Future<Void> identify(RoutingContext ctx) {
    var token = token(ctx);
    if (token != null) {
      return of(Sites.of(ctx), token).map(caller -> admit(ctx, caller));
    }
    if (RouteTable.staffRole(ctx) == null) {
      return Future.succeededFuture();
    }
    return session(ctx).map(staff -> admit(ctx, staff.<Caller>map(it -> it).orElse(of(ctx))));
  }

  /**
   * The token that counts for a request. As a sub-protocol it counts at once where only staff have
   * anything to do; readers' sockets are told later what theirs is worth.
   */
  private static @Nullable String token(RoutingContext ctx) {
    var token = bearer(ctx);
    return token == null && RouteTable.staffRole(ctx) != null
        ? Handshake.bearer(ctx.request())
        : token;
  }

  /**
   * How to ask again who sent a request that only staff may; fails with a {@link Problem} (401)
   * once it is nobody. Keeps nothing of the request.
   */
  public Function<Site, Future<Known>> again(RoutingContext ctx) {
    var token = token(ctx);
    if (token != null) {
      return site -> of(site, token);
    }
    var session = sessions.value(Sites.of(ctx), ctx.request());
    return site -> sessions.of(site, session).compose(Callers::valid);
  }

  /** Says who asks, who has to have the role that is asked for. */
  static @Nullable Void admit(RoutingContext ctx, Caller caller) {
    ctx.put(CALLER, caller);
    var least = RouteTable.staffRole(ctx);
    if (least != null) {
      var unused = staff(ctx, Role.valueOf(least.toUpperCase(Locale.ROOT)));
    }
    return null;
  }

  /** A browser sends its cookies whoever's page asks; so what changes something has to be ours. */
  private Future<Optional<Staff>> session(RoutingContext ctx) {
    var request = ctx.request();
    var site = Sites.of(ctx);
    if (!sessions.isNamed(site, request)) {
      return Future.succeededFuture(Optional.empty());
    }
    if (!Origins.onlyReads(request) && !Origins.isOwn(ctx)) {
      return Future.failedFuture(Problem.of(ProblemType.ORIGIN_NOT_ALLOWED));
    }
    return sessions.of(site, request);
  }

  /**
   * The token that a request carries, or {@code null}.
   *
   * @throws Problem 401 when the header holds anything else
   */
  static @Nullable String bearer(RoutingContext ctx) {
    var authorization = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
    if (authorization == null) {
      return null;
    }
    var bearer = BEARER.matcher(authorization);
    if (!bearer.matches()) {
      throw invalid();
    }
    return bearer.group(1);
  }

  /** Whose token it is; fails with a {@link Problem} (401) when nobody's. */
  public Future<Known> of(Site site, String token) {
    if (Guests.isGuestToken(token)) {
      return guests.of(site, token).compose(Callers::valid);
    }
    if (StaffStore.isStaffToken(token)) {
      return staff.of(site, token).compose(Callers::valid);
    }
    return members.of(site, token).compose(Callers::valid);
  }

  private static Future<Known> valid(Optional<? extends Known> found) {
    return found
        .<Future<Known>>map(Future::succeededFuture)
        .orElseGet(() -> Future.failedFuture(invalid()));
  }

  /** That a token is nobody's. */
  static Problem invalid() {
    return Problem.of(ProblemType.TOKEN_INVALID)
        .with("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  }
}
