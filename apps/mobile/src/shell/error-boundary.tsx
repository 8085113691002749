import { Component, type ComponentChildren } from "preact";
import { EmptyState } from "./empty-state.tsx";

interface ErrorBoundaryProps {
  /** The view's address; a new one is a new attempt. */
  readonly of: string;
  readonly children: ComponentChildren;
}

interface ErrorBoundaryState {
  readonly failed: { readonly of: string; readonly error: unknown } | null;
}

/** Catches the failure of a view and reports it in its place; badge, navigation and the other views keep working. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { failed: null };

  override componentDidCatch(error: unknown): void {
    this.setState({ failed: { of: this.props.of, error } });
  }

  override render() {
    const { failed } = this.state;
    if (failed === null || failed.of !== this.props.of) {
      return this.props.children;
    }
    return (
      <EmptyState title="This view failed">
        <p>{whatHappened(failed.error)}</p>
        <p>The data is not affected, and the other views still work.</p>
        <button type="button" class="button" onClick={() => this.setState({ failed: null })}>
          Try again
        </button>
      </EmptyState>
    );
  }
}

/** The error's message, or a sentence for people when code could not be loaded. */
function whatHappened(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (/dynamically imported module|module script failed/i.test(message)) {
    return "Its code could not be loaded. Check the connection, then reload the page.";
  }
  return message;
}
