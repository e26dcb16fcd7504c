package dev.afterword.live;

/**
 * A numbered event, encoded once for every socket of the process.
 *
 * @param revision its number
 * @param json the message
 */
record Event(long revision, String json) {}
