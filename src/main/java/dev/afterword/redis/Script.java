package dev.afterword.redis;

import dev.afterword.redis.StoreException.Kind;
import io.vertx.core.CompositeFuture;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Lua script that lies as a resource beside the class that runs it. It is called by its digest,
 * and sent whole to a node that does not know it yet ({@code SCRIPT LOAD} would reach one node
 * only).
 */
public final class Script {
  private final String name;
  private final String source;
  private final String sha;

  private Script(String name, String source) {
    this.name = name;
    this.source = source;
    this.sha = sha1(source);
  }

  /**
   * Reads a script.
   *
   * @param owner the class it lies beside
   * @param resources file names; several are joined in order, so that scripts can share functions
   * @throws IllegalArgumentException when a file is not there
   */
  public static Script of(Class<?> owner, String... resources) {
    var source = new StringBuilder();
    for (var resource : resources) {
      source.append(read(owner, resource)).append('\n');
    }
    return new Script(resources[resources.length - 1], source.toString());
  }

  /**
   * Runs it.
   *
   * @param keys every key the script touches, in the order its header gives
   * @param args strings, numbers or {@code byte[]}, in the order its header gives
   * @return the reply, never the protocol's null; fails with a {@link StoreException}
   */
  public Future<Response> run(RedisLink link, List<String> keys, List<?> args) {
    return answered(link, link.send(call(Command.EVALSHA, sha, keys, args)), keys, args);
  }

  /** What a script is called with, see {@link #run}. */
  public record Call(List<String> keys, List<?> args) {}

  /**
   * Runs it several times in one go: one round trip to each node that the keys lead to.
   *
   * @return the reply of each call, in order
   */
  public List<Future<Response>> runEach(RedisLink link, List<Call> calls) {
    var sent =
        link.sendEach(
            calls.stream()
                .map(each -> call(Command.EVALSHA, sha, each.keys(), each.args()))
                .toList());
    var replies = new ArrayList<Future<Response>>(calls.size());
    for (int i = 0; i < calls.size(); i++) {
      var call = calls.get(i);
      replies.add(answered(link, sent.get(i), call.keys(), call.args()));
    }
    return replies;
  }

  /**
   * Runs it several times as {@link #runEach} does.
   *
   * @return the replies in order; fails as a whole when one of them fails
   */
  public Future<List<Response>> runAll(RedisLink link, List<Call> calls) {
    return Future.all(runEach(link, calls)).map(CompositeFuture::list);
  }

  /** A node that does not know the script yet is sent all of it. */
  private Future<Response> answered(
      RedisLink link, Future<@Nullable Response> sent, List<String> keys, List<?> args) {
    return sent.recover(
            failure ->
                failure instanceof StoreException known && known.kind() == Kind.NO_SCRIPT
                    ? link.send(whole(keys, args))
                    : Future.failedFuture(failure))
        .compose(this::answer);
  }

  /** The call as every node understands it. */
  Request whole(List<String> keys, List<?> args) {
    return call(Command.EVAL, source, keys, args);
  }

  /** A reply of the script, which is never the protocol's null. */
  Future<Response> answer(@Nullable Response reply) {
    return reply == null
        ? Future.failedFuture(new StoreException(Kind.BROKEN, name + " answered nothing"))
        : Future.succeededFuture(reply);
  }

  @Override
  public String toString() {
    return name;
  }

  private static Request call(Command command, String script, List<String> keys, List<?> args) {
    var request = Request.cmd(command).arg(script).arg(keys.size());
    keys.forEach(request::arg);
    for (Object arg : args) {
      if (arg instanceof byte[] bytes) {
        request.arg(bytes);
      } else if (arg instanceof Number number) {
        request.arg(number.longValue());
      } else {
        request.arg(arg.toString());
      }
    }
    return request;
  }

  private static String read(Class<?> owner, String resource) {
    try (var in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(resource + " does not lie beside " + owner);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sha1(String source) {
    try {
      var digest = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(digest.digest(source.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
