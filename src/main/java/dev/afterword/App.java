package dev.afterword;

import dev.afterword.article.AliasStore;
import dev.afterword.article.ArticleMovedException;
import dev.afterword.article.ArticleStore;
import dev.afterword.comment.CommentEvents;
import dev.afterword.comment.CommentRoutes;
import dev.afterword.comment.QueueReader;
import dev.afterword.comment.Reconciler;
import dev.afterword.http.Answers;
import dev.afterword.http.ApiPages;
import dev.afterword.http.Contract;
import dev.afterword.http.Gate;
import dev.afterword.http.Handshake;
import dev.afterword.http.Listeners;
import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import dev.afterword.http.Proxies;
import dev.afterword.http.RouteTable;
import dev.afterword.identity.BanWatch;
import dev.afterword.identity.Callers;
import dev.afterword.identity.DemoSignOn;
import dev.afterword.identity.Guests;
import dev.afterword.identity.IdentityRoutes;
import dev.afterword.identity.Journal;
import dev.afterword.identity.JournalRoutes;
import dev.afterword.identity.JournalStore;
import dev.afterword.identity.Keys;
import dev.afterword.identity.Members;
import dev.afterword.identity.NameStore;
import dev.afterword.identity.NewSites;
import dev.afterword.identity.Origins;
import dev.afterword.identity.SessionRoutes;
import dev.afterword.identity.SessionStore;
import dev.afterword.identity.Sessions;
import dev.afterword.identity.SettingsRoutes;
import dev.afterword.identity.SiteOrigin;
import dev.afterword.identity.SiteStore;
import dev.afterword.identity.Sites;
import dev.afterword.identity.SitesRoutes;
import dev.afterword.identity.StaffRoutes;
import dev.afterword.identity.StaffStore;
import dev.afterword.live.Connections;
import dev.afterword.live.Feed;
import dev.afterword.live.Heartbeat;
import dev.afterword.live.Hub;
import dev.afterword.live.LiveMeters;
import dev.afterword.live.LiveRoutes;
import dev.afterword.live.Readers;
import dev.afterword.live.Sockets;
import dev.afterword.live.StaffFeed;
import dev.afterword.live.StaffLiveRoutes;
import dev.afterword.moderation.ArticleRoutes;
import dev.afterword.moderation.AuthorRoutes;
import dev.afterword.moderation.BanRoutes;
import dev.afterword.moderation.DayStatsRoutes;
import dev.afterword.moderation.Door;
import dev.afterword.moderation.ErasureSweep;
import dev.afterword.moderation.JobSweep;
import dev.afterword.moderation.ModerationRoutes;
import dev.afterword.redis.DurableLink;
import dev.afterword.redis.RedisAddress;
import dev.afterword.redis.RedisLink;
import dev.afterword.redis.RedisSubscriber;
import dev.afterword.redis.StoreClock;
import dev.afterword.redis.StoreException;
import dev.afterword.redis.Watermark;
import dev.afterword.view.EngagementRoutes;
import dev.afterword.view.FoldSweep;
import dev.afterword.view.SaltSweep;
import dev.afterword.view.ViewRoutes;
import dev.afterword.widget.Demo;
import dev.afterword.widget.WidgetRoutes;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The composition root: every object this process is made of, and who is handed what. Each event
 * loop has a set of its own ({@link Loop}), so almost nothing is shared and nothing is locked; one
 * more loop carries the feed and the operators' listener.
 */
final class App {
  /** How long the last requests may take when the process stops, in seconds. */
  private static final long LAST_REQUESTS_SECONDS = 5;

  /** A negative port is Vert.x's word for a free one that the servers of all loops share. */
  private static final int SHARED_FREE_PORT = -1;

  private final Vertx vertx;
  private final Config config;
  private final RedisAddress address;
  private final List<byte[]> secrets;
  private final Contract contract;
  private final PrometheusMeterRegistry meters;

  // What the event loops of the process share.
  private final Proxies proxies;
  private final StoreClock clock = new StoreClock();
  private final ViewRoutes.Shared views;
  private final Watermark watermark;
  private final CommentRoutes.Shared threads;
  private final Members members;
  private final Door door;
  private final Readers readers = new Readers();
  private final Connections connections;
  private final LiveMeters live;
  private final List<Hub> hubs = new CopyOnWriteArrayList<>();
  private final List<String> loops = new CopyOnWriteArrayList<>();

