/** Threads of comments below an article: their rules, how they are stored, shown and told on. */
package dev.afterword.comment;
