package dev.afterword.widget;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the demo's pages have from elsewhere in the house.
 *
 * @param thread the thread of the page {@code /included}, as HTML for standing in it
 * @param token what a site's own server makes for its readers: a token for one of them; empty when
 *     another server signs for the demo site
 * @param baseUrl what readers use, without a trailing slash
 */
public record Demo(
    Supplier<Future<Buffer>> thread,
    Supplier<Future<Optional<String>>> token,
    Supplier<String> baseUrl) {}
