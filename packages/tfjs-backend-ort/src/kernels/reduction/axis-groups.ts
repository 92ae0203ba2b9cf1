/** Adjacent axes of a tensor that are all reduced, or all kept: one axis of their joint size. */
export interface AxisGroup {
  readonly size: number;
  readonly reduced: boolean;
}

/** Returns the axes of a reduction in as few groups as possible, which alternate; axes of size 1 belong to none. */
export function axisGroups(shape: readonly number[], reducedAxes: readonly number[]): AxisGroup[] {
  const groups: { size: number; reduced: boolean }[] = [];
  shape.forEach((size, axis) => {
    if (size === 1) return;
    const reduced = reducedAxes.includes(axis);
    const last = groups.at(-1);
    if (last?.reduced === reduced) last.size *= size;
    else groups.push({ size, reduced });
  });
  return groups;
}
