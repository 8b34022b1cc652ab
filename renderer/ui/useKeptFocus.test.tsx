import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { useKeptFocus } from './useKeptFocus';

/** A dialog over the page, a section whose button goes when it is pressed, and one that is disabled then. */
function Page() {
  const [isOpen, setOpen] = useState(false);
  const [isGone, setGone] = useState(false);
  const [isBusy, setBusy] = useState(false);
  useKeptFocus();
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <section aria-label="Note">
        {!isGone && (
          <button type="button" onClick={() => setGone(true)}>
            Retry
          </button>
        )}
        <a href="#more">More</a>
      </section>
      <div>
        <button type="button" disabled={isBusy} onClick={() => setBusy(true)}>
          Save
        </button>
        <button type="button">Close</button>
      </div>
      <p data-testid="text">{String(isOpen)}</p>
      {isOpen && (
        <div role="dialog">
          <button type="button" onClick={() => setOpen(false)}>
            Leave
          </button>
        </div>
      )}
    </>
  );
}
const press = (name: string): void => {
  const button = screen.getByRole('button', { name });
  act(() => button.focus());
  fireEvent.click(button);
};
/** Longer than those who take something away have time to say where the focus goes. */
const settled = (): Promise<void> => act(() => new Promise<void>((resolve) => void setTimeout(resolve, 120)));
const focused = (): string | null | undefined => document.activeElement?.textContent;

afterEach(cleanup);

it('stays near what is taken away', async () => {
  render(<Page />);
  press('Retry');
  await settled();
  expect(focused()).toBe('More');
});

it('goes on from what is disabled', async () => {
  render(<Page />);
  press('Save');
  // Browsers take it away themselves.
  act(() => screen.getByRole('button', { name: 'Save' }).blur());
  await settled();
  expect(focused()).toBe('Close');
});

it('goes back to where it was before a dialog', async () => {
  render(<Page />);
  press('Open');
  press('Leave');
  await settled();
  expect(focused()).toBe('Open');
});

it('is left alone after a click beside everything, and where somebody moved it', async () => {
  render(<Page />);
  const open = screen.getByRole('button', { name: 'Open' });
  act(() => open.focus());
  act(() => open.blur());
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  await settled();
  expect(document.activeElement).toBe(document.body);
});
