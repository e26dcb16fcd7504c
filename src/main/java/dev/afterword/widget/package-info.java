/**
 * What readers' browsers load: the embed script, the page about counting, the admin page, the demo.
 */
package dev.afterword.widget;
