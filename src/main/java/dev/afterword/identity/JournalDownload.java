package dev.afterword.identity;

import dev.afterword.http.Answer;
import dev.afterword.identity.JournalStore.Entry;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the whole of a journal, a part at a time: the next one is read when the client has taken
 * the last, so a journal of any length and a client of any speed take the same memory.
 */
final class JournalDownload {
  private static final Logger LOG = LoggerFactory.getLogger(JournalDownload.class);
  private static final int PART = 500;

  private final Journal journal;
  private final Site site;
  private final HttpServerRequest request;
  private final Function<Entry, Buffer> line;

  /**
   * @param line an entry as it is sent
   */
  JournalDownload(
      Journal journal, Site site, HttpServerRequest request, Function<Entry, Buffer> line) {
    this.journal = journal;
    this.site = site;
    this.request = request;
    this.line = line;
  }

  /** Begins; fails while nothing is sent yet when the store cannot be read. */
  Future<Answer> begin() {
    return journal
        .from(site, null, PART)
        .map(
            first -> {
              var response = request.response();
              response
                  .setChunked(true)
                  .putHeader("Content-Type", "application/x-ndjson")
                  .putHeader("Cache-Control", Answer.PRIVATE)
                  .putHeader(
                      "Content-Disposition",
                      "attachment; filename=\"" + site.name() + "-journal.ndjson\"");
              if (request.method().equals(HttpMethod.HEAD)) {
                response.end();
              } else {
                send(first);
              }
              return Answer.TAKEN;
            });
  }

  private void send(List<Entry> part) {
    var response = request.response();
    if (part.isEmpty()) {
      response.end();
      return;
    }
    var lines = Buffer.buffer();
    part.forEach(entry -> lines.appendBuffer(line.apply(entry)).appendString("\n"));
    response
        .write(lines)
        .compose(sent -> journal.from(site, part.get(part.size() - 1).id(), PART))
        .onSuccess(this::send)
        .onFailure(
            failure -> {
              // Cut off without its last chunk, so that nobody takes it for all.
              LOG.debug("A journal could not be sent to its end", failure);
              request.connection().close();
            });
  }
}
