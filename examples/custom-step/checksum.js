const { createHash } = require('node:crypto');
const { createReadStream } = require('node:fs');
const { realpath } = require('node:fs/promises');
const { isAbsolute, relative, resolve } = require('node:path');
const { pipeline } = require('node:stream/promises');
const { z } = require('zod');

/** What a pipeline writes below `with`. */
const input = z.strictObject({
  file: z.string().min(1),
  algorithm: z.enum(['sha256', 'sha512']).default('sha256'),
  expected: z
    .string()
    .regex(/^[0-9a-f]+$/, 'must be lower-case hex')
    .optional(),
});

/** The real path of a file; a symbolic link in the checkout must not lead to the worker's own files. */
async function inside(directory, file) {
  const [root, found] = await Promise.all([realpath(directory), realpath(resolve(directory, file))]);
  const path = relative(root, found);
  if (path.startsWith('..') || isAbsolute(path)) throw new Error(`${file} lies outside the checkout`);
  return found;
}

/**
 * With TypeScript: `export default defineStep({ input, run })`, where defineStep of sagaline/step infers the types.
 * @type {import('sagaline/step').StepDefinition<import('zod').infer<typeof input>>}
 */
module.exports = {
  input,
  async run({ file, algorithm, expected }, { directory, phase, result, signal, log }) {
    if (phase === 'compensate') {
      // A digest changes nothing, so there is nothing to undo; `result` is what the step returned, or null.
      log(result === null ? 'no digest was written' : `forgets the digest of ${file}`);
      return null;
    }
    const hash = createHash(algorithm);
    await pipeline(createReadStream(await inside(directory, file)), hash, { signal });
    const digest = hash.digest('hex');
    log(`${algorithm} of ${file}: ${digest}`);
    if (expected !== undefined && expected !== digest) throw new Error(`${file} has the digest ${digest}`);
    return digest;
  },
};
