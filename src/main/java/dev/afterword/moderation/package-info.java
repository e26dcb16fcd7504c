@org.jspecify.annotations.NullMarked
package dev.afterword.moderation;
