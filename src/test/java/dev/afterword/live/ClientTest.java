package dev.afterword.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.afterword.http.Problem;
import dev.afterword.http.ProblemType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What ends a socket of somebody, and what does not. */
class ClientTest {
  @ParameterizedTest
  @EnumSource
  void onlyATokenThatIsNobodys_isVoid(ProblemType type) {
    var isVoid = type == ProblemType.TOKEN_INVALID || type == ProblemType.SITE_UNKNOWN;
    assertThat(Client.isVoid(Problem.of(type))).isEqualTo(isVoid);
  }
}
