import type { LeanScore } from "@pulseboard/snapshot";

export type ComponentName = keyof LeanScore["components"];

/** The six components in the method's order, with their names. */
export const COMPONENTS: readonly { readonly name: ComponentName; readonly title: string }[] = [
  { name: "technical", title: "Technical picture" },
  { name: "volume", title: "Volume" },
  { name: "orderflow", title: "Order flow" },
  { name: "orderbook", title: "Order book" },
  { name: "sentiment", title: "Positioning" },
  { name: "price_structure", title: "Price structure" },
];
