/**
 * Speaking HTTP: the table of routes, problem documents, limits, headers, the API's document. It
 * knows no feature.
 */
package dev.afterword.http;
