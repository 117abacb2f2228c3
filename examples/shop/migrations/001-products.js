const names = [
  'anchor',
  'binnacle',
  'capstan',
  'dinghy',
  'fender',
  'halyard',
  'lantern',
  'oar',
  'pennant',
  'sextant',
];

/** @param {object} data */
export const up = (data) => ({
  ...data,
  products: names.map((name, at) => ({ name, cents: 990 + at * 700 })),
});

export const down = ({ products, ...data }) => data;
