/** The image that a package url of a container names (`pkg:oci/name@sha256:…`); undefined for any other package. */
export function imageOfPurl(purl: string): Record<string, unknown> | undefined {
  const [, type, path = '', version = '', qualifiers = ''] =
    /^pkg:(oci|docker)\/([^@?#]+)@([^?#]+)(?:\?([^#]*))?/.exec(purl) ?? [];
  const digest = decoded(version);
  if (type === undefined || !/^\w+:[0-9a-f]+$/.test(digest)) return undefined;
  const given = new URLSearchParams(qualifiers);
  return {
    repository: withoutReference(given.get('repository_url') ?? decoded(path)),
    tag: given.get('tag'),
    digest,
  };
}

/** Harbor gives the whole reference where the url of the repository belongs. */
const withoutReference = (name: string): string => name.replace(/@.*$/s, '').replace(/:[\w.-]+$/, '');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
