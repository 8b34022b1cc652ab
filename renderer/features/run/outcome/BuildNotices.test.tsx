import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { BuildNotices } from './BuildNotices';

afterEach(cleanup);

it('tells what is about no line, and only that', () => {
  const warning = { step: '', level: 1, message: 'The log is lost.', detail: ['No space left.'] };
  const location = { file: 'Dockerfile', startLine: 1, endLine: 1 };
  const { container, rerender } = render(
    <BuildNotices warnings={[warning, { ...warning, message: 'Casing', location }]} />,
  );
  expect(screen.getByRole('status').textContent).toBe('The log is lost. No space left.');
  rerender(<BuildNotices warnings={[{ ...warning, location }]} />);
  expect(container.textContent).toBe('');
});
