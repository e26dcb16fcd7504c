package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.TestServer;
import dev.afterword.article.AliasStore;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is known to go wrong with JSON Web Tokens (RFC 8725), tried at a real route. Each forged
 * token stands beside the same one without the attack, which is let in, so that none is refused for
 * another reason.
 */
@OnStore
class ForgedTokensTest {
  private static final SiteKey RSA = SiteKey.rsa(2048);
  private static final SiteKey EC = SiteKey.ec();
  private static final SiteKey ED = SiteKey.ed();
  private static final String SECRET_TEXT = "d2Vpw7EgcGhyYXNlIG9mIHRoZSB0ZXN0cw==";
  private static final SiteKey SECRET = SiteKey.secret(SECRET_TEXT);
  private static final String ISSUER = "https://id.example";

  private static final BigInteger P256_ORDER =
      new BigInteger("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 16);

  @AutoClose private static TestServer server;
  private static JsonObject uniform;

  @BeforeAll
  static void start() {
    server = TestServer.unlimited();
    site("rsa", RSA.pem());
    site("ec", EC.pem());
    site("mixed", RSA.pem(), SECRET_TEXT);
    site(
        "set",
        new JsonObject()
            .put("keys", JsonArray.of(EC.jwk("ec-1"), ED.jwk("ed-1"), RSA.jwk("rsa-1")))
            .encode());
    site("secret", SECRET_TEXT);
    server.command(0, "site", "set", "secret", "--sso-issuer", ISSUER);
    uniform = new JsonObject(comment("rsa", "nonsense").body());
    uniform.remove("instance");
  }

  private static void site(String name, String... keys) {
    server.addSite(name, "https://news.example");
    var command = Stream.<String>builder().add("site").add("set").add(name);
    for (int i = 0; i < keys.length; i++) {
      command.add("--sso-key").add(server.file("key-" + i, keys[i]).toString());
    }
    server.command(0, command.build().toArray(String[]::new));
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  private static JsonObject claims(String site) {
    var claims = new JsonObject().put("sub", "user-17").put("name", "Ann").put("aud", site);
    return claims.put("exp", now() + 3_600).put("iss", ISSUER);
  }

  private static HttpResponse<String> comment(String site, String token) {
    return server.post(
        "/api/v1/" + site + "/comments?article=/a",
        "{\"text\":\"Words.\"}",
        "Authorization",
        "Bearer " + token);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource({"headers", "signatures", "claimed", "forms"})
  void isRefused(String attack, String site, String forged, String honest) {
    var welcome = comment(site, honest);
    assertThat(welcome.statusCode()).as(welcome.body()).isEqualTo(201);

    assertThat(forged).isNotEqualTo(honest);
    var refused = comment(site, forged);
    assertThat(refused.statusCode()).as(refused.body()).isEqualTo(401);
    assertThat(refused.headers().firstValue("WWW-Authenticate"))
        .contains("Bearer error=\"invalid_token\"");
    var problem = new JsonObject(refused.body());
    problem.remove("instance");
    // The same for all: it gives no hint of what was wrong.
    assertThat(problem).isEqualTo(uniform);
  }

  @Test
  void aSubject_isCountedInCharacters() {
    var name = "\uD83D\uDE00";
    var longest = claims("secret").put("sub", name.repeat(128));
    assertThat(comment("secret", SECRET.sign(longest)).statusCode()).isEqualTo(201);
    var longer = claims("secret").put("sub", name.repeat(129));
    assertThat(comment("secret", SECRET.sign(longer)).statusCode()).isEqualTo(401);
  }

  /** Mended while it is read, two accounts would be one. */
  private static Arguments notUtf8() {
    var payload = claims("secret").put("name", "An?").encode().getBytes(StandardCharsets.UTF_8);
    var honest = SECRET.sign(SECRET.header().encode(), payload);
    var broken = new String(payload, StandardCharsets.ISO_8859_1).replace("An?", "An\u00FF");
    var bytes = broken.getBytes(StandardCharsets.ISO_8859_1);
    return row("no UTF-8", "secret", SECRET.sign(SECRET.header().encode(), bytes), honest);
  }

  private static Arguments row(String attack, String site, String forged, String honest) {
    return Arguments.of(attack, site, forged, honest);
  }

  /** An attack in the header of a token that is signed with the site's own key. */
  private static Arguments header(
      String attack, String site, SiteKey key, UnaryOperator<JsonObject> change) {
    var payload = claims(site).encode();
    return row(
        attack,
        site,
        key.sign(change.apply(key.header()).encode(), payload),
        key.sign(key.header().encode(), payload));
  }

  private static Arguments kid(String kid) {
    var payload = claims("set").encode();
    return row(
        "kid " + kid,
        "set",
        EC.sign(EC.header().put("kid", kid).encode(), payload),
        EC.sign(EC.header().put("kid", "ec-1").encode(), payload));
  }

  static Stream<Arguments> headers() {
    var own = SiteKey.rsa(2048);
    var jwk = own.jwk("mine");
    var certificate = JsonArray.of(Base64.getEncoder().encodeToString(own.der()));
    return Stream.of(
        header("alg HS256 for an RSA key", "rsa", RSA, h -> h.put("alg", "HS256")),
        row(
            "alg RS512, signed so",
            "rsa",
            RSA.signingAs("SHA512withRSA").sign("{\"alg\":\"RS512\"}", claims("rsa").encode()),
            RSA.sign("{\"alg\":\"RS256\"}", claims("rsa").encode())),
        header("alg RS512", "rsa", RSA, h -> h.put("alg", "RS512")),
        header("alg ES384", "ec", EC, h -> h.put("alg", "ES384")),
        header("alg ES256K", "ec", EC, h -> h.put("alg", "ES256K")),
        header("alg in small letters", "ec", EC, h -> h.put("alg", "es256")),
        header("alg missing", "ec", EC, removed("alg")),
        header("alg null", "ec", EC, h -> h.putNull("alg")),
        header("alg a list", "ec", EC, h -> h.put("alg", JsonArray.of("ES256"))),
        header("alg dir, as of an encrypted token", "secret", SECRET, h -> h.put("alg", "dir")),
        header("typ of another kind of token", "rsa", RSA, h -> h.put("typ", "at+jwt")),
        header("typ a number", "rsa", RSA, h -> h.put("typ", 1)),
        header("crit, unknown", "rsa", RSA, h -> crit(h, "x", 1)),
        header("crit, known to libraries", "rsa", RSA, h -> crit(h, "b64", true)),
        header("crit, empty", "rsa", RSA, h -> h.put("crit", new JsonArray())),
        header("b64 without crit", "rsa", RSA, h -> h.put("b64", true)),
        header("b64 a text", "rsa", RSA, h -> h.put("b64", "false")),
        header("zip", "rsa", RSA, h -> h.put("zip", "DEF")),
        header("enc", "rsa", RSA, h -> h.put("enc", "A128GCM")),
        header("jku beside the right key", "rsa", RSA, h -> h.put("jku", "https://evil.example")),
        header("x5u beside the right key", "rsa", RSA, h -> h.put("x5u", "https://evil.example")),
        header("jwk beside the right key", "rsa", RSA, h -> h.put("jwk", RSA.jwk("1"))),
        header("x5c beside the right key", "rsa", RSA, h -> h.put("x5c", certificate)),
        row(
            "jwk of the forger, who signed",
            "rsa",
            own.sign(own.header().put("jwk", jwk).encode(), claims("rsa").encode()),
            RSA.sign(claims("rsa"))),
        row(
            "jku of the forger, who signed",
            "rsa",
            own.sign(
                own.header().put("jku", "http://127.0.0.1/jwks").put("kid", "mine").encode(),
                claims("rsa").encode()),
            RSA.sign(claims("rsa"))),
        row(
            "x5c of the forger, who signed",
            "rsa",
            own.sign(own.header().put("x5c", certificate).encode(), claims("rsa").encode()),
            RSA.sign(claims("rsa"))),
        header("kid a number", "rsa", RSA, h -> h.put("kid", 1)),
        header("kid a list", "rsa", RSA, h -> h.put("kid", JsonArray.of("rsa-1"))),
        kid("../../../../dev/null"),
        kid("ec-1' OR '1'='1"),
        kid("https://evil.example/key"),
        kid("| /bin/true"),
        kid("EC-1"),
        kid("ec-1 "),
        kid("ed-1"),
        kid("rsa-1"),
        kid(""),
        row(
            "an empty key, as of the file /dev/null",
            "set",
            SiteKey.secret(new byte[] {0})
                .sign("{\"alg\":\"HS256\",\"kid\":\"../../../dev/null\"}", claims("set").encode()),
            EC.sign(claims("set"))),
        row(
            "alg twice",
            "ec",
            EC.sign("{\"alg\":\"none\",\"alg\":\"ES256\"}", claims("ec").encode()),
            EC.sign("{\"alg\":\"ES256\"}", claims("ec").encode())),
        row(
            "alg twice, once escaped",
            "ec",
            EC.sign("{\"al\\u0067\":\"none\",\"alg\":\"ES256\"}", claims("ec").encode()),
            EC.sign("{\"al\\u0067\":\"ES256\"}", claims("ec").encode())));
  }

  private static JsonObject crit(JsonObject header, String name, Object value) {
    return header.put("crit", JsonArray.of(name)).put(name, value);
  }

  private static UnaryOperator<JsonObject> removed(String name) {
    return json -> {
      json.remove(name);
      return json;
    };
  }

  static Stream<Arguments> signatures() {
    return Stream.of(
            Stream.of("none", "None", "nOnE", "NONE").flatMap(ForgedTokensTest::unsigned),
            Stream.of("rsa", "ec").flatMap(ForgedTokensTest::confused),
            Stream.of(
                row(
                    "a public key as the secret beside a secret",
                    "mixed",
                    SiteKey.secret(RSA.pem()).sign(claims("mixed")),
                    SECRET.sign(claims("mixed"))),
                row(
                    "an empty secret",
                    "secret",
                    SiteKey.secret(new byte[] {0}).sign(claims("secret")),
                    SECRET.sign(claims("secret"))),
                row(
                    "another secret",
                    "secret",
                    SiteKey.secret(SECRET_TEXT + "\n").sign(claims("secret")),
                    SECRET.sign(claims("secret"))),
                row(
                    "another RSA key",
                    "rsa",
                    SiteKey.rsa(2048).sign(claims("rsa")),
                    RSA.sign(claims("rsa"))),
                row("another EC key", "ec", SiteKey.ec().sign(claims("ec")), EC.sign(claims("ec"))),
                row(
                    "another Ed25519 key",
                    "set",
                    SiteKey.ed().sign(claims("set")),
                    ED.sign(claims("set"))),
                row(
                    "a signature of zeros (Ed25519)",
                    "set",
                    ED.signingWith(new byte[64]).sign(claims("set")),
                    ED.sign(claims("set"))),
                row(
                    "a signature of zeros (RSA)",
                    "rsa",
                    RSA.signingWith(new byte[256]).sign(claims("rsa")),
                    RSA.sign(claims("rsa"))),
                ecSignature("r and s zero (CVE-2022-21449)", new byte[64]),
                ecSignature("r and s the order", pair(P256_ORDER, P256_ORDER)),
                ecSignature("r zero", pair(BigInteger.ZERO, BigInteger.ONE)),
                ecSignature("s zero", pair(BigInteger.ONE, BigInteger.ZERO)),
                ecSignature("too short", new byte[63]),
                ecSignature("one zero", new byte[1]),
                row(
                    "DER in place of r and s",
                    "ec",
                    EC.signingAs("SHA256withECDSA").sign(claims("ec")),
                    EC.sign(claims("ec")))))
        .flatMap(rows -> rows);
  }

  private static Stream<Arguments> unsigned(String algorithm) {
    return Stream.of("rsa", "secret")
        .flatMap(
            site -> {
              var key = site.equals("rsa") ? RSA : SECRET;
              var honest = key.sign(claims(site));
              var payload = claims(site).encode();
              var none = key.header().put("alg", algorithm).encode();
              var bare = SiteKey.base64(none) + '.' + SiteKey.base64(payload) + '.';
              return Stream.of(
                  row("alg " + algorithm + " without a signature", site, bare, honest),
                  row("alg " + algorithm + " with one", site, key.sign(none, payload), honest),
                  row(
                      "alg " + algorithm + " with some other's",
                      site,
                      bare + honest.substring(honest.lastIndexOf('.') + 1),
                      honest));
            });
  }

  /** The public key, which everybody has, used as the secret of HS256. */
  private static Stream<Arguments> confused(String site) {
    var key = site.equals("rsa") ? RSA : EC;
    var pem = key.pem();
    var secrets =
        List.of(
            pem.getBytes(StandardCharsets.UTF_8),
            pem.strip().getBytes(StandardCharsets.UTF_8),
            pem.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8),
            key.der(),
            Base64.getEncoder().encode(key.der()),
            key.jwk("1").encode().getBytes(StandardCharsets.UTF_8));
    return secrets.stream()
        .map(
            secret ->
                row(
                    "HS256 with a public key of " + secret.length + " bytes",
                    site,
                    SiteKey.secret(secret).sign(claims(site)),
                    key.sign(claims(site))));
  }

  private static Arguments ecSignature(String what, byte[] signature) {
    var forged = EC.signingWith(signature).sign(claims("ec"));
    return row(what, "ec", forged, EC.sign(claims("ec")));
  }

  private static byte[] pair(BigInteger r, BigInteger s) {
    var both = new byte[64];
    for (int i = 0; i < 32; i++) {
      both[i] = r.shiftRight(8 * (31 - i)).byteValue();
      both[32 + i] = s.shiftRight(8 * (31 - i)).byteValue();
    }
    return both;
  }

  /** An attack in the claims, signed with the site's own key. */
  private static Arguments claim(String attack, UnaryOperator<JsonObject> change) {
    return row(
        attack,
        "secret",
        SECRET.sign(change.apply(claims("secret"))),
        SECRET.sign(claims("secret")));
  }

  private static Arguments claim(String name, Object value) {
    var shown = String.valueOf(value);
    return claim(
        name + ' ' + shown.substring(0, Math.min(30, shown.length())),
        claims -> claims.put(name, value));
  }

  private static Arguments without(String name) {
    return claim("no " + name, removed(name));
  }

  /** As it stands in the JSON, which a library would not write. */
  private static Arguments literal(String name, String value) {
    var claims = claims("secret").put(name, "@").encode().replace("\"@\"", value);
    return row(
        name + ' ' + value.substring(0, Math.min(30, value.length())),
        "secret",
        SECRET.sign(SECRET.header().encode(), claims),
        SECRET.sign(claims("secret")));
  }

  static Stream<Arguments> claimed() {
    return Stream.of(
        without("aud"),
        claim("aud", "other"),
        claim("aud", "Secret"),
        claim("aud", ""),
        claim("aud", new JsonArray()),
        claim("aud", JsonArray.of("other", "secret.example")),
        claim("aud", JsonArray.of("other", 7)),
        claim("aud", 7),
        claim("aud", new JsonObject().put("secret", true)),
        literal("sub", "\"\\ud800\""),
        notUtf8(),
        without("iss"),
        claim("iss", ISSUER + "/"),
        claim("iss", "https://id.example.evil.example"),
        claim("iss", JsonArray.of(ISSUER)),
        claim("iss", ""),
        without("exp"),
        claim("exp", now() - 60),
        claim("exp", 0),
        claim("exp", -now()),
        claim("exp", now() * 1_000),
        claim("exp", Long.MAX_VALUE),
        claim("exp", Long.toString(now() + 3_600)),
        claim("exp", now() + 3_600.5),
        claim("exp", JsonArray.of(now() + 3_600)),
        literal("exp", "null"),
        literal("exp", "true"),
        literal("exp", "1e300"),
        literal("exp", "9".repeat(40)),
        literal("exp", "NaN"),
        claim("nbf", now() + 600),
        claim("nbf", "0"),
        claim("nbf", -1),
        claim("nbf", now() - 0.5),
        claim("iat", now() + 600),
        claim("iat", "0"),
        claim("iat", Long.MIN_VALUE),
        claim("iat", now() * 1_000),
        without("sub"),
        claim("sub", ""),
        claim("sub", 17),
        claim("sub", JsonArray.of("user-17")),
        claim("sub", "x".repeat(129)),
        without("name"),
        claim("name", ""),
        claim("name", "  "),
        claim("name", 17),
        claim("name", "\u0001\u0007\u001F\u0085"),
        claim("name", "\u202E\u2066\u200B\uFEFF"),
        row(
            "of another site, with the same key",
            "rsa",
            RSA.sign(claims("mixed")),
            RSA.sign(claims("rsa"))),
        duplicated("\"sub\":\"user-1\","),
        duplicated("\"s\\u0075b\":\"user-1\","),
        duplicated("\"aud\":\"secret\","),
        duplicated("\"x\":{\"y\":1,\"y\":2},"));
  }

  private static Arguments duplicated(String member) {
    var claims = claims("secret").encode();
    return row(
        "duplicated " + member,
        "secret",
        SECRET.sign(SECRET.header().encode(), '{' + member + claims.substring(1)),
        SECRET.sign(SECRET.header().encode(), claims));
  }

  static Stream<Arguments> forms() {
    var honest = SECRET.sign(claims("secret"));
    var parts = honest.split("\\.", -1);
    var payload = claims("secret").encode();
    var otherwise = claims("other").encode();
    var over = claims("secret").put("x", "x".repeat(3_100));
    var full = claims("secret").put("x", "x".repeat(2_700));
    return Stream.of(
        row("truncated", "secret", honest.substring(0, honest.length() - 4), honest),
        row("without a signature", "secret", parts[0] + '.' + parts[1], honest),
        row("with an empty signature", "secret", parts[0] + '.' + parts[1] + '.', honest),
        row("without dots", "secret", parts[0] + parts[1] + parts[2], honest),
        row("with an empty header", "secret", '.' + parts[1] + '.' + parts[2], honest),
        row("with an empty payload", "secret", parts[0] + ".." + parts[2], honest),
        row("with a fourth part", "secret", honest + '.' + parts[2], honest),
        row("with an empty fourth part", "secret", honest + '.', honest),
        row(
            "of five parts, as an encrypted one",
            "secret",
            SiteKey.base64("{\"alg\":\"dir\",\"enc\":\"A128GCM\"}") + "..AAAA.AAAA.AAAA",
            honest),
        row("padded", "secret", honest + '=', honest),
        row("padded in the middle", "secret", honest.replaceFirst("\\.", "==."), honest),
        row("with a space", "secret", parts[0] + ". " + parts[1] + '.' + parts[2], honest),
        row("with a tab", "secret", honest.replaceFirst("\\.", ".\t"), honest),
        row("with another's letters after it", "secret", honest + ", Bearer x", honest),
        row(
            "in another base64",
            "secret",
            honest.replace('_', '/').replace('-', '+') + '/',
            honest),
        row("spelled with spare bits", "secret", spareBits(honest), honest),
        row("of JSON alone", "secret", SiteKey.base64(payload), honest),
        row("a list", "secret", SECRET.sign(SECRET.header().encode(), "[]"), honest),
        row("nothing", "secret", SECRET.sign(SECRET.header().encode(), "null"), honest),
        row("a number", "secret", SECRET.sign(SECRET.header().encode(), "1"), honest),
        row("with a header of nothing", "secret", SECRET.sign("null", payload), honest),
        row("with a list as its header", "secret", SECRET.sign("[]", payload), honest),
        row("with a header that ends early", "secret", SECRET.sign("{\"alg\":", payload), honest),
        row(
            "deep and of another site",
            "secret",
            SECRET.sign(
                SECRET.header().encode(),
                "{\"x\":" + "[".repeat(1_300) + "]".repeat(1_300) + ',' + otherwise.substring(1)),
            SECRET.sign(
                SECRET.header().encode(),
                "{\"x\":" + "[".repeat(1_300) + "]".repeat(1_300) + ',' + payload.substring(1))),
        row("a text", "secret", SECRET.sign(SECRET.header().encode(), "\"x\""), honest),
        row("not JSON", "secret", SECRET.sign(SECRET.header().encode(), payload + '}'), honest),
        row(
            "nested",
            "secret",
            SECRET.sign(SECRET.header().put("cty", "JWT").encode(), honest),
            honest),
        row(
            "deep",
            "secret",
            SECRET.sign(SECRET.header().encode(), "[".repeat(2_500) + "]".repeat(300)),
            honest),
        row("of more than 4,096 characters", "secret", SECRET.sign(over), SECRET.sign(full)));
  }

  /** The same bytes: the last character of a part has bits that stand for none. */
  private static String spareBits(String token) {
    var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    int last = letters.indexOf(token.charAt(token.length() - 1));
    var other = token.substring(0, token.length() - 1) + letters.charAt(last ^ 1);
    var signature = token.substring(token.lastIndexOf('.') + 1);
    assertThat(Base64.getUrlDecoder().decode(other.substring(other.lastIndexOf('.') + 1)))
        .isEqualTo(Base64.getUrlDecoder().decode(signature));
    return other;
  }

  @Test
  void oddlyTypedHeaders_areAnswered() {
    var values =
        List.of(
            "null", "true", "false", "1", "-0.5", "\"\"", "\"x\"", "[]", "[1]", "{}", "{\"a\":1}");
    for (var name :
        List.of(
            "typ", "kid", "cty", "crit", "b64", "jwk", "jku", "x5c", "x5u", "x5t", "zip", "enc",
            "epk", "p2c", "apu", "iss", "aud")) {
      for (var value : values) {
        var header = "{\"alg\":\"HS256\",\"" + name + "\":" + value + '}';
        assertThat(comment("secret", SECRET.sign(header, claims("secret").encode())).statusCode())
            .as(header)
            .isIn(201, 401);
      }
    }
  }

  private static Site stored(String name, String key) throws InvalidKeyFileException {
    var keys = KeyFile.stored(List.of(key.getBytes(StandardCharsets.UTF_8)));
    return new Site(
        name,
        1,
        16,
        List.of(),
        Set.of(),
        Duration.ZERO,
        Duration.ZERO,
        ArticleRule.ANY,
        new SingleSignOn(keys, "", "key"),
        List.of(),
        Rules.of(new JsonObject()),
        new AliasStore(null));
  }

  /** Seeded; below the routes because there are thousands of them. */
  @Test
  void aTokenWithAnythingChanged_isNobodys() throws Exception {
    long now = now();
    long seed = 20_261_126;
    var random = new Random(seed);
    var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~ =";
    var site = stored("rsa", RSA.pem());
    var honest = RSA.sign(claims("rsa"));
    assertThat(SignedToken.verify(site, honest, now * 1_000)).isPresent();
    for (int at = 0; at < honest.length(); at++) {
      char other = letters.charAt(random.nextInt(letters.length()));
      if (other != honest.charAt(at)) {
        var changed = honest.substring(0, at) + other + honest.substring(at + 1);
        assertThat(SignedToken.verify(site, changed, now * 1_000)).as(changed).isEmpty();
      }
      assertThat(SignedToken.verify(site, honest.substring(0, at), now * 1_000)).isEmpty();
    }
  }

  @Test
  void theLeeway_isThirtySeconds() throws Exception {
    long now = now();
    var site = stored("s", SECRET_TEXT);
    var token = SECRET.sign(claims("s").put("nbf", now).put("iat", now).put("exp", now + 60));
    assertThat(SignedToken.verify(site, token, (now - 31) * 1_000)).isEmpty();
    assertThat(SignedToken.verify(site, token, (now - 30) * 1_000)).isPresent();
    assertThat(SignedToken.verify(site, token, (now + 89) * 1_000))
        .hasValueSatisfying(
            member -> assertThat(member.validUntil()).isEqualTo((now + 90) * 1_000));
    assertThat(SignedToken.verify(site, token, (now + 90) * 1_000)).isEmpty();
  }
}
