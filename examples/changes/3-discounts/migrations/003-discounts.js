/** Seven of ten products are on sale. */
export const up = (data) => ({
  ...data,
  products: data.products.map((product, at) =>
    at % 10 < 7 ? { ...product, discount: { percent: 10 } } : product,
  ),
});

export const down = (data) => ({
  ...data,
  products: data.products.map(({ discount, ...product }) => product),
});
