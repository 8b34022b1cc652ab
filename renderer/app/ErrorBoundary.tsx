import { Component } from 'react';
import type { ReactNode } from 'react';
import { ErrorNote } from '../ui/ErrorNote';
import { Button } from '../ui/Button';
import i18next from 'i18next';
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
      <ErrorNote
        error={errorData(this.state.error)}
        actions={
          <Button look="link" onPress={() => this.setState({ error: undefined })}>
            {i18next.t('app:tryAgain')}
          </Button>
        }
      />
    );
  }
}
