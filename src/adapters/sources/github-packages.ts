import { z } from 'zod';
import { maxName, optional, type Read, shown } from './fields';
import { validated } from './reading';

const digest = optional(z.object({ digest: shown(maxName), name: shown(maxName) }));
const published = z.object({
  name: z.string(),
  updated_at: shown(64),
  owner: optional(z.object({ login: shown(maxName) })),
  package_version: optional(
    z.object({
      package_url: shown(maxName),
      container_metadata: optional(z.object({ tag: digest, manifest: digest })),
    }),
  ),
});
const payloadSchema = z.object({ package: published.nullish(), registry_package: published.nullish() });

/** An image of the container registry; undefined for a package of another kind. */
export function readPackage(payload: unknown): Read | undefined {
  const found = validated(payloadSchema, payload);
  const pack = found.registry_package ?? found.package;
  const { tag, manifest } = pack?.package_version?.container_metadata ?? {};
  const digest = tag?.digest ?? manifest?.digest;
  if (!pack || !digest) return undefined;
  const data = { repository: imageOf(pack), tag: tag?.name === '' ? null : tag?.name, digest };
  return { kind: 'image', data, time: pack.updated_at ?? null };
}

/** Name of the image, in lower case as registries want it. */
function imageOf({ name, owner, package_version }: z.infer<typeof published>): string {
  const pulled = /^[\w.-]+\/[^:\s]+/.exec(package_version?.package_url ?? '')?.[0];
  return (pulled ?? `ghcr.io/${owner?.login ? `${owner.login}/` : ''}${name}`).toLowerCase();
}