  private volatile int port;
  private volatile int operationsPort;
  private volatile boolean stopping;

  private App(
      Vertx vertx,
      Config config,
      RedisAddress address,
      List<byte[]> secrets,
      Contract contract,
      PrometheusMeterRegistry meters) {
    this.vertx = vertx;
    this.config = config;
    this.address = address;
    this.secrets = secrets;
    this.contract = contract;
    this.meters = meters;
    this.proxies = new Proxies(config.trustedProxies());
    this.connections = new Connections(config.limits());
    this.live = new LiveMeters(meters, clock);
    // Of a store elsewhere the disk cannot be seen.
    this.watermark = new Watermark(config.redis() == null ? config.data() : null);
    this.views = new ViewRoutes.Shared(vertx, config.limits(), clock, meters);
    this.threads = new CommentRoutes.Shared(vertx, watermark, clock);
    this.members = new Members(vertx, clock);
    this.door = new Door(vertx, config.limits());
    Gauge.builder("afterword.live.sockets", hubs, all -> all.stream().mapToInt(Hub::size).sum())
        .description("Open live sockets")
        .register(meters);
    Gauge.builder("afterword.store.fullness", watermark, Watermark::level)
        .description("How full the store is; at 1 comments are refused")
        .register(meters);
  }

  /** Starts everything; what is open when it fails is closed with its Vert.x. */
  static Future<App> start(
      Vertx vertx,
      Config config,
      RedisAddress address,
      List<byte[]> secrets,
      Contract contract,
      PrometheusMeterRegistry meters) {
    var app = new App(vertx, config, address, secrets, contract, meters);
    return app.listen().map(app);
  }

  /** What readers use, without a trailing slash. */
  String url() {
    var given = config.publicUrl();
    return given == null ? urlOf(config.listener().host(), port) : given;
  }

  /** What operators use, without a trailing slash. */
  String operationsUrl() {
    return urlOf(config.operations().host(), operationsPort);
  }

  private static String urlOf(String host, int port) {
    var reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    return "http://" + (reachable.contains(":") ? '[' + reachable + ']' : reachable) + ':' + port;
  }

  private boolean isSecure() {
    var given = config.publicUrl();
    return given != null && given.startsWith("https:");
  }

  /** Whether an address is plain HTTP that never leaves this machine. */
  private static boolean isThisMachine(String url) {
    return List.of("http://127.0.0.1", "http://localhost", "http://[::1]").stream()
        .anyMatch(own -> url.equals(own) || url.startsWith(own + ':') || url.startsWith(own + '/'));
  }

  /** Not ready, finish, flush, close sockets: after this nothing is under way. */
  Future<Void> stop() {
    stopping = true;
    // The loops all at once, for each may wait for its slow readers; what they share comes last.
    int shared = Math.min(1, loops.size());
    return Future.join(hubs.stream().map(Hub::close).toList())
        .eventually(() -> undeploy(loops.subList(shared, loops.size())))
        .eventually(() -> undeploy(loops.subList(0, shared)))
        .mapEmpty();
  }

  private Future<?> undeploy(List<String> some) {
    return Future.join(some.stream().map(vertx::undeploy).toList());
  }

  private Future<Void> listen() {
    var center = new Center();
    return deploy(center)
        .compose(deployed -> deploy(new Loop(center)))
        .compose(
            deployed -> {
              var others = new ArrayList<Future<?>>();
              for (int i = 1; i < Runtime.getRuntime().availableProcessors(); i++) {
                others.add(deploy(new Loop(center)));
              }
              return Future.all(others);
            })
        .compose(deployed -> config.demo() ? moveDemo(center.sites()) : Future.succeededFuture());
  }

