/** Counting views: one visitor, one article, one window. */
package dev.afterword.view;
