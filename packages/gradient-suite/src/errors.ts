/** Error for a layer without a hand-written gradient; `message` names the choices. */
export class UnknownLayerError extends RangeError {
  override readonly name = 'UnknownLayerError';
  /** The requested name. */
  readonly layer: string;
  /** The names that there are. */
  readonly choices: readonly string[];

  constructor(layer: string, choices: readonly string[]) {
    super(`there is no layer ${JSON.stringify(layer)}; choose from ${choices.join(', ')}`);
    this.layer = layer;
    this.choices = choices;
  }
}
