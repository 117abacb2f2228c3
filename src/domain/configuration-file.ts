import { configurationSchema, firstAdminName, type PlatformConfiguration } from './configuration';
import { reservedSources } from './own-sources';
import type { Problem } from './problem';
import { builtInKinds } from './step-schemas';
import { parseStrict } from './strict-file';

/** Reads sagaline.yaml. Throws InvalidConfiguration listing every problem with its file, line, column and field. */
export function parseConfiguration(file: string, text: string): PlatformConfiguration {
  return parseStrict('InvalidConfiguration', file, text, configurationSchema, (configuration) => [
    ...namedTwice(configuration),
    ...confusablePeople(configuration),
    ...hiddenSteps(configuration),
    ...hiddenSources(configuration),
    ...strangeHooks(configuration),
    ...unknownReferences(configuration),
    ...foreignHosts(configuration),
    ...wildcards(configuration),
  ]);
}

function namedTwice(configuration: PlatformConfiguration): Problem[] {
  const lists = [
    'repositories',
    'credentials',
    'sources',
    'services',
    'environments',
    'people',
    'sinks',
    'steps',
  ] as const;
  return lists.flatMap((list) => {
    const names = configuration[list].map(({ name }) => name);
    return names.flatMap((name, at) =>
      names.indexOf(name) < at ? [{ path: [list, at, 'name'], message: `${name} is named twice` }] : [],
    );
  });
}

/** What somebody did is told by the name alone, and who somebody is by the token alone. */
function confusablePeople({ people }: PlatformConfiguration): Problem[] {
  return people.flatMap(({ name, token }, at): Problem[] => {
    const owner = people.find((other) => other.token === token);
    return [
      ...(name === firstAdminName
        ? [
            {
              path: ['people', at, 'name'],
              message: `${name} is whoever has SAGALINE_TOKEN: choose another name`,
            },
          ]
        : []),
      ...(owner !== undefined && people.indexOf(owner) < at
        ? [
            {
              path: ['people', at, 'token'],
              message: `${token} is also the token of ${owner.name}: each person needs one of their own`,
            },
          ]
        : []),
    ];
  });
}

/** A step of that name could never be used: `uses` means the built-in one. */
function hiddenSteps({ steps }: PlatformConfiguration): Problem[] {
  return steps.flatMap(({ name }, at): Problem[] =>
    builtInKinds.includes(name)
      ? [
          {
            path: ['steps', at, 'name'],
            message: `${name} is a step of the platform itself: choose another name`,
          },
        ]
      : [],
  );
}

/** A source of that name could never be used, or what it says would pass for what another one says. */
function hiddenSources({ sources }: PlatformConfiguration): Problem[] {
  return sources.flatMap((source, at): Problem[] => {
    if (source.package === undefined || !reservedSources.includes(source.name)) return [];
    const message = `${source.name} is a source of the platform itself: choose another name, or leave out package`;
    return [{ path: ['sources', at, 'name'], message }];
  });
}

/** Only GitHub can be asked for a delivery, and who asks twice for one gets it twice. */
function strangeHooks({ sources }: PlatformConfiguration): Problem[] {
  return sources.flatMap(({ name, redeliver }, at): Problem[] => {
    if (redeliver === undefined) return [];
    const path = ['sources', at, 'redeliver'];
    if (name !== 'github')
      return [{ path, message: `${name} cannot be asked for a delivery: only the source github can` }];
    const urls = redeliver.hooks.map(({ url }) => url);
    return urls.flatMap((url, position) =>
      urls.indexOf(url) < position
        ? [{ path: [...path, 'hooks', position, 'url'], message: `${url} is named twice` }]
        : [],
    );
  });
}

function unknownReferences({
  repositories,
  sources,
  credentials,
  services,
  environments,
}: PlatformConfiguration): Problem[] {
  const registered = new Set(repositories.map(({ name }) => name));
  const credentialNames = new Set(credentials.map(({ name }) => name));
  const unregistered = (repository: string, path: Problem['path']): Problem[] =>
    registered.has(repository)
      ? []
      : [{ path, message: `${repository} is not registered under repositories` }];
  return [
    ...credentialUses({ repositories, sources }).flatMap(({ credential, path }): Problem[] =>
      credentialNames.has(credential)
        ? []
        : [{ path, message: `there is no credential named ${credential}` }],
    ),
    ...services.flatMap(({ repository }, at) => unregistered(repository, ['services', at, 'repository'])),
    ...environments.flatMap(({ allow }, at) =>
      allow.repositories.flatMap((repository, position) =>
        unregistered(repository, ['environments', at, 'allow', 'repositories', position]),
      ),
    ),
  ];
}

/** A credential goes to its own host only, so a url elsewhere that names it is a mistake or worse. */
function foreignHosts({ repositories, sources, credentials }: PlatformConfiguration): Problem[] {
  return credentialUses({ repositories, sources }).flatMap(({ url, credential, path }): Problem[] => {
    const host = credentials.find(({ name }) => name === credential)?.host;
    if (host === undefined || hostOf(url) === host) return [];
    const message = `credential ${credential} is for ${host}, but the url leads to ${hostOf(url) ?? 'no host'}`;
    return [{ path, message }];
  });
}

/** Every url that a credential is sent to, and where the file says so. */
function credentialUses({ repositories, sources }: Pick<PlatformConfiguration, 'repositories' | 'sources'>): {
  url: string;
  credential: string;
  path: Problem['path'];
}[] {
  return [
    ...repositories.flatMap(({ url, credential, report }, at) => [
      ...(credential === undefined ? [] : [{ url, credential, path: ['repositories', at, 'credential'] }]),
      ...(report === undefined ? [] : [{ ...report, path: ['repositories', at, 'report', 'credential'] }]),
    ]),
    ...sources.flatMap(({ redeliver }, at) =>
      (redeliver?.hooks ?? []).map(({ url, credential }, position) => ({
        ...{ url, credential },
        path: ['sources', at, 'redeliver', 'hooks', position, 'credential'],
      })),
    ),
  ];
}

/** Host, with its port if the url has one; undefined for a path on this machine. */
function hostOf(url: string): string | undefined {
  const secureCopy = /^[\w.-]+@([\w.-]+):(?!\/\/)/.exec(url);
  if (secureCopy) return secureCopy[1];
  return URL.canParse(url) && new URL(url).host !== '' ? new URL(url).host : undefined;
}

function wildcards({ environments }: PlatformConfiguration): Problem[] {
  return environments.flatMap(({ allow }, at) =>
    allow.refs.flatMap((ref, position): Problem[] =>
      ref.slice(0, -1).includes('*')
        ? [{ path: ['environments', at, 'allow', 'refs', position], message: '* is allowed at the end only' }]
        : [],
    ),
  );
}
