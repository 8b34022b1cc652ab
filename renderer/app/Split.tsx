import { useState } from 'react';
import type { ReactNode } from 'react';
import { Group, Separator } from 'react-resizable-panels';
import type { Layout } from 'react-resizable-panels';
import { bootStore, rememberLayout } from '../stores/bootStore';
import styles from './BuildView.module.css';

/**
 * Panels beside each other with borders that can be dragged; their sizes are remembered under `id`, apart for every
 * combination of panels that is open.
 */
export function Split({
  id,
  orientation,
  panels,
  children,
}: {
  id: string;
  orientation: 'horizontal' | 'vertical';
  /** Ids of the panels in it, in order. */
  panels: readonly string[];
  children: ReactNode;
}) {
  const key = `split:${id}:${panels.join('+')}`;
  const [remembered] = useState(() => readLayout(key, panels));
  return (
    <Group
      id={id}
      orientation={orientation}
      className={styles.group}
      {...(remembered === undefined ? {} : { defaultLayout: remembered })}
      onLayoutChanged={(layout, { isUserInteraction }) => {
        if (!isUserInteraction) return;
        rememberLayout(
          key,
          panels.map((panel) => layout[panel] ?? 0),
        );
      }}
    >
      {children}
    </Group>
  );
}

/** The border between two panels of a {@link Split}. */
export function SplitBorder({ label }: { label: string }) {
  return <Separator className={styles.border} aria-label={label} />;
}

function readLayout(key: string, panels: readonly string[]): Layout | undefined {
  const sizes = bootStore.getState().layout[key];
  if (!Array.isArray(sizes) || sizes.length !== panels.length) return undefined;
  return Object.fromEntries(panels.map((panel, index) => [panel, sizes[index] ?? 0]));
}
