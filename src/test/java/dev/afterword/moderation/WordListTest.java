package dev.afterword.moderation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordListTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // As it is written.
        "spam | Buy spam.",
        "spam | SPAM",
        "SPAM | spam",
        "spam | (spam)",
        "spam | spam's",
        "spam | @spam, #spam",
        "spam | _spam_ and more",
        "buy now | please buy   now",
        "buy now | Buy, now.",
        "bit.ly | see https://bit.ly/x",
        "don't | I don’t",
        "straße | STRASSE",
        "spam! | spam",
        "1488 | in 1488 it was",
        "b00bs | b00bs",
        // Wildcards.
        "spam* | spammers",
        "*spam | antispam",
        "*spam* | antispammer",
        "s*m | spam",
        "v*gra | viagra",
        "f*ck | fuuuuck",
        "f ck | f*ck",
        "buy * now | buy it now",
        "buy*now | buynow",
        "cheap pill* | cheap pills",
        "*coin now | bitcoin now",
        // Disguises.
        "spam | sp4m",
        "spam | $p@m",
        "ass | a$$",
        "kill | k1ll",
        "kill | k!ll",
        "free | fr33",
        "loot | l007",
        "spam | spaaaam",
        "ass | assssss",
        "spam | s.p.a.m",
        "spam | s p a m",
        "spam | s - p - a - m",
        "spam | this is a s p a m",
        "spam | S*P*A*M",
        "spam | sp\u200Bam",
        "spam | sp\u00ADam",
        "spam | s\u0336p\u0336a\u0336m\u0336",
        "spam | spám",
        "spam | ｓｐａｍ",
        "spam | 𝓼𝓹𝓪𝓶",
        "spam | ⓢⓟⓐⓜ",
        "spam | sраm",
        "spam | ѕрam",
        "sex | sеx",
        "sex | ѕех now",
        "loser | løser",
        "scam | ѕсаm и ещё",
        "сука | сyкa и ещё",
        "сука | СУКА",
        // Scripts.
        "хуй | ну хуй",
        "ёлка | елка",
        "σκατά | ΣΚΑΤΑ",
        "κόσμος | ΚΟΣΜΟΣ",
        "垃圾 | 这是垃圾邮件",
        "垃圾 | 垃 圾",
        "ばか | おまえはばかだ",
        "ガ | かガく",
        "바보 | 너는 바보 야",
        "바보* | 너는 바보야",
        "โง่ | เขาโง่มาก",
        "गधा | वह गधा है",
        "كلب | يا كَلْب",
        "כלב | הוא כֶּלֶב",
        "🍆 | look🍆🍆",
      })
  void finds(String entry, String text) {
    assertThat(found(List.of(entry), text)).containsExactly(entry);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cunt | Scunthorpe",
        "cunt | S c u n t h o r p e",
        "spam | spammer",
        "spam | antispam",
        "god | good",
        "ass | as",
        "ass | class, assess, bass",
        "spam* | antispam",
        "*spam | spammer",
        "s*m | so am",
        "buy now | buy it now",
        "buy * now | buy now",
        "buy*now | buy it now",
        "igba | 1984",
        "igb4 | 1984",
        "lol | 101",
        "lol | 1.0.1",
        "lol | 1 0 1",
        "sss | 555",
        "1000 | 10000",
        "1984 | 19845",
        "fill | fiil",
        "will | Willi",
        "us | $100, 100$",
        "cop | сор и грязь",
        "tit | тит",
        "गधा | गधे",
        "かく | がく",
        "이름 | 그이름은",
        "! | what!",
        "* | anything at all",
        "** * | anything at all",
        "... | wait...",
        "a | b",
      })
  void findsNot(String entry, String text) {
    assertThat(found(List.of(entry), text)).isEmpty();
  }

  @Test
  void anEmptyList_findsNothing() {
    assertThat(found(List.of(), "spam")).isEmpty();
    assertThat(found(List.of("spam"), "")).isEmpty();
  }

  @Test
  void tellsEveryEntryThatOccurs_once_inTheListsOrder() {
    var entries = List.of("zoo", "spam", "*am", "spam eggs", "eggs", "no");
    assertThat(found(entries, "spam, eggs, spam and a zoo"))
        .containsExactly("zoo", "spam", "*am", "spam eggs", "eggs");
  }

  /** The same words tried one by one, by a matcher that knows of no automaton. */
  @RepeatedTest(4)
  void agreesWithTryingEverything() {
    var random = new Random();
    for (int i = 0; i < 100; i++) {
      var entries = new LinkedHashSet<String>();
      for (int k = 0; k < 12; k++) {
        entries.add(any(random, "abso l*i 垃а", 1 + random.nextInt(6)));
      }
      var list = new WordList(List.copyOf(entries));
      for (int k = 0; k < 20; k++) {
        var text = any(random, "aabbso40$l1i.  а垃", random.nextInt(40));
        var folded = FoldedText.of(text);
        var expected = entries.stream().filter(entry -> occurs(Piece.of(entry), folded));
        assertThat(list.find(folded).entries())
            .as("%s in [%s]", entries, text)
            .containsExactlyInAnyOrderElementsOf(expected.toList());
      }
    }
  }

  private static boolean occurs(List<Piece> pieces, FoldedText text) {
    for (int at = 0; at <= text.length(); at++) {
      if (!pieces.isEmpty() && occursAt(pieces, text, at)) {
        return true;
      }
    }
    return false;
  }

  private static boolean occursAt(List<Piece> pieces, FoldedText text, int at) {
    var piece = pieces.get(0);
    int end = at + piece.keys().length();
    if (end > text.length()
        || !text.keys().substring(at, end).equals(piece.keys())
        || !piece.standsIn(text, at, end)) {
      return false;
    }
    if (pieces.size() == 1) {
      return true;
    }
    for (int next = end; next < text.length(); next++) {
      if (occursAt(pieces.subList(1, pieces.size()), text, next)) {
        return true;
      }
      if (text.keys().charAt(next) <= FoldedText.GAP) {
        break;
      }
    }
    return false;
  }

  /** Work grows with the text, however hostile it is, and hardly with the list. */
  @Test
  void worksInProportionToTheText() {
    var entries = new ArrayList<String>();
    for (int i = 0; i < 1_000; i++) {
      entries.add("ab".repeat(1 + i % 50) + "c");
      entries.add("*" + "ba".repeat(1 + i % 40) + i);
      entries.add("word" + i);
      entries.add("a*b" + i + "*a");
      entries.add("phrase " + i + " of words*");
    }
    var list = new WordList(entries);
    for (var hostile :
        List.of("ab", "a b ", "a.", "a", "*", "a\u0336", "ﷺ", "$", "@a", "word1 ", "垃")) {
      var once = steps(list, hostile, 2_500);
      var fourTimes = steps(list, hostile, 10_000);
      assertThat(fourTimes).as(hostile).isLessThanOrEqualTo(5 * once + 1_000);
      assertThat(fourTimes).as(hostile).isLessThan(2_000_000);
    }
  }

  private static long steps(WordList list, String part, int length) {
    return list.find(FoldedText.of(part.repeat(length / part.length()))).steps();
  }

  private static List<String> found(List<String> entries, String text) {
    return new WordList(entries).find(FoldedText.of(text)).entries();
  }

  private static String any(Random random, String alphabet, int length) {
    var points = alphabet.codePoints().toArray();
    var out = new StringBuilder();
    for (int i = 0; i < length; i++) {
      out.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return out.toString();
  }
}
