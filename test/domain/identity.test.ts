import fc from 'fast-check';
import { parsePublicEventId, publicEventId } from '../../src/domain/event-id';
import {
  canaryId,
  eventKey,
  groupId,
  inboxId,
  laneId,
  runWorkflowId,
  sha256Hex,
} from '../../src/domain/identity';

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.string({ minLength: 150, maxLength: 400 }),
);

describe('workflow ids', () => {
  it('reads as the design writes it', () => {
    expect(laneId({ project: 'default', service: 'shop', environment: 'production' })).toBe(
      'lane:default:shop:production',
    );
    expect(groupId('default', 'acme/shop')).toBe('group:default:acme%2Fshop');
  });

  it('has at most 200 bytes, and only the separators that separate', () => {
    fc.assert(
      fc.property(text, text, text, (project, source, subject) => {
        const id = inboxId(project, source, subject);
        expect(Buffer.byteLength(id)).toBeLessThanOrEqual(200);
        if (Buffer.byteLength(id) < 200) expect(id.split(':')).toHaveLength(4);
      }),
    );
  });

  it('is different for different parts', () => {
    fc.assert(
      fc.property(fc.tuple(text, text, text), fc.tuple(text, text, text), (a, b) => {
        // A lone surrogate has no bytes of its own; every one of them is written as the replacement character.
        const written = (parts: string[]) => parts.map((part) => part.replace(/\p{Surrogate}/gu, '\ufffd'));
        const same = JSON.stringify(written(a)) === JSON.stringify(written(b));
        expect(inboxId(...a) === inboxId(...b)).toBe(same);
      }),
    );
  });

  it('is not confused by separators and escapes within the parts', () => {
    const ids = [
      inboxId('a:b', 'c', 'd'),
      inboxId('a', 'b:c', 'd'),
      inboxId('a%3Ab', 'c', 'd'),
      inboxId('a', 'b', 'c:d'),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('keeps long ids apart that differ at their end only', () => {
    const long = 'x'.repeat(300);
    expect(runWorkflowId('p', long, 'deliver', 'a')).not.toBe(runWorkflowId('p', long, 'deliver', 'b'));
    expect(canaryId(long, 'release', '1')).not.toBe(canaryId(long, 'release', '2'));
  });

  it('hashes as everybody does', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(eventKey('github', '1')).not.toBe(eventKey('gitlab', '1'));
  });
});

describe('public event id', () => {
  it('leads back to inbox and key', () => {
    fc.assert(
      fc.property(text, fc.stringMatching(/^[0-9a-f]{32}$/), (subject, key) => {
        const inbox = inboxId('default', 'github', subject);
        expect(parsePublicEventId(publicEventId(inbox, key))).toEqual({ inbox, key });
      }),
    );
  });

  it.each([
    '',
    'evt_',
    'evt_%%%',
    'x',
    publicEventId('lane:a', 'k'),
    publicEventId('inbox:a', ''),
    publicEventId('inbox:a', 'k\nl'),
  ])('refuses %j', (id) => {
    expect(parsePublicEventId(id)).toBeUndefined();
  });

  it('falls over for no text', () => {
    fc.assert(
      fc.property(text, (id) => {
        parsePublicEventId(id);
        parsePublicEventId(`evt_${id}`);
      }),
    );
  });
});
