declare module '*.wasm' {
  /** The file's place beside the page. */
  const url: string;
  export default url;
}
