import type { Terminal } from './terminal';

/** The path with those of the options that the gateway knows as filters, by the name that both sides use. */
export function filteredPath<Name extends string>(
  path: string,
  filters: readonly Name[],
  options: Partial<Record<Name, string>>,
): string {
  const query = new URLSearchParams();
  for (const name of filters) {
    const value = options[name];
    if (value !== undefined) query.set(name, value);
  }
  return query.size > 0 ? `${path}?${query.toString()}` : path;
}

/** Says how to go on where a list has another page. */
export function tellMore(cursor: string | null, terminal: Terminal): void {
  if (cursor !== null) terminal.complain(`More: add --cursor ${cursor}\n`);
}
