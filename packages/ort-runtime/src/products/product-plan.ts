/** The shape of a product C = op(A) op(B), and what its cost depends on besides. */
export interface ProductShape {
  /** Rows of C. */
  readonly m: number;
  /** The inner size: columns of op(A), rows of op(B). */
  readonly k: number;
  /** Columns of C. */
  readonly n: number;
  /** op(A) = A^T: A lies in memory as [k, m]. */
  readonly transposeA: boolean;
  /** op(B) = B^T: B lies in memory as [n, k]. */
  readonly transposeB: boolean;
  /** C += op(A) op(B). */
  readonly accumulate: boolean;
  /** Type of the elements: `float32` or `float64`. */
  readonly type: 'float32' | 'float64';
}

/**
 * How a product is computed:
 * - `direct`: by one call of `Gemm`, with its flags for what is transposed;
 * - `transposed-product`: C^T = op(B)^T op(A)^T by `Gemm`, then C^T is transposed;
 * - `transposed-a`: A is transposed first, so that `Gemm` finds its rows in memory;
 * - `split-inner`: each thread sums over its share of the inner size for the whole of C, then these sums are added;
 * - `split-rows`: so many rows of C at a time.
 */
export type ProductPlan =
  | { readonly way: 'direct' }
  | { readonly way: 'transposed-product' }
  | { readonly way: 'transposed-a' }
  | { readonly way: 'split-inner'; readonly parts: number }
  | { readonly way: 'split-rows'; readonly rows: number };

// ONNX Runtime's `Gemm` goes through C in blocks of columns, and through the inner size in blocks for each of them. It
// copies a block of op(B) into its own order, multiplies all rows of op(A) by it, and adds to C. Threads share the rows,
// or the columns where those are more. A transposed A it copies, twelve rows of op(A) at a time, for every block again:
// that is what the plans differ in. Costs are in units of such a copy of one element, some 0.4 ns. `npm run
// bench:products` in this package measures every plan of a list of shapes.

/** Columns of C in a block. */
const COLUMN_BLOCK = { float32: 128, float64: 64 } as const;
/** Inner indices in a block. */
const INNER_BLOCK = 128;
/** Transposing an element in memory. */
const TRANSPOSING = { float32: 4, float64: 12 } as const;
/**
 * How much more an element costs that is `isFar`: fitted to two cores of AMD's Zen 3, whose copies then find none of their
 * lines in the cache again.
 */
const FAR = 16;
const PAGE_BYTES = 4096;
/** Lines that a copy comes back to: one for each row of a block, and as many of what it writes. */
const LINES_AT_A_TIME = 2 * INNER_BLOCK;
/** Elements that a plan may copy: 16 MB in float32. */
const MAX_COPY = 2 ** 22;
/** Inner indices of each thread's share, at least. */
const MIN_INNER_SHARE = 2 * INNER_BLOCK;
/** Rows of C for each thread: with more, its part of a block of columns does not stay in a cache of 1 MB. */
const MAX_ROWS = 1024;
/** Inner size from which that matters: each block of it reads and writes C again. */
const MANY_INNER = 4 * INNER_BLOCK;

const DIRECT: ProductPlan = { way: 'direct' };

/** What computes a product. */
export interface Cores {
  /** Threads that share the work, each on its own core. */
  readonly threads: number;
  /** Bytes of a core's second-level cache. */
  readonly cacheBytes: number;
}

/**
 * How ONNX Runtime computes a product fastest. The plan depends on nothing but the shape, the number of threads and the
 * cache of the machine's cores, so that equal runs give equal results.
 */
export function planProduct(shape: ProductShape, cores: Cores): ProductPlan {
  const { threads } = cores;
  // For a vector ONNX Runtime has a kernel that reads a matrix once, where it lies.
  if (shape.m === 1 || shape.n === 1) return DIRECT;
  if (shape.transposeA) return cheapest(candidates(shape, cores));
  const rows = MAX_ROWS * threads;
  return shape.m > rows && shape.k >= MANY_INNER ? { way: 'split-rows', rows } : DIRECT;
}

interface Candidate {
  readonly plan: ProductPlan;
  readonly cost: number;
}

function candidates(shape: ProductShape, cores: Cores): Candidate[] {
  const { m, k, n, transposeA, transposeB, accumulate, type } = shape;
  const { threads } = cores;
  const transposing = (rows: number, columns: number) => transposeCost(rows, columns, type, cores) / threads;
  const list: Candidate[] = [{ plan: DIRECT, cost: copyCost(shape, cores) }];
  if (m * k <= MAX_COPY) {
    list.push({ plan: { way: 'transposed-a' }, cost: transposing(k, m) });
  }
  if (!accumulate && m * n <= MAX_COPY) {
    const transposed = { ...shape, m: n, n: m, transposeA: !transposeB, transposeB: !transposeA };
    const cost = copyCost(transposed, cores) + transposing(n, m);
    list.push({ plan: { way: 'transposed-product' }, cost });
  }
  // ONNX Runtime has batches of products with a transposed factor in float32 only.
  const canSplit = threads > 1 && !accumulate && !transposeB && type === 'float32' && k >= MIN_INNER_SHARE * threads;
  if (canSplit && threads * m * n <= MAX_COPY) {
    const share = { ...shape, k: Math.floor(k / threads) };
    const cost = copyCost(share, { ...cores, threads: 1 }) + TRANSPOSING[type] * m * n;
    list.push({ plan: { way: 'split-inner', parts: threads }, cost });
  }
  return list;
}

/** The first of those that cost least. */
function cheapest(list: readonly Candidate[]): ProductPlan {
  return list.reduce((best, candidate) => (candidate.cost < best.cost ? candidate : best)).plan;
}

/** Cost of the copy of op(A) that a thread makes. */
function copyCost({ m, k, n, transposeA, type }: ProductShape, cores: Cores): number {
  if (!transposeA) return 0;
  const { threads } = cores;
  const [rows, columns] = n > m ? [m, n / threads] : [m / threads, n];
  return rows * k * Math.ceil(columns / COLUMN_BLOCK[type]) * (isFar(k, m, type, cores) ? FAR : 1);
}

/** Cost of transposing a matrix in one thread. */
function transposeCost(rows: number, columns: number, type: ProductShape['type'], cores: Cores): number {
  return rows * columns * (isFar(rows, columns, type, cores) ? FAR : TRANSPOSING[type]);
}

/**
 * Whether going down a column of a row-major matrix meets the same few sets of the cache again and again. Rows of whole
 * pages have it meet a line of each page only, whatever the cache's ways: enough in a cache of a megabyte and more.
 */
function isFar(rows: number, columns: number, type: ProductShape['type'], { cacheBytes }: Cores): boolean {
  const rowBytes = columns * (type === 'float32' ? 4 : 8);
  return rows >= INNER_BLOCK && rowBytes % PAGE_BYTES === 0 && cacheBytes / PAGE_BYTES < LINES_AT_A_TIME;
}