  /** The demo's pages are where this server is, unless it was given pages elsewhere. */
  private Future<Void> moveDemo(SiteStore sites) {
    return sites
        .read(Startup.DEMO)
        .compose(
            demo ->
                demo.isPresent() && demo.get().origins().stream().allMatch(App::isThisMachine)
                    ? sites.setOrigins(Startup.DEMO, Startup.demoOrigins(port)).mapEmpty()
                    : Future.succeededFuture());
  }

  private Future<Void> deploy(VerticleBase verticle) {
    return vertx
        .deployVerticle(verticle, new DeploymentOptions())
        .map(
            id -> {
              loops.add(id);
              return null;
            });
  }

  /** What the failures of other rooms mean to clients. */
  private static @Nullable Problem translate(Throwable failure) {
    if (failure instanceof ArticleMovedException) {
      // It moves faster than it can be followed.
      return Problem.of(ProblemType.OVERLOADED);
    }
    if (!(failure instanceof StoreException store)) {
      return null;
    }
    return switch (store.kind()) {
      case DOWN -> Problem.of(ProblemType.STORE_DOWN);
      case SLOW -> Problem.of(ProblemType.STORE_SLOW);
      case UNCONFIRMED -> Problem.of(ProblemType.DURABILITY_UNCONFIRMED);
      case BUSY -> Problem.of(ProblemType.OVERLOADED);
      case FULL -> Problem.of(ProblemType.STORE_FULL);
      case READ_ONLY -> Problem.of(ProblemType.STORE_READ_ONLY);
      case LOADING -> Problem.of(ProblemType.STORE_LOADING);
      case CLUSTER_DOWN -> Problem.of(ProblemType.STORE_CLUSTER_DOWN);
      case DENIED, NO_SCRIPT, BROKEN -> null;
    };
  }

  /**
   * Who asked for an article by a key that leads elsewhere now is asked again when that is known.
   */
  private static @Nullable Future<Void> follow(AliasStore aliases, Throwable failure) {
    return failure instanceof ArticleMovedException moved
        ? aliases
            .follow(moved.asked())
            .compose(
                found ->
                    found
                        ? Future.succeededFuture()
                        : Future.failedFuture(Problem.of(ProblemType.ARTICLE_NOT_ALLOWED)))
        : null;
  }

  /** This server's own origin, and for the demo site every way to say "this machine". */
  private Set<String> ownOrigins(String site) {
    var own = originOf(url());
    if (!config.demo() || !site.equals(Startup.DEMO)) {
      return Set.of(own);
    }
    var all = new HashSet<>(Startup.demoOrigins(port));
    all.add(own);
    return Set.copyOf(all);
  }

  private static String originOf(String url) {
    var origin = url.substring(0, url.length() - Answers.pathOf(url).length());
    return SiteOrigin.of(origin).orElse(origin);
  }

  /** The loop of what there is once in a process: feed, heartbeat, the operators' listener. */
  private final class Center extends VerticleBase {
    private @Nullable RedisLink link;
    private @Nullable SiteStore sites;
    private @Nullable RedisSubscriber subscriber;
    private @Nullable Feed feed;
    private @Nullable StaffFeed staffFeed;
    private @Nullable Heartbeat heartbeat;

    @Override
    public Future<?> start() {
      return RedisLink.open(vertx, address)
          .compose(
              opened -> {
                link = opened;
                sites = new SiteStore(opened, App.this::ownOrigins);
                var events = new CommentEvents(opened, new Sites(sites), threads);
                var subscriber = new RedisSubscriber(vertx, address);
                this.subscriber = subscriber;
                var feed = new Feed(vertx, subscriber, opened, events, live);
                this.feed = feed;
                staffFeed = staffFeed(subscriber, opened, new Sites(sites));
                heartbeat = new Heartbeat(vertx, opened, readers, feed);
                new Reconciler(vertx, opened, sites).start(meters);
                boolean ours = config.redis() == null;
                new SaltSweep(vertx, opened, sites, ours).start();
                new FoldSweep(vertx, opened, sites).start();
                new ErasureSweep(vertx, opened, sites, clock, ours).start();
                new JobSweep(vertx, opened, sites, clock).start();
                var operations = new Operations(meters, opened, () -> stopping);
                return clock
                    .watch(vertx, opened)
                    .compose(told -> watermark.watch(vertx, opened))
                    .compose(
                        watched ->
                            App.listen(
                                vertx.createHttpServer().requestHandler(operations.router(vertx)),
                                config.operations(),
                                0));
              })
          .onSuccess(server -> operationsPort = server.actualPort());
    }

