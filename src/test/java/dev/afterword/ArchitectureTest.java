package dev.afterword;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.Set;
import java.util.stream.Stream;

/** The house as it was drawn: who may know whom. */
@AnalyzeClasses(packages = "dev.afterword", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  private static final String OURS = "dev.afterword..";

  @ArchTest static final ArchRule http = mayKnow("http");

  @ArchTest static final ArchRule redis = mayKnow("redis");

  /** It reads its own record. */
  @ArchTest static final ArchRule article = mayKnow("article", "redis");

  @ArchTest static final ArchRule live = mayKnow("live", "article", "http", "redis");

  /** A site knows which article a key means. */
  @ArchTest static final ArchRule identity = mayKnow("identity", "article", "http", "redis");

  @ArchTest
  static final ArchRule view = mayKnow("view", "article", "http", "redis", "identity", "live");

  @ArchTest
  static final ArchRule comment =
      mayKnow("comment", "article", "http", "redis", "identity", "live");

  @ArchTest
  static final ArchRule moderation =
      mayKnow("moderation", "comment", "article", "http", "redis", "identity", "live");

  @ArchTest static final ArchRule widget = mayKnow("widget", "http", "redis");

  @ArchTest
  static final ArchRule noCycles =
      SlicesRuleDefinition.slices().matching("dev.afterword.(*)..").should().beFreeOfCycles();

  /**
   * Handlers speak vertx-web; what is behind them does not, nor does it decide how it is routed.
   */
  @ArchTest
  static final ArchRule vertxWeb =
      noClasses()
          .that(resideInAPackage("dev.afterword.*.."))
          .and(not(resideInAPackage("dev.afterword.http..")))
          .and(not(outermost(simpleNameEndingWith("Routes"))))
          .and(not(outermost(named("Sites", "Site", "Callers", "Origins"))))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx.ext.web..");

  /** Beside the stores: the scripts' runners, the guests' few calls, and three of the root. */
  @ArchTest
  static final ArchRule redisRequests =
      noClasses()
          .that(not(resideInAnyPackage("dev.afterword.redis..", "dev.afterword.live..")))
          .and(not(outermost(simpleNameEndingWith("Store"))))
          .and(not(outermost(named("Guests", "Startup", "Operations"))))
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.vertx.redis..")
                  .and(not(named("RedisClientType")))
                  .as("requests and replies of Redis"));

  @ArchTest
  static final ArchRule environment =
      noClasses()
          .that(not(outermost(named("Config"))))
          .should()
          .callMethodWhere(
              DescribedPredicate.describe(
                  "the environment is read",
                  call ->
                      call.getTargetOwner().isEquivalentTo(System.class)
                          && call.getName().equals("getenv")));

  private static ArchRule mayKnow(String room, String... others) {
    var allowed =
        Stream.concat(Stream.of(room), Stream.of(others))
            .map(each -> "dev.afterword." + each + "..")
            .toArray(String[]::new);
    return noClasses()
        .that(resideInAPackage("dev.afterword." + room + ".."))
        .should()
        .dependOnClassesThat(
            resideInAPackage(OURS).and(not(resideInAnyPackage(allowed))).as("other rooms of ours"))
        .as(
            room
                + " may know "
                + (others.length == 0 ? "none of ours" : String.join(", ", others)));
  }

  /** What is nested belongs to the class around it. */
  private static DescribedPredicate<JavaClass> outermost(
      DescribedPredicate<? super JavaClass> predicate) {
    return DescribedPredicate.describe(
        predicate.getDescription(),
        each -> {
          var outer = each;
          while (outer.getEnclosingClass().isPresent()) {
            outer = outer.getEnclosingClass().get();
          }
          return predicate.test(outer);
        });
  }

  private static DescribedPredicate<JavaClass> named(String... names) {
    var set = Set.of(names);
    return DescribedPredicate.describe("named " + set, each -> set.contains(each.getSimpleName()));
  }
}
