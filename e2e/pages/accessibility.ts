import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What axe finds serious or critical on the page as it is now: each rule with the elements that break it. */
export async function seriousViolations(page: Page): Promise<{ id: string; nodes: string[] }[]> {
  // Playwright's Electron can't open the second page that axe would use for frames; there are none.
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .exclude('.monaco-editor')
    .analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
}

/**
 * Presses Tab until an element has the focus.
 *
 * @throws Error when it is not reached by that many presses
 */
export async function tabTo(page: Page, selector: string, presses = 60): Promise<void> {
  for (let pressed = 0; pressed < presses; pressed += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

/**
 * Whether a person sees what has the focus: a ring or a border around it, its row, or the box of a checkbox; false when
 * nothing has the focus.
 */
export function isFocusSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return false;
    const descendant = document.getElementById(element.getAttribute('aria-activedescendant') ?? '');
    const shown = [
      element,
      // A search field is more than its input.
      element instanceof HTMLInputElement ? element.parentElement : null,
      element.closest('[data-focus-visible]')?.querySelector('[aria-hidden="true"]'),
      descendant,
      descendant?.closest('[role="presentation"]'),
    ].filter((one) => one instanceof Element);
    const isRing = ({ boxShadow }: CSSStyleDeclaration): boolean => boxShadow !== 'none';
    return shown.some((one) => isRing(getComputedStyle(one)) || isRing(getComputedStyle(one, '::after')));
  });
}
