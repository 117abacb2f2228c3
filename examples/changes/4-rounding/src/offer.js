import { price } from './price.js';

/** What a customer sees of one product; one that is not on sale has no discount. */
export function offer({ name, cents, stock, discount }) {
  const percent = discount?.percent ?? 0;
  return { product: name, price: price(Math.round(cents * (1 - percent / 100))), stock };
}
