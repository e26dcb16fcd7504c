package dev.afterword.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.afterword.TestServer;
import dev.afterword.support.OnStore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Which files a site's tokens can be verified with, and which are refused. */
@OnStore
class KeyFileTest {
  private static final SiteKey RSA = SiteKey.rsa(2048);
  private static final SiteKey EC = SiteKey.ec();
  private static final SiteKey ED = SiteKey.ed();
  private static final String SECRET = "d2Vpw7EgcGhyYXNlIG9mIHRoZSB0ZXN0cw==";

  private static JsonArray stored(String... files) throws InvalidKeyFileException {
    var bytes = Arrays.stream(files).map(file -> file.getBytes(StandardCharsets.UTF_8)).toList();
    return new JsonObject(KeyFile.stored(bytes)).getJsonArray("keys");
  }

  private static String set(JsonObject... keys) {
    return new JsonObject().put("keys", new JsonArray(List.of(keys))).encode();
  }

  @Test
  void eachKindOfKey_standsForOneAlgorithm() throws Exception {
    var bare = EC.jwk("bare");
    bare.remove("alg");
    bare.remove("use");
    var forEncryption = RSA.jwk("other").put("use", "enc").put("alg", "RSA-OAEP");
    var keys = stored(set(RSA.jwk("r"), bare, forEncryption, ED.jwk("e")), SECRET + "\r\n");
    assertThat(keys.stream().map(key -> ((JsonObject) key).getString("alg")))
        .containsExactly("RS256", "ES256", "EdDSA", "HS256");
    assertThat(keys.stream().map(key -> ((JsonObject) key).getString("kid")))
        .containsExactly("r", "bare", "e", null);
    assertThat(keys.getJsonObject(3).getString("k")).isEqualTo(SiteKey.base64(SECRET));
    assertThat(stored(RSA.pem(), "A comment\n" + EC.pem(), ED.pem())).hasSize(3);
    assertThat(stored(ED.jwk("alone").encode())).hasSize(1);
    var marked = stored("\uFEFF" + set(ED.jwk("behind a byte order mark")));
    assertThat(marked.getJsonObject(0).getString("alg")).isEqualTo("EdDSA");
  }

  @Test
  void whatComesBesideAKey_isNotKept() throws Exception {
    var noisy = RSA.jwk("1").put("x5u", "https://evil.example").put("more", 1);
    assertThat(stored(set(noisy)).getJsonObject(0).fieldNames())
        .containsExactlyInAnyOrder("kty", "kid", "alg", "n", "e");
  }

