/** Markup that the server has cleaned. */
export const unsafeHTML = (markup) => ({ markup });
