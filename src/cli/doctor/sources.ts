import { referencedVariable, secretVariable } from '../../config';
import type { PlatformConfiguration } from '../../domain/configuration';
import { doubtful, fine, type Finding, wrong } from './finding';

/** Where the secrets of sources can come from. */
export interface SecretPlaces {
  /** Secrets of SAGALINE_SECRET_<SOURCE>, by source. */
  own: Readonly<Record<string, string>>;
  environment: Readonly<Record<string, string>>;
}

/** Fewer characters, or fewer different ones, can be guessed. */
const least = { characters: 16, different: 8 };

/** What is known about the secrets of the sources that sagaline.yaml lists or that have a secret; `known` are those of the platform. */
export function sourceFindings(
  listed: PlatformConfiguration['sources'],
  known: readonly string[],
  { own, environment }: SecretPlaces,
): Finding[] {
  const configured = [...new Set([...listed.map(({ name }) => name), ...Object.keys(own)])];
  if (configured.length === 0) {
    return [
      doubtful(
        'sources',
        'no source has a secret, so that each refuses everything',
        `Set ${secretVariable('github')}, or the same of ${known.join(', ')}, where the gateway runs.`,
      ),
    ];
  }
  return configured.flatMap((name) => {
    const check = `source ${name}`;
    const source = listed.find((one) => one.name === name);
    if (!source && !known.includes(name)) {
      const says = `${secretVariable(name)} is set, but no source has that name`;
      return [
        doubtful(
          check,
          says,
          `Unset it, or list the source in sagaline.yaml. Known are ${known.join(', ')}.`,
        ),
      ];
    }
    const references = (source?.secrets ?? []).map(referencedVariable);
    const settings = [...(own[name] === undefined ? [] : [secretVariable(name)]), ...references];
    if (settings.length === 0) {
      const toDo = `Set ${secretVariable(name)}, or list sources[].secrets of it in sagaline.yaml.`;
      return [wrong(check, 'has no secret, so that it refuses everything', toDo)];
    }
    return settings.map((setting) => ofSecret(check, setting, environment[setting]));
  });
}

function ofSecret(check: string, setting: string, value: string | undefined): Finding {
  if (value === undefined || value === '')
    return wrong(
      check,
      `${setting} is not set, so that it refuses everything`,
      `Set ${setting} where the gateway runs.`,
    );
  if (value.length < least.characters || new Set(value).size < least.different) {
    const toDo = 'Take 32 random bytes, such as of `openssl rand -hex 32`, here and at the sender.';
    return doubtful(check, `${setting} is short or repeats itself, so that it can be guessed`, toDo);
  }
  return fine(check, `${setting} is set`);
}
