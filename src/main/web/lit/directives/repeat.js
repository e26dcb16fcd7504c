/** A list whose elements are told apart by their keys: see `Slot`. */
export const repeat = (items, keyOf, view) =>
  items.map((item) => ({ ...view(item), key: keyOf(item) }));