  static Stream<Arguments> refused() throws Exception {
    var p384 = KeyPairGenerator.getInstance("EC");
    p384.initialize(new ECGenParameterSpec("secp384r1"));
    var ed448 = KeyPairGenerator.getInstance("Ed448").generateKeyPair().getPublic().getEncoded();
    var x25519 = KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
    var privateRsa = RSA.jwk("1").put("d", "AQAB");
    return Stream.of(
        Arguments.of("private key", RSA.privatePem()),
        Arguments.of("private key", EC.privatePem()),
        Arguments.of("private key", SiteKey.pem("RSA PRIVATE KEY", new byte[40])),
        Arguments.of("private key", SiteKey.pem("ENCRYPTED PRIVATE KEY", new byte[40])),
        Arguments.of("private key", SiteKey.pem("OPENSSH PRIVATE KEY", new byte[40])),
        Arguments.of("private key", EC.pem() + EC.privatePem()),
        Arguments.of("private key or a secret", set(privateRsa)),
        Arguments.of("private key or a secret", set(ED.jwk("1").put("d", "AQAB"))),
        Arguments.of(
            "private key or a secret",
            set(new JsonObject().put("kty", "oct").put("k", SiteKey.base64(SECRET)))),
        Arguments.of("2048 to 8192 bits, not 1024", SiteKey.rsa(1024).pem()),
        Arguments.of("2048 to 8192 bits, not 1024", set(SiteKey.rsa(1024).jwk("1"))),
        Arguments.of(
            "no key for",
            SiteKey.pem("PUBLIC KEY", p384.generateKeyPair().getPublic().getEncoded())),
        Arguments.of("no key for", SiteKey.pem("PUBLIC KEY", ed448)),
        Arguments.of("no key for", SiteKey.pem("PUBLIC KEY", x25519)),
        Arguments.of("no key for", SiteKey.pem("PUBLIC KEY", new byte[40])),
        Arguments.of("no key for", set(RSA.jwk("1").put("alg", "RS512"))),
        Arguments.of("no key for", set(RSA.jwk("1").put("alg", "HS256"))),
        Arguments.of("no key for", set(EC.jwk("1").put("key_ops", JsonArray.of("sign")))),
        Arguments.of("no key for", set(EC.jwk("1").put("use", "other"))),
        Arguments.of("not one PUBLIC KEY", SiteKey.pem("CERTIFICATE", new byte[40])),
        Arguments.of("not one PUBLIC KEY", SiteKey.pem("RSA PUBLIC KEY", new byte[40])),
        Arguments.of("not one PUBLIC KEY", EC.pem() + ED.pem()),
        Arguments.of("not one PUBLIC KEY", "-----BEGIN PUBLIC KEY-----\nAAAA\n"),
        Arguments.of("not a JSON Web Key Set", "{\"keys\":"),
        Arguments.of("not a JSON Web Key Set", "{\"keys\":[],\"keys\":[]}"),
        Arguments.of("not a JSON Web Key Set", set(new JsonObject().put("kty", "EC"))),
        Arguments.of("not a JSON Web Key Set", set(new JsonObject().put("kty", "other"))),
        Arguments.of("not a JSON Web Key Set", set(EC.jwk("1").put("kid", 1))),
        Arguments.of("not a JSON Web Key Set", "{\"a\":1}"),
        Arguments.of("That", set(EC.jwk("1").put("x", ""))),
        Arguments.of("That", set(EC.jwk("1").put("x", RSA.jwk("1").getString("n")))),
        Arguments.of("That", set(EC.jwk("1").put("y", 1))),
        Arguments.of("That", set(EC.jwk("1").put("crv", JsonArray.of()))),
        Arguments.of("That", set(ED.jwk("1").put("x", "AAAA"))),
        Arguments.of("That", set(ED.jwk("1").put("x", ""))),
        Arguments.of("That", set(RSA.jwk("1").put("e", ""))),
        Arguments.of("That", set(RSA.jwk("1").put("e", "AQ"))),
        Arguments.of("That", set(RSA.jwk("1").put("n", 1))),
        Arguments.of("That", set(EC.jwk("1").put("key_ops", "verify"))),
        Arguments.of("That", set(EC.jwk("1").put("alg", 1))),
        Arguments.of("That", set(EC.jwk("1").put("use", 1))),
        Arguments.of("That", set(RSA.jwk("1").put("x5c", 1))),
        Arguments.of("That", set(RSA.jwk("1").put("x5c", JsonArray.of("AAAA")))),
        Arguments.of("That", set(RSA.jwk("1").put("x5u", 1))),
        Arguments.of("no key for", "{\"keys\":[1]}"),
        Arguments.of("1 to 4", "{\"keys\":[]}"),
        Arguments.of("1 to 4", set(RSA.jwk("1").put("use", "enc"))),
        Arguments.of(
            "There are 5 keys",
            set(EC.jwk("1"), EC.jwk("2"), EC.jwk("3"), EC.jwk("4"), EC.jwk("5"))),
        Arguments.of("same kid", set(EC.jwk("1"), ED.jwk("1"))),
        Arguments.of("at most 256", set(EC.jwk("x".repeat(257)))),
        Arguments.of("at least 32 bytes", "q7Rk2vXz9LmN4pBtS8wYc3HdJ6fGa0E"),
        Arguments.of("at least 32 bytes", ""),
        Arguments.of("at least 32 bytes", "a".repeat(64)),
        Arguments.of("at least 32 bytes", "change-me-change-me-change-me-1234567"),
        Arguments.of("one line", SECRET + "\n" + SECRET),
        Arguments.of("one line", " " + SECRET),
        Arguments.of("one line", SECRET + "\u0000"),
        Arguments.of("looks like a public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@host"),
        Arguments.of("looks like a public key", "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC me@host"),
        Arguments.of("looks like a public key", Base64.getEncoder().encodeToString(RSA.der())),
        Arguments.of("looks like a public key", Base64.getEncoder().encodeToString(EC.der())),
        Arguments.of("looks like a public key", Base64.getEncoder().encodeToString(ED.der())),
        Arguments.of("looks like a public key", "[" + EC.jwk("1").encode() + "]"),
        Arguments.of(
            "looks like a public key", "from=\"*\" ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQC"),
        Arguments.of(
            "looks like a public key",
            "<RSAKeyValue><Modulus>" + RSA.jwk("1").getString("n") + "</Modulus></RSAKeyValue>"),
        Arguments.of("looks like a public key", "https://id.example/.well-known/jwks.json"),
        Arguments.of("not a text", "x".repeat(70_000)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void aFileOfAnythingElse_isRefused(String why, String file) {
    assertThatThrownBy(() -> stored(file))
        .isInstanceOf(InvalidKeyFileException.class)
        .hasMessageContaining(why);
  }

  @Test
  void bytesThatAreNoText_areRefused() {
    assertThatThrownBy(() -> KeyFile.stored(List.of(RSA.der())))
        .isInstanceOf(InvalidKeyFileException.class)
        .hasMessageContaining("not a text");
  }

  @Test
  void aRefusedCommand_changesNothing() {
    try (var server = TestServer.unlimited()) {
      server.command(0, "site", "add", "news", "--origin", "https://news.example");
      var good = server.file("good", EC.pem()).toString();
      var bad = server.file("bad", EC.privatePem()).toString();
      var before = server.command(0, "site", "list");

      assertThat(set(server, 1, "--sso-key", good, "--sso-key", bad)).contains("private key");
      assertThat(set(server, 1, "--origin", "https://other.example", "--sso-key", bad))
          .startsWith("afterword: --sso-key: That is a private key");
      assertThat(set(server, 1, "--sso-key", good, "--sso-key", "none")).contains("cannot be read");
      assertThat(set(server, 1, "--sso-key", good + "-gone")).contains("cannot be read");
      assertThat(set(server, 1, "--sso-key", good, "--sso-issuer", " ")).contains("--sso-issuer");
      assertThat(set(server, 1)).contains("--sso-key");
      assertThat(server.command(0, "site", "list"))
          .isEqualTo(before)
          .endsWith("news  https://news.example\n");

      assertThat(set(server, 0, "--sso-key", good)).isEqualTo("Changed news.\n");
      assertThat(server.command(1, "site", "set", "nowhere", "--sso-key", good))
          .contains("There is no site nowhere.");
    }
  }

  private static String set(TestServer server, int code, String... options) {
    var all = Stream.concat(Stream.of("site", "set", "news"), Arrays.stream(options));
    return server.command(code, all.toArray(String[]::new));
  }
}
