/**
 * A text that changes, in a new element each time. Text that is updated in place stands still under a translator that ignores
 * that the page asks not to be translated: it has put elements of its own into the place of the page's text nodes.
 */
export function OwnElement({ text }: { readonly text: string }) {
  return <span key={text}>{text}</span>;
}
