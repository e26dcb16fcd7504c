/** What readers' browsers load: the embed script, the page about counting, the demo article. */
package dev.afterword.widget;
