package dev.afterword.support;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What everything here writes to the log meanwhile, as much as a server in production says. */
public final class LogLines implements AutoCloseable {
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private final Level before = root.getLevel();
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  public LogLines() {
    events.start();
    root.addAppender(events);
    root.setLevel(Level.INFO);
  }

  /** Message and stack of each event. */
  public List<String> all() {
    var all = new ArrayList<String>();
    for (var event : List.copyOf(events.list)) {
      var failure = event.getThrowableProxy();
      var stack = failure == null ? "" : '\n' + ThrowableProxyUtil.asString(failure);
      all.add(event.getLevel() + " " + event.getFormattedMessage() + stack);
    }
    return all;
  }

  /** What was logged as an error: a defect of the server. */
  public List<String> errors() {
    return all().stream().filter(each -> each.startsWith("ERROR")).toList();
  }

  @Override
  public void close() {
    root.detachAppender(events);
    root.setLevel(before);
  }
}
