import { alertmanager } from './alertmanager';
import { bitbucket } from './bitbucket';
import { dockerhub } from './dockerhub';
import { gitea } from './gitea';
import { github } from './github';
import { gitlab } from './gitlab';
import { grafana } from './grafana';
import { harbor } from './harbor';
import { registry } from './registry';
import { standard } from './standard';
import type { Source } from './source';

/** Every source that `POST /hooks/:source` knows, by name. */
export const sources: ReadonlyMap<string, Source> = new Map(
  [alertmanager, bitbucket, dockerhub, gitea, github, gitlab, grafana, harbor, registry, standard].map(
    (source) => [source.name, source],
  ),
);
