/** What readers' browsers load: the embed script and the demo article. */
package dev.afterword.widget;
