import { Moon, PanelBottom, PanelLeft, PanelRight, Sun, SunMoon } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../shared/contract';
import { updateSettings, useBoot } from '../stores/bootStore';
import { setPartOpen, setSidebarOverlay, useUi } from '../stores/uiStore';
import { IconButton, IconToggle } from '../ui/Button';
import { useNarrow } from './useNarrow';
import styles from './TitleBar.module.css';

const icon = { size: 16, strokeWidth: 1.5, 'aria-hidden': true } as const;
const themes: Record<Settings['theme'], { icon: typeof Sun; next: Settings['theme'] }> = {
  system: { icon: SunMoon, next: 'light' },
  light: { icon: Sun, next: 'dark' },
  dark: { icon: Moon, next: 'system' },
};

/** Theme, and which parts of the Build view are open. */
export function TitleBarToggles() {
  const { t } = useTranslation('app');
  const theme = useBoot((state) => state.settings.theme);
  const view = useUi((state) => state.view);
  const narrow = useNarrow();
  const sidebar = useUi((state) => (narrow ? state.sidebarOverlay : state.sidebarOpen));
  const run = useUi((state) => state.runOpen);
  const inspector = useUi((state) => state.inspectorOpen);
  const { icon: ThemeIcon, next } = themes[theme];
  return (
    <span className={styles.group}>
      <IconButton
        label={t('theme', { theme: t(`themeName.${theme}`) })}
        icon={<ThemeIcon {...icon} />}
        onPress={() => void updateSettings({ theme: next })}
      />
      {view === 'build' && (
        <>
          <IconToggle
            label={t('command.toggle.sidebar')}
            icon={<PanelLeft {...icon} />}
            isSelected={sidebar}
            onChange={(open) => (narrow ? setSidebarOverlay(open) : setPartOpen('sidebarOpen', open))}
          />
          <IconToggle
            label={t('command.toggle.run')}
            icon={<PanelBottom {...icon} />}
            isSelected={run}
            onChange={(open) => setPartOpen('runOpen', open)}
          />
          <IconToggle
            label={t('command.toggle.inspector')}
            icon={<PanelRight {...icon} />}
            isSelected={inspector}
            onChange={(open) => setPartOpen('inspectorOpen', open)}
          />
        </>
      )}
    </span>
  );
}
