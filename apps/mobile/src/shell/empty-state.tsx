import type { ComponentChildren } from "preact";

interface EmptyStateProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

/** Takes the place of a view that has nothing to show. */
export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <section class="empty-state" data-view="empty">
      <h1 tabIndex={-1}>{title}</h1>
      {children}
    </section>
  );
}
