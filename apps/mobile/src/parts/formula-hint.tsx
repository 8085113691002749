import { render } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { type FormulaName, loadFormulas } from "./formulas.ts";
import "./formula-hint.css";

interface FormulaHintProps {
  /** One text, or several after each other: a rule or a component goes by its name. */
  readonly of: FormulaName | readonly string[];
  /** The figure's name as it stands beside the button. */
  readonly label: string;
}

/** A "?" beside a figure's name. Pressing it says how the figure is computed, and what it is a share of. */
export function FormulaHint({ of, label }: FormulaHintProps) {
  return (
    <button
      type="button"
      class="formula-hint"
      aria-haspopup="dialog"
      aria-label={`${label}: how is it computed?`}
      onClick={({ currentTarget }) => openPanel(currentTarget, label, [of].flat())}
    >
      <span aria-hidden="true">?</span>
    </button>
  );
}

// On the device before somebody asks, also for when there is no connection.
loadFormulas().catch(() => {
  // Tried again, and said, when somebody asks.
});

/** Holds the one panel that may be open: outside the views, because a container of theirs would hold what is fixed. */
let host: HTMLElement | null = null;

function openPanel(opener: HTMLElement, title: string, of: readonly string[]): void {
  closePanel();
  host = document.body.appendChild(document.createElement("div"));
  render(<FormulaPanel opener={opener} title={title} of={of} />, host);
}

function closePanel(): void {
  if (host !== null) {
    render(null, host);
    host.remove();
    host = null;
  }
}

interface FormulaPanelProps {
  readonly opener: HTMLElement;
  readonly title: string;
  readonly of: readonly string[];
}

/** Closed by its button, Escape, a press elsewhere, or going on: by Tab from the opener, or to another view. */
function FormulaPanel({ opener, title, of }: FormulaPanelProps) {
  const [text, setText] = useState("Loading…");
  useEffect(() => {
    loadFormulas().then(
      (texts) => setText(of.map((name) => texts[name] ?? "").join(" ")),
      () => setText("The formula could not be loaded: the server cannot be reached."),
    );
  }, []);
  const panel = useRef<HTMLDivElement>(null);
  const close = () => {
    closePanel();
    opener.focus({ preventScroll: true });
  };
  useEffect(() => {
    panel.current?.querySelector("button")?.focus({ preventScroll: true });
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "Escape" || key === "Tab") {
        close();
      }
    };
    const onPress = ({ target }: Event) => {
      if (target instanceof Node && panel.current?.contains(target) === false && !opener.contains(target)) {
        closePanel();
      }
    };
    addEventListener("keydown", onKey);
    addEventListener("pointerdown", onPress);
    addEventListener("hashchange", closePanel);
    return () => {
      removeEventListener("keydown", onKey);
      removeEventListener("pointerdown", onPress);
      removeEventListener("hashchange", closePanel);
    };
  }, []);
  return (
    <div
      ref={panel}
      class="formula-panel"
      role="dialog"
      aria-labelledby="formula-title"
      aria-describedby="formula-text"
    >
      <h2 id="formula-title">{title}</h2>
      <button type="button" class="button" onClick={close}>
        Close
      </button>
      <p id="formula-text">{text}</p>
    </div>
  );
}
