import { join } from 'node:path';
import type { DataConverter } from '@temporalio/common';
import { EncryptionCodec } from './encryption';
import type { EncryptionKeys } from './keys';

/** The option of every client and worker that reads and writes payloads; without keys it says so of what is encrypted. */
export function payloadEncryption(keys: EncryptionKeys): { dataConverter: DataConverter } {
  const failures = keys.current && { failureConverterPath: join(__dirname, 'failure-converter') };
  return { dataConverter: { payloadCodecs: [new EncryptionCodec(keys)], ...failures } };
}

/** The workflows' bundle for these keys: errors are put together inside of it, encrypted or not. */
export function workflowBundleFile(keys: EncryptionKeys): string {
  return keys.current ? 'workflow-bundle-encrypting.js' : 'workflow-bundle.js';
}
