/** Only adds, so that the version before this one keeps working on the same data. */
export const up = (data) => ({
  ...data,
  products: data.products.map((product, at) => ({ ...product, stock: 3 + 2 * at })),
});

export const down = (data) => ({
  ...data,
  products: data.products.map(({ stock, ...product }) => product),
});
