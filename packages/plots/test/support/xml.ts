import { SaxesParser } from 'saxes';

/** An element of a parsed document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Parses a document strictly; throws where it is not well-formed. */
export function parseXml(document: string): XmlElement {
  const parser = new SaxesParser();
  const root: XmlElement = { name: '#document', attributes: {}, children: [], text: '' };
  const open: XmlElement[] = [root];
  parser.on('opentag', ({ name, attributes }) => {
    const element: XmlElement = { name, attributes: attributes as Record<string, string>, children: [], text: '' };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(document).close();
  return root.children[0]!;
}

/** Returns all elements of a tree, the root first. */
export function elements(root: XmlElement): XmlElement[] {
  return [root, ...root.children.flatMap(elements)];
}

/** Returns the elements with this name. */
export function named(root: XmlElement, name: string): XmlElement[] {
  return elements(root).filter((element) => element.name === name);
}

/** Returns the elements that carry this class. */
export function classed(root: XmlElement, name: string): XmlElement[] {
  return elements(root).filter((element) => element.attributes.class?.split(' ').includes(name));
}

/** Returns the texts drawn, in order; titles and descriptions excluded. */
export function texts(root: XmlElement): string[] {
  return named(root, 'text').map(({ text }) => text);
}
