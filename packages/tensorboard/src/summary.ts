import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { invalid } from './error.js';
import { type Summary, SummarySchema } from './generated/event_pb.js';
import { pngHeader } from './png-header.js';

type ValueInit = NonNullable<MessageInitShape<typeof SummarySchema>['value']>[number];

/** Makes the summary of some scalars, by their tags. NaN and infinities are shown as such. */
export function scalarsSummary(scalars: Readonly<Record<string, number>>): Summary {
  const entries = Object.entries(scalars);
  if (entries.length === 0) throw invalid('there is no scalar to write: give at least one');
  const value = entries.map(([tag, scalar]): ValueInit => {
    if (typeof scalar !== 'number') {
      throw invalid(`the scalar ${JSON.stringify(tag)} is ${String(scalar)}: give a number`);
    }
    return { tag: requireTag(tag), value: { case: 'simpleValue', value: Math.fround(scalar) } };
  });
  return create(SummarySchema, { value });
}

/** Makes the summary of an image, by its tag. */
export function imageSummary(tag: string, png: Uint8Array): Summary {
  const { width, height, samples } = pngHeader(png);
  const image = { width, height, colorspace: samples, encodedImageString: png };
  return create(SummarySchema, { value: [{ tag: requireTag(tag), value: { case: 'image', value: image } }] });
}

function requireTag(tag: string): string {
  if (tag.trim() === '') throw invalid(`the tag ${JSON.stringify(tag)} is empty: name what is written, such as "loss"`);
  return tag;
}
