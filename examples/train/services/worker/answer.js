/** How many berths one round of billing takes. */
export const answer = ({ berths }, batch) => ({ rounds: Math.ceil(berths.length / Number(batch)) });
