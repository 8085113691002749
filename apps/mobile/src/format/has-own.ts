/** `Object.hasOwn`, which Safari has from iOS 15.4 on only. */
export function hasOwn(object: object, name: PropertyKey): boolean {
  // biome-ignore lint/suspicious/noPrototypeBuiltins: its replacement is what the browser lacks.
  return Object.prototype.hasOwnProperty.call(object, name);
}
