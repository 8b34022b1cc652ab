import type { ReactElement, ReactNode, RefObject } from 'react';
import {
  Header,
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  MenuTrigger,
  Popover,
  Separator,
} from 'react-aria-components';
import { Kbd } from './Kbd';
import styles from './Menu.module.css';

/** A menu that its trigger (a React Aria button) opens. */
export function Menu({
  trigger,
  label,
  placement = 'bottom start',
  isOpen,
  onOpenChange,
  children,
}: {
  trigger: ReactElement;
  label: string;
  placement?: 'bottom start' | 'bottom end';
  /** Given with `onOpenChange`: something else opens it too. */
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  children: ReactNode;
}) {
  return (
    <MenuTrigger
      {...(isOpen === undefined ? {} : { isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      {trigger}
      <Popover placement={placement} offset={4} className={styles.popover ?? ''}>
        <AriaMenu aria-label={label} className={styles.list ?? ''}>
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

/** A menu that something else than a button opens, such as a right click on a row; it stands by its anchor. */
export function ContextMenu({
  label,
  anchor,
  isOpen,
  onClose,
  children,
}: {
  label: string;
  anchor: RefObject<Element | null>;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}) {
  return (
    <Popover
      triggerRef={anchor}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      placement="bottom start"
      offset={4}
      className={styles.popover ?? ''}
    >
      <AriaMenu aria-label={label} autoFocus="first" onClose={onClose} className={styles.list ?? ''}>
        {children}
      </AriaMenu>
    </Popover>
  );
}

export function MenuItem({
  label,
  icon,
  keys,
  meta,
  danger = false,
  isDisabled = false,
  onAction,
}: {
  label: string;
  icon?: ReactNode;
  keys?: string | undefined;
  meta?: string;
  danger?: boolean;
  isDisabled?: boolean;
  onAction: () => void;
}) {
  return (
    <AriaMenuItem
      textValue={label}
      isDisabled={isDisabled}
      onAction={onAction}
      className={`${styles.item} ${danger ? styles.danger : ''}`}
    >
      {icon}
      <span className={styles.grow}>{label}</span>
      {meta !== undefined && <span className={styles.meta}>{meta}</span>}
      {keys !== undefined && <Kbd keys={keys} />}
    </AriaMenuItem>
  );
}

export function MenuSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <AriaMenuSection>
      <Header className={styles.header ?? ''}>{title}</Header>
      {children}
    </AriaMenuSection>
  );
}

export function MenuSeparator() {
  return <Separator className={styles.separator ?? ''} />;
}
