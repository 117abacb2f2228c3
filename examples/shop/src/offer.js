import { price } from './price.js';

/** What a customer sees of one product. */
export function offer({ name, cents }) {
  return { product: name, price: price(cents) };
}
