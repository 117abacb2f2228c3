import type { Contact } from '../../src/contact';

/** For activities that no server has given to anybody. */
export const inContact: Contact = { watch: () => ({ ageMs: () => 0, end: () => undefined }) };
