import { dereference, type Settings } from '../config';
import type { Configuration } from '../ports';

/** Secrets of a source from SAGALINE_SECRET_<SOURCE> and from sagaline.yaml; throws InvalidConfiguration for an unset reference. */
export function sourceSecrets(
  settings: Settings,
  configuration: Configuration,
): (source: string) => Promise<string[]> {
  return async (source) => {
    const own = settings.sourceSecrets[source];
    const { sources } = await configuration.current();
    const listed = sources.find(({ name }) => name === source)?.secrets ?? [];
    return [
      ...(own === undefined ? [] : [own]),
      ...listed.map((reference) => dereference(settings, reference)),
    ];
  };
}
