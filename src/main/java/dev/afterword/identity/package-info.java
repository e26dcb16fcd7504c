/** Who is asking, on whose site: sites and their origins, guests, staff. */
package dev.afterword.identity;
