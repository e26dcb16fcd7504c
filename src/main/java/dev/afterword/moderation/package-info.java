/**
 * What is looked at before a comment goes out (words, links, repeats, who filled in the form), and
 * what moderators decide about it.
 */
package dev.afterword.moderation;
