/**
 * Live updates: one subscription a process, rooms with numbered positions, replay, sockets. It
 * carries named messages and knows no feature.
 */
package dev.afterword.live;
