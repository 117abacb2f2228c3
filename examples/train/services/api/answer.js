/** The berths, as far as the setting `currency` names a price for them. */
export const answer = ({ berths }, currency) => ({
  berths: berths.map(({ name, cents }) => ({ name, price: `${(cents / 100).toFixed(2)} ${currency}` })),
});
