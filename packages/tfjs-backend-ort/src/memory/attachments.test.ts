import { beforeEach, expect, it } from 'vitest';
import { Attachments } from './attachments.js';

const [a, b] = [{}, {}];
let gone: string[];
let attachments: Attachments;

const attach = (dataId: object, key: string, bytes = 10) =>
  attachments.set(dataId, key, `value of ${key}`, bytes, (value) => gone.push(value));

beforeEach(() => {
  gone = [];
  attachments = new Attachments(30);
});

it('are found by data and key until the data goes', () => {
  attach(a, 'one');
  attach(a, 'two');
  attach(b, 'one');
  expect(attachments.get(a, 'two')).toBe('value of two');
  expect(attachments.get(b, 'two')).toBeUndefined();
  attachments.deleteAll(a);
  expect(gone).toEqual(['value of one', 'value of two']);
  expect(attachments.get(a, 'one')).toBeUndefined();
  expect(attachments.get(b, 'one')).toBe('value of one');
  expect(attachments.bytes).toBe(10);
});

it('replace those of the same key', () => {
  attach(a, 'one', 20);
  attach(a, 'one', 30);
  expect(gone).toEqual(['value of one']);
  expect(attachments.bytes).toBe(30);
});

it('go when the budget is exceeded, the one unused longest first', () => {
  for (const key of ['one', 'two', 'three']) attach(a, key);
  attachments.get(a, 'one');
  attachments.nextCall();
  expect(attach(b, 'four', 15)).toBe(true);
  expect(gone).toEqual(['value of two', 'value of three']);
  expect(attachments.bytes).toBe(25);
});

it('are refused when what the present call uses leaves no room', () => {
  attach(a, 'one', 20);
  attachments.nextCall();
  attachments.get(a, 'one');
  expect(attach(b, 'two', 20)).toBe(false);
  expect(attachments.get(b, 'two')).toBeUndefined();
  expect(gone).toEqual([]);
});

it('larger than the budget are refused, and drive out no others', () => {
  attach(a, 'one');
  attachments.nextCall();
  expect(attach(a, 'two', 31)).toBe(false);
  expect(gone).toEqual([]);
  expect(attachments.bytes).toBe(10);
});

it('of earlier calls make room, one by one', () => {
  attach(a, 'one');
  attachments.nextCall();
  attach(a, 'two');
  expect(attachments.evict()).toBe(true);
  expect(attachments.evict()).toBe(false);
  expect(gone).toEqual(['value of one']);
});

it('all go at the end, each once', () => {
  attach(a, 'one');
  attach(b, 'two');
  attachments.clear();
  attachments.clear();
  expect(gone).toEqual(['value of one', 'value of two']);
  expect(attachments.bytes).toBe(0);
});
