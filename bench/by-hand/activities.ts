/** Does nothing that takes time. */
export const tell = (message: string): Promise<number> => Promise.resolve(message.length);
