import { Component } from 'react';
import type { ReactNode } from 'react';
import { ErrorNote } from '../ui/ErrorNote';
import { errorData, reportDefect } from './studio';

/** Keeps a defect in one part of the window from taking the rest away. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override componentDidCatch(error: unknown): void {
    reportDefect(error);
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return (
      <ErrorNote error={errorData(this.state.error)} onRetry={() => this.setState({ error: undefined })} />
    );
  }
}
