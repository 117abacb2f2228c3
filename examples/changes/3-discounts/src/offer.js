import { price } from './price.js';

/** What a customer sees of one product: the mistake is that not every product has a discount. */
export function offer({ name, cents, stock, discount }) {
  return { product: name, price: price(Math.round(cents * (1 - discount.percent / 100))), stock };
}
