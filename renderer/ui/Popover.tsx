import type { ReactNode } from 'react';
import { Dialog, Popover as AriaPopover } from 'react-aria-components';
import styles from './Popover.module.css';

/** What a button opens beside itself; put both into React Aria's `DialogTrigger`. `children` may take `close`. */
export function Popover({
  label,
  placement = 'bottom start',
  children,
}: {
  label: string;
  placement?: 'bottom start' | 'bottom end';
  children: ReactNode | ((close: () => void) => ReactNode);
}) {
  return (
    <AriaPopover placement={placement} offset={4} className={styles.popover ?? ''}>
      <Dialog aria-label={label} className={styles.body ?? ''}>
        {({ close }) => (typeof children === 'function' ? children(close) : children)}
      </Dialog>
    </AriaPopover>
  );
}
