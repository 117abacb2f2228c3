import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offer } from '../src/offer.js';

test('an offer names product, price and stock', () => {
  assert.deepEqual(offer({ name: 'anchor', cents: 990, stock: 3 }), {
    product: 'anchor',
    price: '9.90',
    stock: 3,
  });
});
