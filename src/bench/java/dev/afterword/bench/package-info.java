/**
 * How fast is it? A server and a bare one as processes of their own, a load driver here, a table.
 * Read {@link dev.afterword.bench.Benchmark} first; built and run by the Maven profile {@code
 * bench} only.
 */
package dev.afterword.bench;
