/** Types of the numbers that a shader reads besides its arrays. */
export type UniformType = 'i32' | 'u32' | 'f32';

/** A compute shader over arrays of float32. */
export interface Shader {
  /** Name, which no other shader has. */
  readonly name: string;
  /** Names of the arrays that it reads. */
  readonly inputs: readonly string[];
  /** Names of the arrays that it writes. */
  readonly outputs: readonly string[];
  /** Numbers by name, read as `uniforms.name`. */
  readonly uniforms: Readonly<Record<string, UniformType>>;
  /** WGSL with the entry point `main`. */
  readonly code: string;
}

/** Returns the arrays in the order in which TensorFlow.js's backend binds them. */
export function bindingsOf({
  inputs,
  outputs,
}: Pick<Shader, 'inputs' | 'outputs'>): { name: string; writes: boolean }[] {
  const [first, ...others] = outputs.map((name) => ({ name, writes: true }));
  return [first!, ...inputs.map((name) => ({ name, writes: false })), ...others];
}

/** Returns the whole WGSL of a shader: declarations in the backend's layout, then its code. */
export function sourceOf(shader: Shader): string {
  const bindings = bindingsOf(shader);
  const arrays = bindings.map(({ name, writes }, binding) => {
    const access = writes ? 'read_write' : 'read';
    return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<f32>;`;
  });
  // All arrays are given as vectors, whose shape and strides are one number each.
  const shapes = bindings.flatMap((_, i) => [`shape${i}: i32`, `strides${i}: i32`]);
  const own = Object.entries(shader.uniforms).map(([name, type]) => `${name}: ${type}`);
  const fields = ['nan: f32', 'infinity: f32', ...shapes, ...own].join(', ');
  return [
    `struct Uniforms { ${fields} };`,
    ...arrays,
    `@group(0) @binding(${bindings.length}) var<uniform> uniforms: Uniforms;`,
    shader.code,
  ].join('\n');
}
