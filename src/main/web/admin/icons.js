/** Strokes in a square of 16, one set: a state or an act, always beside its word. */
export const icons = {
  pending: 'M8 4.5V8l2.5 1.5M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z',
  visible: 'M3 8.5 6.5 12 13 4.5',
  rejected: 'M4 4l8 8M12 4l-8 8',
  spam: 'M5.5 2.5h5l3 3v5l-3 3h-5l-3-3v-5ZM8 5.2V8.5M8 10.8v.01',
  deleted: 'M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.7 8.5h5.6l.7-8.5',
  reported: 'M4 14V2.5M4 3h8l-2 3 2 3H4',
  pin: 'M6 2.5h4M7 2.5v4L4.5 9.5h7L9 6.5v-4M8 9.5V14',
  feature: 'M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6Z',
  undo: 'M6 3 3 6l3 3M3.5 6H9.5a3.5 3.5 0 0 1 0 7H7',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.5 10.5 14 14',
  close: 'M4 4l8 8M12 4l-8 8',
  back: 'M9.5 3.5 5 8l4.5 4.5',
  keys: 'M1.5 4.5h13v7h-13ZM4 7h.01M6.7 7h.01M9.3 7h.01M12 7h.01M5 9.5h6',
  note: 'M3 3h10v7H8l-3 3v-3H3Z',
  answer: 'M6 4 3 7l3 3M3.5 7H10a3 3 0 0 1 3 3v2.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
};
