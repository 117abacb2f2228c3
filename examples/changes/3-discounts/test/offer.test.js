import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offer } from '../src/offer.js';

test('an offer subtracts the discount', () => {
  assert.deepEqual(offer({ name: 'anchor', cents: 1000, stock: 3, discount: { percent: 10 } }), {
    product: 'anchor',
    price: '9.00',
    stock: 3,
  });
});
