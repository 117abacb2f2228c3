import { github } from '../../../src/adapters/sources/github';
import { hostile } from './hostile';
import { readOne } from './reading';

const headersOf = (name: string) => ({ 'x-github-event': name, 'x-github-delivery': 'd-1' });
const read = (name: string, payload: unknown) => readOne(github, headersOf(name), payload);

const digest = `sha256:${'ab'.repeat(32)}`;
const image = (tag: string) => ({
  name: 'shop',
  owner: { login: 'Acme' },
  package_version: {
    package_url: `ghcr.io/Acme/shop:${tag}`,
    container_metadata: { tag: { name: tag, digest }, manifest: { digest } },
  },
});

describe('a package', () => {
  it.each(['package', 'registry_package'])('%s of the container registry is an image', (name) => {
    expect(read(name, { action: 'published', [name]: image('1.2') }).event).toMatchObject({
      kind: 'image',
      subject: 'ghcr.io/acme/shop',
      data: { repository: 'ghcr.io/acme/shop', tag: '1.2', digest },
    });
  });

  it('without a tag or an address is one too', () => {
    const payload = {
      registry_package: {
        ...image(''),
        package_version: { container_metadata: { tag: { name: '', digest } } },
      },
    };
    expect(read('registry_package', payload).event.data).toEqual({
      repository: 'ghcr.io/acme/shop',
      tag: null,
      digest,
    });
  });

  it('of another registry is recorded only', () => {
    const payload = { action: 'published', package: { name: 'shop', package_version: { version: '1.0.0' } } };
    expect(read('package', payload).event).toMatchObject({ kind: 'custom', data: { event: 'package' } });
  });
});

hostile(github, [
  { name: 'image', headers: headersOf('registry_package'), payload: { registry_package: image('1') } },
]);