    SiteStore sites() {
      return Objects.requireNonNull(sites);
    }

    Feed feed() {
      return Objects.requireNonNull(feed);
    }

    StaffFeed staffFeed() {
      return Objects.requireNonNull(staffFeed);
    }

    private StaffFeed staffFeed(RedisSubscriber subscriber, RedisLink link, Sites sites) {
      var counts = QueueReader.counts(link);
      return new StaffFeed(vertx, subscriber, link, site -> sites.named(site).compose(counts));
    }

    @Override
    public Future<?> stop() {
      var beating = heartbeat;
      var listening = subscriber;
      Future<Void> silent = beating == null ? Future.succeededFuture() : beating.close();
      return silent
          .eventually(() -> listening == null ? Future.succeededFuture() : listening.close())
          .eventually(() -> closeAll(link));
    }
  }

  /** What one event loop is made of. */
  private final class Loop extends VerticleBase {
    private final Center center;
    private @Nullable RedisLink link;
    private @Nullable DurableLink durable;
    private @Nullable HttpServer server;
    private @Nullable ViewRoutes counting;

    Loop(Center center) {
      this.center = center;
    }

    @Override
    public Future<?> start() {
      var answers = new Answers(vertx, App.this::url, isSecure(), App::translate);
      var router = Router.router(vertx);
      server = Listeners.open(vertx, answers, List.of(Handshake.PROTOCOL), router);
      return RedisLink.open(vertx, address)
          .onSuccess(opened -> link = opened)
          .compose(opened -> DurableLink.open(vertx, address, opened, config.replicas()))
          .onSuccess(opened -> durable = opened)
          .compose(
              opened ->
                  App.listen(Objects.requireNonNull(server), config.listener(), SHARED_FREE_PORT)
                      .onSuccess(
                          listening -> {
                            // The routes come last: their URLs may need the port that was free.
                            port = listening.actualPort();
                            mount(router, answers, Objects.requireNonNull(link), opened);
                          }));
    }

