/** @param {object} data */
export const up = (data) => ({
  ...data,
  berths: ['north', 'east', 'south', 'west'].map((name, at) => ({ name, cents: 1200 + at * 350 })),
});

export const down = ({ berths, ...data }) => data;
