export const mainCommit = 'a'.repeat(40);

/** The least of GitHub's push payload, with changes. */
export const pushPayload = (change: object = {}) => ({
  ref: 'refs/heads/main',
  before: '0'.repeat(40),
  after: mainCommit,
  created: true,
  deleted: false,
  repository: {
    full_name: 'acme/shop',
    clone_url: 'https://git.example/acme/shop.git',
    pushed_at: 1_767_225_600,
  },
  pusher: { name: 'ada' },
  sender: { login: 'ada-l' },
  head_commit: { message: 'Offer discounts', author: { name: 'Ada' } },
  ...change,
});

/** The least of GitHub's pull_request payload, with changes of its own and of the pull request's fields. */
export const pullPayload = (change: object = {}, pullRequest: object = {}) => ({
  action: 'opened',
  number: 7,
  repository: { full_name: 'acme/shop' },
  pull_request: {
    title: 'Add offers',
    merged: false,
    updated_at: '2026-01-01T10:00:00Z',
    user: { login: 'ada' },
    head: { ref: 'feature', sha: mainCommit, repo: { full_name: 'acme/shop' } },
    base: { ref: 'main', repo: { full_name: 'acme/shop' } },
    ...pullRequest,
  },
  ...change,
});

/** The path of every field of a value, and of the value itself. */
export function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))];
}

/** A copy of a value that holds another one at a path. */
export function withValue(value: unknown, [key, ...rest]: string[], wanted: unknown): unknown {
  if (key === undefined) return wanted;
  if (Array.isArray(value))
    return value.map((inner: unknown, at) => (String(at) === key ? withValue(inner, rest, wanted) : inner));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: withValue(object[key], rest, wanted) };
}
