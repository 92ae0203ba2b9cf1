/** Side of an image, in pixels. */
export const IMAGE_SIDE = 32;
/** Pixels of one colour plane. */
export const PLANE_SIZE = IMAGE_SIDE * IMAGE_SIDE;
/** Bytes of one image: red plane, green plane, blue plane (CHW), row by row. */
export const IMAGE_SIZE = 3 * PLANE_SIZE;
/** Bytes of one record of the published binary version: the label, then the image. */
export const RECORD_SIZE = 1 + IMAGE_SIZE;

/** Bytes of one record of images of another side: the label, then the image. */
export function recordSize(side: number): number {
  return 1 + 3 * side * side;
}

/** Images in each published batch. */
export const PUBLISHED_BATCH_COUNT = 10_000;
/** Number of classes of the published data. */
export const NUM_CLASSES = 10;
/** A label is one byte. */
export const LARGEST_LABEL = 255;

/** The batches in the order of the training set, the test set last. */
export const BATCH_NAMES = [
  'data_batch_1',
  'data_batch_2',
  'data_batch_3',
  'data_batch_4',
  'data_batch_5',
  'test_batch',
] as const;

export type BatchName = (typeof BATCH_NAMES)[number];

/** Number of training batches among {@link BATCH_NAMES}. */
export const TRAINING_BATCHES = 5;

/** Class names, indexed by label. */
export const CLASS_NAMES: readonly string[] = Object.freeze([
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
]);

export type BatchDigests = Readonly<Record<BatchName, string>>;

/**
 * SHA-256 of each published batch as a stream of records (label byte, then 3072 CHW bytes, per image).
 * The binary version's files are exactly these streams; every other form is turned into them before it is used.
 */
export const PUBLISHED_DIGESTS: BatchDigests = Object.freeze({
  data_batch_1: 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
  data_batch_2: 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
  data_batch_3: 'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
  data_batch_4: '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
  data_batch_5: '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
  test_batch: '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
});
