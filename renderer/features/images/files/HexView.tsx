import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import styles from './FileContents.module.css';
import { hexLine } from './hexLine';

const bytesOfLine = 16;
const lineHeight = 18;

/** Bytes as hexadecimal and as characters, sixteen a line; only the lines in sight are drawn. */
export function HexView({ label, bytes }: { label: string; bytes: Uint8Array }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: Math.ceil(bytes.length / bytesOfLine),
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 20,
  });
  return (
    <div
      ref={scroller}
      role="region"
      aria-label={label}
      // Scrolls by keys.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={styles.hex}
    >
      <div style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <pre key={index} className={styles.hexLine} style={{ transform: `translateY(${start}px)` }}>
            {hexLine(bytes, index * bytesOfLine, bytesOfLine)}
          </pre>
        ))}
      </div>
    </div>
  );
}