    private void mount(Router router, Answers answers, RedisLink link, DurableLink durable) {
      var keys = new Keys(secrets);
      var siteStore = new SiteStore(link, App.this::ownOrigins);
      var sites = new Sites(siteStore);
      var guests = new Guests(link, keys, proxies, config.limits());
      var staff = new StaffStore(link);
      var sessions =
          new Sessions(new SessionStore(link), staff, guests, !isThisMachine(App.this.url()));
      var callers = new Callers(guests, staff, members, sessions);
      var articles = new ArticleStore(vertx.getOrCreateContext(), link);
      var journal = new Journal(new JournalStore(link));
      var bans = new BanWatch(vertx, guests);
      bans.start();
      var hub = new Hub(vertx, center.feed(), readers, live);
      hubs.add(hub);

      // Greeted before the next gate: handlers of a future are called in the order they came.
      // A page that is listed may read, too, that the store cannot be asked.
      Gate site =
          ctx ->
              sites
                  .enter(ctx)
                  .onComplete(
                      entered -> {
                        if (Sites.isKnown(ctx)) {
                          Origins.greet(ctx);
                        }
                      });
      var api =
          new RouteTable(
                  answers,
                  contract,
                  meters,
                  site,
                  List.of(Origins::refuseForeign, callers::identify))
              .retrying(failure -> follow(siteStore.aliases(), failure));
      counting = ViewRoutes.in(vertx, link, articles, keys, guests, proxies, views);
      counting.addTo(api);
      EngagementRoutes.in(link, articles, guests, views).addTo(api);
      var comments =
          CommentRoutes.in(
              vertx,
              link,
              durable,
              articles,
              guests,
              journal,
              threads,
              door.on(link),
              App.this::url);
      comments.addTo(api);
      var sockets = new Sockets(hub, connections, live, proxies);
      new LiveRoutes(
              hub,
              sockets,
              connections,
              live,
              proxies,
              Origins::isAdmitted,
              ctx -> Sites.of(ctx)::place,
              ctx -> new SiteSpeakers(sites, callers, bans, Sites.of(ctx).name()))
          .addTo(api);
      new StaffLiveRoutes(
              vertx, sockets, center.staffFeed(), ctx -> stillStaff(sites, callers, ctx))
          .addTo(api);
      new IdentityRoutes(guests, new NameStore(link)).addTo(api);
      new JournalRoutes(journal).addTo(api);
      new ArticleRoutes(
              vertx, link, articles, comments.commented(), comments.desk(), journal, clock)
          .addTo(api);
      new BanRoutes(vertx, link, comments.desk(), journal, clock).addTo(api);
      new AuthorRoutes(vertx, link, comments.exports(), comments.erasure(), journal).addTo(api);
      new ModerationRoutes(articles, comments.desk(), comments.queue(), journal, center.staffFeed())
          .addTo(api);
      new DayStatsRoutes(link, clock).addTo(api);
      new SettingsRoutes(siteStore, journal).addTo(api);
      new StaffRoutes(staff, journal).addTo(api);
      new SessionRoutes(sessions, guests).addTo(api);

      var newSites = new NewSites(siteStore, journal, config.viewWindow(), config.editWindow());
      var sitesRoutes = new SitesRoutes(siteStore, staff, newSites);
      var whole =
          new RouteTable(
              answers,
              contract,
              meters,
              Gate.OPEN,
              List.of(sitesRoutes::refuseForeign, sitesRoutes::identify));
      sitesRoutes.addTo(whole);

      var pages = new RouteTable(answers, contract, meters, Gate.OPEN, List.of());
      new ApiPages(contract).addTo(pages);
      new WidgetRoutes(link, config.demo() ? demo(sites, comments) : null).addTo(pages);

      router.route().handler(answers::begin);
      // Before those of a site, whose name could be anything.
      whole.mountOn(router);
      api.mountOn(router);
      api.mountNothingOn(router, "/api/v1/:site/*");
      pages.mountOn(router);
      router.route().handler(ctx -> answers.fail(ctx, Problem.of(ProblemType.NOT_FOUND)));
      // The router's own: a path that cannot be decoded.
      router.errorHandler(400, ctx -> answers.fail(ctx, Problem.of(ProblemType.REQUEST_MALFORMED)));
      router.errorHandler(500, ctx -> answers.fail(ctx, ctx.failure()));
    }

    private Demo demo(Sites sites, CommentRoutes comments) {
      return new Demo(
          () ->
              sites
                  .named(Startup.DEMO)
                  .compose(site -> comments.fragment(site, site.article("/included"))),
          () -> sites.named(Startup.DEMO).map(site -> DemoSignOn.token(site, clock.now())),
          App.this::url);
    }

    /** Whether whoever sent a request is still one of the staff of a site that is still there. */
    private static Supplier<Future<?>> stillStaff(
        Sites sites, Callers callers, RoutingContext ctx) {
      var site = Sites.of(ctx).name();
      var again = callers.again(ctx);
      return () -> sites.named(site).compose(again);
    }

    @Override
    public Future<?> stop() {
      var listening = server;
      Future<?> closed =
          listening == null
              ? Future.succeededFuture()
              : listening.shutdown(LAST_REQUESTS_SECONDS, TimeUnit.SECONDS);
      var last = durable;
      var views = counting;
      return closed
          .eventually(() -> views == null ? Future.succeededFuture() : views.flush())
          .eventually(() -> last == null ? Future.succeededFuture() : last.close())
          .eventually(() -> closeAll(link));
    }
  }

  private static Future<HttpServer> listen(HttpServer server, Config.Listener where, int anyPort) {
    return server
        .listen(where.port() == 0 ? anyPort : where.port(), where.host())
        .recover(
            failure ->
                Future.failedFuture(
                    new Startup.FailedException(
                        "Cannot listen on "
                            + where.host()
                            + ':'
                            + where.port()
                            + ": the port is taken, or the address is not this machine's.")));
  }

  private static Future<Void> closeAll(@Nullable RedisLink link) {
    return link == null ? Future.succeededFuture() : link.close();
  }
}
