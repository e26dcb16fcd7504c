/** What an article is called: keys, numbers, buckets and positions, before anything is stored. */
package dev.afterword.article;
