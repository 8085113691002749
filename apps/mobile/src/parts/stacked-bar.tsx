import "./stacked-bar.css";

interface StackedBarProps {
  /** Each with a size of its own, in any unit; together they are the whole bar. */
  readonly parts: readonly { readonly name: string; readonly size: number; readonly colour: BarColour }[];
}

export type BarColour = "long" | "short" | "flat" | "first" | "second" | "third" | "rest";

/** Shares of a whole as one bar. The figures stand beside it, so it says nothing of its own to those who do not see it. */
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
