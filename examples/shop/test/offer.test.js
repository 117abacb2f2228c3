import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offer } from '../src/offer.js';

test('an offer names product and price', () => {
  assert.deepEqual(offer({ name: 'anchor', cents: 990 }), { product: 'anchor', price: '9.90' });
});
