/** 1990 becomes `19.90`. */
export function price(cents) {
  return (cents / 100).toFixed(2);
}
