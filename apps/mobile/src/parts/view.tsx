import type { ComponentChildren } from "preact";
import "./view.css";

interface ViewFrameProps {
  /** Value of `data-view`, such as "market". */
  readonly name: string;
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of a view: a region whose heading receives the focus on arrival. */
export function View({ name, title, children }: ViewFrameProps) {
  return (
    <section class="view" data-view={name} aria-labelledby={`${name}-heading`}>
      <h1 class="view-heading" id={`${name}-heading`} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </section>
  );
}

interface CardProps {
  readonly title: string;
  /** The "?" behind the title. */
  readonly hint?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A titled card within a view. */
export function Card({ title, hint, children }: CardProps) {
  return (
    <section class="card">
      <h2 class="card-title">
        {title}
        {hint}
      </h2>
      {children}
    </section>
  );
}
