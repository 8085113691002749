import "./stacked-bar.css";

interface StackedBarProps {
  /** Sizes in any unit; together they fill the bar. */
  readonly parts: readonly { readonly name: string; readonly size: number; readonly colour: BarColour }[];
}

export type BarColour = "long" | "short" | "flat" | "first" | "second" | "third" | "rest";

/** Shares of a whole as one bar. Hidden from screen readers, because the figures stand beside it. */
export function StackedBar({ parts }: StackedBarProps) {
  if (parts.length === 0) {
    return null;
  }
  return (
    <div class="stacked-bar" aria-hidden="true">
      {parts.map(({ name, size, colour }) => (
        <span key={name} class={`stacked-bar-part colour-${colour}`} style={{ flexGrow: size }} />
      ))}
    </div>
  );
}
