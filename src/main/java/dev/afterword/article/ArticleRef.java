package dev.afterword.article;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * An article of a site with its place in the store: number, bucket, and what every key of it begins
 * and ends with.
 *
 * <p>A value like a record, but written out, because a record cannot hold the two names that every
 * call needs. The number is taken from the key at first sight and then never changes; after a move
 * the key is a new one and the number the old. So two are equal that have one number, whatever they
 * are called.
 */
public final class ArticleRef {
  /** The most buckets that a site may have. */
  public static final int MAX_BUCKETS = 4096;

  /** The length of {@link #id()}: 60 bits, five to a character. */
  public static final int ID_LENGTH = 12;

  private static final long NUMBERS = 1L << 60;

  /** Kept, because finding one takes longer than what it does. */
  private static final ThreadLocal<MessageDigest> SHA_256 =
      ThreadLocal.withInitial(ArticleRef::sha256);

  private final String site;
  private final ArticleKey key;
  private final long number;
  private final int bucket;
  private final String tag;
  private final String id;

  /**
   * Names an article whose number is known already.
   *
   * @param site the site's name, not empty, without braces (they would end the hash tag) and NUL
   * @param key the normalised key
   * @param number 0 to 2^60 - 1
   * @param bucket 0 to 4,095
   */
  public ArticleRef(String site, ArticleKey key, long number, int bucket) {
    this.site = site;
    this.key = key;
    this.number = number;
    this.bucket = bucket;
    this.tag = tag(site, bucket);
    this.id = id(number);
  }

  /**
   * Names an article at first sight: its number is the first 60 bits of SHA-256 over site, NUL and
   * key, in UTF-8.
   *
   * @param buckets the site's number of buckets, 1 to 4,096
   */
  public static ArticleRef of(String site, int buckets, ArticleKey key) {
    long number = numberOf(site, key);
    return new ArticleRef(site, key, number, bucketOf(number, buckets));
  }

  /**
   * Names an article of which only the place is known. Its key is its id: not the one that readers
   * know.
   *
   * @param id as {@link #id()} has it
   * @throws IllegalArgumentException when it is none
   */
  public static ArticleRef numbered(String site, int bucket, String id) {
    return keyed(site, bucket, id, id);
  }

  /**
   * Names an article as the store keeps it.
   *
   * @param id as {@link #id()} has it
   * @param key its key, normalised
   * @throws IllegalArgumentException when the id is none
   */
  public static ArticleRef keyed(String site, int bucket, String id, String key) {
    long number =
        numberOf(id).orElseThrow(() -> new IllegalArgumentException("No article has the id " + id));
    return new ArticleRef(site, new ArticleKey(key), number, bucket);
  }

  /** The same article by another key. */
  public ArticleRef called(ArticleKey other) {
    return new ArticleRef(site, other, number, bucket);
  }

  /** The same article, of which only the place is known. */
  public ArticleRef unnamed() {
    return numbered(site, bucket, id);
  }

  /** Whether only the place is known. */
  boolean isUnnamed() {
    return key.value().equals(id);
  }

  /** Whether the number is the one that the key makes at first sight. */
  public boolean isOwn() {
    return number == numberOf(site, key);
  }

  /** Whether another is the same article, by the same key. */
  public boolean isSameAs(ArticleRef other) {
    return equals(other) && key.equals(other.key);
  }

  /** Says in which of a site's buckets (1 to 4,096) an article lives. */
  public static int bucketOf(long number, int buckets) {
    if (buckets < 1 || buckets > MAX_BUCKETS) {
      throw new IllegalArgumentException("A site has 1 to 4096 buckets, not " + buckets + ".");
    }
    return (int) (number % buckets);
  }

  /** Writes a bucket's hash tag, {@code {site:07}}: at least two decimal digits. */
  public static String tag(String site, int bucket) {
    if (site.isEmpty()
        || site.indexOf('{') >= 0
        || site.indexOf('}') >= 0
        || site.indexOf(0) >= 0) {
      throw new IllegalArgumentException("That is no name of a site.");
    }
    if (bucket < 0 || bucket >= MAX_BUCKETS) {
      throw new IllegalArgumentException("A bucket is 0 to 4095, not " + bucket + ".");
    }
    return "{" + site + (bucket < 10 ? ":0" : ":") + bucket + "}";
  }

  /** Writes an article's number (0 to 2^60 - 1) as 12 characters of lower-case base 32. */
  public static String id(long number) {
    if (number < 0 || number >= NUMBERS) {
      throw new IllegalArgumentException("An article's number has 60 bits.");
    }
    String digits = Long.toString(number, 32);
    return "0".repeat(ID_LENGTH - digits.length()) + digits;
  }

  /**
   * Reads the article's number back from the text of an {@link #id()}; empty for anything else.
   * Digits are {@code 0-9a-v}, lower case only, so that an id has one spelling.
   */
  public static OptionalLong numberOf(String id) {
    if (id.length() != ID_LENGTH) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = 0; i < ID_LENGTH; i++) {
      char c = id.charAt(i);
      boolean digit = c >= '0' && c <= '9';
      if (!digit && (c < 'a' || c > 'v')) {
        return OptionalLong.empty();
      }
      number = number << 5 | (digit ? c - '0' : c - 'a' + 10);
    }
    return OptionalLong.of(number);
  }

  /** The site's name. */
  public String site() {
    return site;
  }

  /** The article's normalised key. */
  public ArticleKey key() {
    return key;
  }

  /** The article's number, 60 bits. */
  public long number() {
    return number;
  }

  /** The bucket it lives in. */
  public int bucket() {
    return bucket;
  }

  /** The hash tag of its bucket, {@code {site:bb}}. */
  public String tag() {
    return tag;
  }

  /** Its number as 12 characters of base 32, which its comments' ids begin with. */
  public String id() {
    return id;
  }

  /** The name of one of its keys in the store: {@code {site:bb}:kind:id}. */
  public String at(String kind) {
    return tag + ':' + kind + ':' + id;
  }

  /** The key of what its bucket knows of itself. */
  public String bucketKey() {
    return tag + ":b";
  }

  /** The key of what a bucket knows of itself. */
  public static String bucketKey(String site, int bucket) {
    return tag(site, bucket) + ":b";
  }

  /** The channel on which its bucket tells that something happened. */
  public String channel() {
    return tag + ":live";
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ArticleRef that
        && number == that.number
        && bucket == that.bucket
        && site.equals(that.site);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(number);
  }

  @Override
  public String toString() {
    return tag + id + " " + key.value();
  }

  private static long numberOf(String site, ArticleKey key) {
    var text = site + '\0' + key.value();
    byte[] digest = SHA_256.get().digest(text.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong() >>> 4;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("Every JDK has SHA-256.", impossible);
    }
  }
}
