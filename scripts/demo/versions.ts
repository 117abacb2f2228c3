import { join } from 'node:path';
import type { RunStatus } from '../../src/domain/run';

/** One push of the story, and how it must end. */
export interface Version {
  /** What the shop says of itself in `x-shop-version`. */
  version: string;
  title: string;
  message: string;
  /** Folder of the files that the commit changes. */
  files: string;
  ends: RunStatus;
}

/** The four pushes; `examples` is the folder of the repository's examples. */
export const versionsIn = (examples: string): [Version, Version, Version, Version] => [
  {
    version: '1.0.0',
    title: 'Version 1: the first release',
    message: 'Open the shop',
    files: join(examples, 'shop'),
    ends: 'succeeded',
  },
  {
    version: '2.0.0',
    title: 'Version 2: a healthy change',
    message: 'Show how many are in stock',
    files: join(examples, 'changes/2-stock'),
    ends: 'succeeded',
  },
  {
    version: '3.0.0',
    title: 'Version 3: passes its tests, fails for three customers in ten',
    message: 'Put products on sale',
    files: join(examples, 'changes/3-discounts'),
    ends: 'rolled-back',
  },
  {
    version: '4.0.0',
    title: 'Version 4: fails its tests',
    message: 'Repair the sale, shorten prices',
    files: join(examples, 'changes/4-rounding'),
    ends: 'failed',
  },
];
