import { github } from './github';
import type { Source } from './source';

/** Every source that `POST /hooks/:source` knows, by name. */
export const sources: ReadonlyMap<string, Source> = new Map([github].map((source) => [source.name, source]));
