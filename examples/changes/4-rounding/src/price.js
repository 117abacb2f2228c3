/** The mistake is that 1990 becomes `19.9`, which a test forbids. */
export function price(cents) {
  return String(cents / 100);
}
