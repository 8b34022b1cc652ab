import { render } from '@testing-library/react';
import type { RenderResult } from '@testing-library/react';
import type { Boot } from '../../shared/contract';
import { App } from '../app/App';
import { initLocales, languageOf } from '../locales';
import { initBoot } from '../stores/bootStore';
import { startStores } from '../stores/startStores';
import { initUi } from '../stores/uiStore';
import { sampleBoot } from './samples';

/** Starts the page as main.tsx does, on the core that the test has set. */
export function renderApp(boot: Partial<Boot> = {}): RenderResult & { stop: () => void } {
  const whole = { ...sampleBoot, ...boot };
  initBoot(whole);
  initLocales(languageOf(whole.settings.language, whole.systemLocale));
  initUi();
  const stopStores = startStores();
  const result = render(<App />);
  return {
    ...result,
    stop: () => {
      result.unmount();
      stopStores();
    },
  };
}
