/**
 * Afterword: what comes after the article. This package is the way in, the configuration, the
 * command line and the composition root; nothing imports it.
 */
package dev.afterword;
