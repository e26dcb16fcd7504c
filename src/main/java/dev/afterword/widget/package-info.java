/** What readers' browsers load: the scripts, the page about counting, the admin page, the demo. */
package dev.afterword.widget;
