import { z } from 'zod';
import { SagalineError } from '../../domain/errors';
import { credentials, isSecret } from './authorization';
import { idOf, readContents } from './contents';
import { isoOf, maxName, shown } from './fields';
import { validated } from './reading';
import type { Source } from './source';

/** Docker Hub's webhooks, which nobody signs: https://docs.docker.com/docker-hub/repos/manage/webhooks/ */
export const dockerhub: Source = {
  name: 'dockerhub',
  maxBytes: 1024 * 1024,
  mediaTypes: ['application/json'],
  batched: false,

  verify({ headers, query }, secrets) {
    const token = query?.['token'];
    const given = [...credentials(headers), ...(token === undefined ? [] : [token])];
    if (!isSecret(given, secrets)) {
      const detail = 'neither ?token= nor the password of Authorization is a secret of this source';
      throw new SagalineError('Unauthenticated', detail);
    }
  },

  read: (delivery) =>
    readContents(delivery, {
      source: 'dockerhub',
      name: 'push',
      list: (payload) => [payload],
      read(payload) {
        const { push_data, repository } = validated(push, payload);
        const { tag, pushed_at } = push_data;
        return {
          // A push has neither an id of its own nor a digest: https://github.com/docker/roadmap/issues/440
          id: idOf(repository.repo_name, tag, pushed_at),
          kind: 'image',
          data: { repository: repository.repo_name, tag, digest: null },
          time: isoOf(pushed_at * 1000),
        };
      },
    }),
};

const push = z.object({
  push_data: z.object({ tag: shown(maxName), pushed_at: z.number() }),
  repository: z.object({ repo_name: z.string().min(1) }),
});
