/**
 * @param {string} version "20.19.0"
 * @returns {string | null} why Pulseboard does not run on this Node, and what to do; null where it does
 */
export function problemWithNode(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const supported = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24;
  return supported ? null : `Node ${version} is not supported: install Node 20.19 or newer, 22.12 or newer, or 24.`;
}
