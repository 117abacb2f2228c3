import { type EventAnswer, eventListSchema } from './answers';
import type { Control } from './control';
import type { Terminal } from './terminal';

/** Those of the options that the gateway knows as filters, by the name that both sides use. */
export function filtersIn<Name extends string>(
  filters: readonly Name[],
  options: Partial<Record<Name, string>>,
): URLSearchParams {
  const query = new URLSearchParams();
  for (const name of filters) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  return query;
}

/** The path with those of the options that are filters. */
export function filteredPath<Name extends string>(
  path: string,
  filters: readonly Name[],
  options: Partial<Record<Name, string>>,
): string {
  const query = filtersIn(filters, options);
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

/** Every event that fits filters of `GET /events`, the newest first. */
export async function* allEvents(control: Control, filters: URLSearchParams): AsyncGenerator<EventAnswer> {
  const query = new URLSearchParams(filters);
  query.set('limit', '100');
  for (;;) {
    const { events = [], cursor } = await control.get(`/events?${query.toString()}`, eventListSchema);
    yield* events;
    if (cursor === null) return;
    query.set('cursor', cursor);
  }
}

/** Says how to go on where a list has another page. */
export function tellMore(cursor: string | null, terminal: Terminal): void {
  if (cursor !== null) terminal.complain(`More: add --cursor ${cursor}\n`);
}
