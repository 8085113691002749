import type { ComponentChildren } from "preact";
import "./view.css";

interface ViewFrameProps {
  /** "market": what `data-view` says. */
  readonly name: string;
  readonly title: ComponentChildren;
  readonly children: ComponentChildren;
}

/** The frame of each view: a region with a heading that can be given the focus when somebody comes to it. */
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
  readonly children: ComponentChildren;
}

/** A titled part of a view. */
export function Card({ title, children }: CardProps) {
  return (
    <section class="card">
      <h2 class="card-title">{title}</h2>
      {children}
    </section>
  );
}
