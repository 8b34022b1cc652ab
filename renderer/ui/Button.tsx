import type { ReactElement, ReactNode } from 'react';
import { Button as AriaButton, ToggleButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import type { ButtonProps as AriaButtonProps } from 'react-aria-components';
import styles from './Button.module.css';
import { Kbd } from './Kbd';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'children' | 'style'> {
  /** `primary` for the one main action of a place, `link` inside of text. */
  look?: 'default' | 'primary' | 'danger' | 'link';
  size?: 'md' | 'sm';
  /** An icon of 14 px before the label. */
  icon?: ReactNode;
  children: ReactNode;
}

/** A button with a label. */
export function Button({ look = 'default', size = 'md', icon, children, ...props }: ButtonProps) {
  const classes = [styles.button, size === 'sm' ? styles.small : '', look === 'default' ? '' : styles[look]];
  return (
    <AriaButton {...props} className={classes.join(' ')}>
      {icon}
      {children}
    </AriaButton>
  );
}

export interface IconButtonProps extends Omit<
  AriaButtonProps,
  'className' | 'children' | 'style' | 'aria-label'
> {
  /** Accessible name; also the tooltip. */
  label: string;
  icon: ReactNode;
  size?: 'md' | 'sm';
  /** Keys of the command, shown in the tooltip. */
  keys?: string;
}

/** A button that is only an icon; its name shows as a tooltip. */
export function IconButton({ label, icon, size = 'md', keys, ...props }: IconButtonProps) {
  return (
    <WithTooltip text={label} {...(keys === undefined ? {} : { keys })}>
      <AriaButton
        {...props}
        aria-label={label}
        className={`${styles.icon} ${size === 'sm' ? styles.iconSmall : ''}`}
      >
        {icon}
      </AriaButton>
    </WithTooltip>
  );
}

/** An icon button that is on or off. */
export function IconToggle({
  label,
  icon,
  size = 'md',
  keys,
  isSelected,
  onChange,
  isDisabled = false,
}: {
  label: string;
  icon: ReactNode;
  size?: 'md' | 'sm';
  keys?: string;
  isSelected: boolean;
  onChange: (selected: boolean) => void;
  isDisabled?: boolean;
}) {
  return (
    <WithTooltip text={label} {...(keys === undefined ? {} : { keys })}>
      <ToggleButton
        aria-label={label}
        isSelected={isSelected}
        onChange={onChange}
        isDisabled={isDisabled}
        className={`${styles.icon} ${size === 'sm' ? styles.iconSmall : ''}`}
      >
        {icon}
      </ToggleButton>
    </WithTooltip>
  );
}

/** Shows a text when its (pressable, React Aria) child is hovered for a while or focused. */
export function WithTooltip({
  text,
  keys,
  placement = 'bottom',
  children,
}: {
  text: string;
  keys?: string;
  placement?: 'bottom' | 'end' | 'top';
  children: ReactElement;
}) {
  return (
    <TooltipTrigger delay={500} closeDelay={0}>
      {children}
      <Tooltip offset={6} placement={placement} className={styles.tooltip ?? ''}>
        {text}
        {keys !== undefined && <Kbd keys={keys} />}
      </Tooltip>
    </TooltipTrigger>
  );
}
