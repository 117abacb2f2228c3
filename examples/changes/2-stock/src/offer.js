import { price } from './price.js';

/** What a customer sees of one product. */
export function offer({ name, cents, stock }) {
  return { product: name, price: price(cents), stock };
}
