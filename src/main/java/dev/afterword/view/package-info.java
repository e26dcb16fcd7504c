/** Counting views: one visitor, one article, one window. And summing up how articles are read. */
package dev.afterword.view;
