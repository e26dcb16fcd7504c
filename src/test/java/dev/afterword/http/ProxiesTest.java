package dev.afterword.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxiesTest {
  private static byte[] clientBytes(List<String> trusted, String peer, String... forwarded) {
    var headers = MultiMap.caseInsensitiveMultiMap();
    for (var each : forwarded) {
      headers.add("x-forwarded-for", each);
    }
    return new Proxies(trusted).client(peer, headers);
  }

  private static String client(List<String> trusted, String peer, String... forwarded) {
    return NetUtil.bytesToIpAddress(clientBytes(trusted, peer, forwarded));
  }

  private static String networkOf(String address) {
    var bytes = clientBytes(List.of(), address);
    var network = Proxies.network(bytes);
    return network.length == 4
        ? NetUtil.bytesToIpAddress(network)
        : NetUtil.bytesToIpAddress(Arrays.copyOf(network, 16));
  }

  @Test
  void nobodyIsBelievedUnlessTrusted() {
    assertThat(client(List.of(), "127.0.0.1", "1.2.3.4")).isEqualTo("127.0.0.1");
    assertThat(client(List.of("10.0.0.0/8"), "192.0.2.1", "1.2.3.4")).isEqualTo("192.0.2.1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1.2.3.4                     | 1.2.3.4
          6.6.6.6, 1.2.3.4            | 1.2.3.4
          6.6.6.6, 1.2.3.4, 10.9.9.9  | 1.2.3.4
          10.6.6.6, 10.7.7.7          | 10.6.6.6
          10.1.1.1, 1.2.3.4, 10.9.9.9 | 1.2.3.4
          2001:db8::7                 | 2001:db8::7
          ::ffff:1.2.3.4              | 1.2.3.4
          6.6.6.6, ::ffff:10.9.9.9    | 6.6.6.6
          1.2.3.4:51234               | 1.2.3.4
          6.6.6.6, 1.2.3.4:1, 10.9.9.9:65535 | 1.2.3.4
          [2001:db8::7]               | 2001:db8::7
          [2001:db8::7]:443           | 2001:db8::7
          [::ffff:1.2.3.4]:443        | 1.2.3.4
          2001:db8::7:443             | 2001:db8::7:443
          1.2.3.4:                    | 10.0.0.1
          1.2.3.4:65536               | 10.0.0.1
          1.2.3.4:100000              | 10.0.0.1
          1.2.3.4:-1                  | 10.0.0.1
          1.2.3.4:80:80               | 10.0.0.1
          1.2.3.4:8x                  | 10.0.0.1
          1.2.3.4:٨٠                  | 10.0.0.1
          [1.2.3.4]:80                | 10.0.0.1
          [2001:db8::7]:              | 10.0.0.1
          [2001:db8::7]:x             | 10.0.0.1
          [2001:db8::7]443            | 10.0.0.1
          2001:db8::7]:443            | 10.0.0.1
          [[2001:db8::7]]:443         | 10.0.0.1
          []:443                      | 10.0.0.1
          :443                        | 10.0.0.1
          nonsense:443                | 10.0.0.1
          nonsense                    | 10.0.0.1
          6.6.6.6, nonsense           | 10.0.0.1
          '6.6.6.6, '                 | 10.0.0.1
          6.6.6.6, unknown, 10.9.9.9  | 10.9.9.9
          """)
  void readFromTheRight(String forwarded, String client) {
    assertThat(client(List.of("10.0.0.0/8"), "10.0.0.1", forwarded)).isEqualTo(client);
  }

  @Test
  void severalHeadersAreOneListInOrder() {
    assertThat(client(List.of("10.0.0.0/8"), "10.0.0.1", "6.6.6.6", "1.2.3.4, 10.3.3.3"))
        .isEqualTo("1.2.3.4");
  }

  @Test
  void withoutTheHeader_theProxyItself() {
    assertThat(client(List.of("10.0.0.0/8"), "10.0.0.1")).isEqualTo("10.0.0.1");
  }

  @Test
  void anIpv4PeerOnAnIpv6SocketIsAnIpv4Peer() {
    assertThat(client(List.of("10.0.0.0/8"), "::ffff:10.0.0.1", "1.2.3.4")).isEqualTo("1.2.3.4");
    assertThat(client(List.of("::1"), "::1", "1.2.3.4")).isEqualTo("1.2.3.4");
  }

  @Test
  void network_ipv4WholeIpv6Half() {
    assertThat(networkOf("1.2.3.4")).isEqualTo("1.2.3.4");
    assertThat(networkOf("::ffff:1.2.3.4")).isEqualTo("1.2.3.4");
    assertThat(networkOf("2001:db8:1:2:3:4:5:6")).isEqualTo(networkOf("2001:db8:1:2:9:9:9:9"));
    assertThat(networkOf("2001:db8:1:2::1")).isNotEqualTo(networkOf("2001:db8:1:3::1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/8", "10.1.2.3", "::1", "2001:db8::/32", "0.0.0.0/0", "::/0"})
  void check_takesNetworks(String network) {
    Proxies.check(network);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "proxy.example",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/x",
        "::/129",
        "10.0/8/8"
      })
  void check_refusesWhatIsNone(String network) {
    assertThatThrownBy(() -> Proxies.check(network)).isInstanceOf(IllegalArgumentException.class);
  }
}
