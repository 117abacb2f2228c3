import { sha256Hex } from './identity';
import type { Release } from './release';

/** Names and values in the order of their names: text that is equal for equal content. */
function canonical({ start, ready, replicas, env, secrets }: Omit<Release, 'id' | 'configuration'>): string {
  const sortedEnv = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([start, ready, replicas, sortedEnv, [...new Set(secrets)].sort()]);
}

/** A release with its id and configuration digest: equal content gives equal ids, whatever the order of env and secrets. */
export function makeRelease(content: Omit<Release, 'id' | 'configuration'>): Release {
  const configuration = `sha256:${sha256Hex(canonical(content))}`;
  const id = `r-${sha256Hex(`${content.artifact}\n${configuration}`).slice(0, 12)}`;
  return { ...content, id, configuration };
}
