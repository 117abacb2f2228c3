import type { PlatformConfiguration } from '../domain/configuration';

/**
 * Every secret that the environment holds for the platform: those of sources, tokens, and what sagaline.yaml refers to or
 * lets steps read.
 */
export function secretValues(
  environment: Readonly<Record<string, string>>,
  configuration: PlatformConfiguration,
): string[] {
  const references = JSON.stringify(configuration).matchAll(/\$\{env:(\w+)\}/g);
  const names = [
    ...[...references].map(([, name = '']) => name),
    ...configuration.environments.flatMap(({ secrets }) => secrets),
    ...Object.keys(environment).filter((name) => /^SAGALINE_(SECRET_|TOKEN$|ENCRYPTION_)/.test(name)),
  ];
  return [...new Set(names.flatMap((name) => environment[name] ?? []))];
}
