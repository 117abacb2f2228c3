/** The opaque id that `GET /events/:id` takes: it leads to the inbox that holds the event. */
export function publicEventId(inbox: string, key: string): string {
  return `evt_${Buffer.from(`${inbox}\n${key}`).toString('base64url')}`;
}

/** Reads an id made by publicEventId; undefined when it is none. */
export function parsePublicEventId(id: string): { inbox: string; key: string } | undefined {
  if (!id.startsWith('evt_')) return undefined;
  const [inbox, key, ...rest] = Buffer.from(id.slice(4), 'base64url').toString('utf8').split('\n');
  if (!inbox?.startsWith('inbox:') || !key || rest.length > 0) return undefined;
  return { inbox, key };
}
