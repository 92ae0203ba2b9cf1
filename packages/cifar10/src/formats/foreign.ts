const ARCHIVE_NAME = /\.(tar|tgz|tar\.gz|zip)$/i;

const UNPACK = 'Unpack it, and give the folder';
const PUBLISHED =
  'Give cifar-10-python.tar.gz or cifar-10-binary.tar.gz, or leave the data folder out to download the data';
const OWN = 'For images of your own, write data_batch_1.bin ... test_batch.bin: a label byte and 3072 bytes per image';

/** Kinds of files that are not read, by their first bytes: [bytes, what it is, what to do]. */
const SIGNATURES: readonly (readonly [string, string, string])[] = [
  ['BZh', 'an archive compressed with bzip2', UNPACK],
  ['\xfd7zXZ\x00', 'an archive compressed with xz', UNPACK],
  ['\x28\xb5\x2f\xfd', 'an archive compressed with zstd', UNPACK],
  ['\x04\x22\x4d\x18', 'an archive compressed with lz4', UNPACK],
  ['LZIP', 'an archive compressed with lzip', UNPACK],
  ['\x1f\x9d', 'an archive compressed with compress', UNPACK],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive', UNPACK],
  ['Rar!\x1a\x07', 'a RAR archive', UNPACK],
  ['PAR1', 'a Parquet file', PUBLISHED],
  ['ARROW1', 'an Arrow file', PUBLISHED],
  ['MATLAB', 'the MATLAB version', PUBLISHED],
  ['\x89HDF\r\n\x1a\n', 'an HDF5 file (or the MATLAB version, 7.3)', PUBLISHED],
  ['\x93NUMPY', 'a NumPy array', PUBLISHED],
  ['\x89PNG', 'a picture', OWN],
  ['\xff\xd8\xff', 'a picture', OWN],
  ['version https://git-lfs', 'a pointer of Git LFS in place of the file', 'Fetch the file itself (git lfs pull)'],
];

const AGAIN = 'Fetch the file again';

/** Answers of a server that were saved under the file's name: [their beginning, what it is]. */
const ANSWERS: readonly (readonly [RegExp, string])[] = [
  [/^(<!doctype|<!--|<(html|head|body)\b)/i, 'a web page'],
  [/^(<\?xml|\{\s*")/i, "a server's answer in place of the file"],
];

/** Kinds of files that are not read, by their names: [names, what it is, what to do]. */
const NAMES: readonly (readonly [RegExp, string, string])[] = [
  [/(^|\/)(cifar-100-(python|binary)|fine_label_names\.txt)(\/|$)/i, 'CIFAR-100', PUBLISHED],
  [/\.tar\.bz2$|\.tbz2?$|\.bz2$/i, 'an archive compressed with bzip2', UNPACK],
  [/\.txz$|\.xz$/i, 'an archive compressed with xz', UNPACK],
  [/\.tzst$|\.zst$/i, 'an archive compressed with zstd', UNPACK],
  [/\.7z$/i, 'a 7z archive', UNPACK],
  [/\.rar$/i, 'a RAR archive', UNPACK],
  [/\.parquet$/i, 'a Parquet file', PUBLISHED],
  [/\.arrow$/i, 'an Arrow file', PUBLISHED],
  [/\.mat$/i, 'the MATLAB version', PUBLISHED],
  [/\.(h5|hdf5)$/i, 'an HDF5 file', PUBLISHED],
  [/\.tfrecords?(-|$)/i, 'records of TensorFlow Datasets', PUBLISHED],
  [/\.np[yz]$/i, 'NumPy arrays', PUBLISHED],
  [/(^|\/)data\.pkl$/, 'tensors of PyTorch', PUBLISHED],
  [
    /(^|\/)(data_batch_[1-5]|test_batch)(\.[a-z]+)?$|\.(pkl|pickle)$/i,
    'a file under a name of its own',
    'Name pickles data_batch_1 ... test_batch, and files of records data_batch_1.bin ... test_batch.bin',
  ],
  [/\.(png|jpe?g|gif|bmp|webp|tiff?|ppm)$/i, 'pictures in files of their own', OWN],
];

/** Words on what something is instead of CIFAR-10, and what to do; undefined if that is not known either. */
export function foreignBytes(head: Uint8Array): string | undefined {
  const text = Buffer.from(head).toString('latin1');
  const answer = ANSWERS.find(([start]) => start.test(textOf(head)));
  if (answer !== undefined) return sentence(answer[1], AGAIN);
  const found = SIGNATURES.find(([signature]) => text.startsWith(signature));
  return found && sentence(found[1], found[2]);
}

/** Returns the same by the names that a folder or an archive holds. */
export function foreignNames(names: readonly string[]): string | undefined {
  if (holdsCifar100(names)) return sentence(NAMES[0]![1], NAMES[0]![2]);
  for (const [pattern, what, todo] of NAMES) {
    const example = names.find((name) => pattern.test(name));
    if (example !== undefined) return sentence(`${what} (${example})`, todo);
  }
  return undefined;
}

/** Returns the same for a file of CIFAR-100's binary version, whose records have a byte more. */
export function foreignSize(name: string, size: number): string | undefined {
  const isBinary100 = /^(train|test)\.bin$/.test(name) && size > 0 && size % 3074 === 0;
  return isBinary100 ? sentence(NAMES[0]![1], NAMES[0]![2]) : undefined;
}

/**
 * Returns the same for a file without bytes, or whose name alone is that of an archive: most often a download that
 * broke off.
 */
export function foreignDownload(name: string, size: number): string | undefined {
  if (size === 0) return sentence('an empty file', AGAIN);
  return ARCHIVE_NAME.test(name) ? sentence('a file with the name of an archive that is not one', AGAIN) : undefined;
}

/** Returns the same for an archive that holds archives. */
export function foreignArchives(names: readonly string[]): string | undefined {
  const example = names.find((name) => ARCHIVE_NAME.test(name));
  return example === undefined ? undefined : sentence(`an archive inside it (${example})`, UNPACK);
}

/** Returns the text by its byte order mark, without it and without white space at its start. */
function textOf(head: Uint8Array): string {
  const isWide = head[0] === 0xff && head[1] === 0xfe;
  return new TextDecoder(isWide ? 'utf-16le' : 'utf-8').decode(head).trimStart();
}

function holdsCifar100(names: readonly string[]): boolean {
  return (
    ['train', 'test', 'meta'].every((name) => names.includes(name)) ||
    ['train.bin', 'test.bin'].every((name) => names.includes(name))
  );
}

function sentence(what: string, todo: string): string {
  return `${what}, which this package does not read. ${todo}`;
}
