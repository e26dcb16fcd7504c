/**
 * Speaking to Redis: held connections, scripts, group commit, subscriptions, the embedded server.
 * It knows no key name and no feature.
 */
package dev.afterword.redis;
