/** Who is asking, on whose site: sites and their origins, guests, members, staff. */
package dev.afterword.identity;
