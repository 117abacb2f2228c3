import assert from 'node:assert/strict';
import { test } from 'node:test';
import { price } from '../src/price.js';

test('prices have two decimals', () => {
  assert.equal(price(1990), '19.90');
  assert.equal(price(5), '0.05');
});
